#include "ledger/rows.hpp"

#include <array>
#include <sstream>

#include "core/ensure.hpp"

namespace ledger {

std::string join_codes(const std::vector<std::string>& codes) {
    std::string text;
    for (const std::string& code : codes) text += (text.empty() ? "" : " ") + code;
    return text;
}

std::vector<std::string> split_codes(const std::string& text) {
    std::istringstream words(text);
    std::vector<std::string> codes;
    for (std::string code; words >> code;) codes.push_back(code);
    return codes;
}

const char* const file_columns =
    "id, subject, sender, date, sequence, environment, go_name, owns_name, duplicate_of, job, "
    "job_digest, schema_digest,"
    " partners_digest, state, received_at, decided_at, closed_at, deadline_at, bytes, parts, "
    "digest, ticket, codes, documents,"
    " documents_accepted, documents_rejected, records, records_accepted, records_rejected, "
    "priority, held_reason, stopped_at,"
    " journal_index, directory_version";

static std::optional<core::Instant> instant(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return core::Instant{row.integer(column)};
}

File read_file(const Statement& row) {
    File file;
    file.id = row.integer(0);
    file.identity = {row.text(1), row.text(2), row.text(3), row.text(4),
                     static_cast<core::Environment>(row.text(5).at(0))};
    file.go_name = row.text(6);
    file.owns_name = row.integer(7) != 0;
    file.duplicate_of = row.integer(8);
    file.job = row.text(9);
    file.job_digest = row.text(10);
    file.schema_digest = row.text(11);
    file.partners_digest = row.text(12);
    const auto state = parse_file_state(row.text(13));
    ENSURE(state.has_value());
    file.state = *state;
    file.received_at = core::Instant{row.integer(14)};
    file.decided_at = instant(row, 15);
    file.closed_at = instant(row, 16);
    file.deadline_at = instant(row, 17);
    file.bytes = row.integer(18);
    file.parts = static_cast<int>(row.integer(19));
    file.digest = row.text(20);
    file.ticket = row.text(21);
    file.codes = split_codes(row.text(22));
    file.documents = {row.integer(23), row.integer(24), row.integer(25)};
    file.records = {row.integer(26), row.integer(27), row.integer(28)};
    file.priority = static_cast<int>(row.integer(29));
    file.held_reason = row.text(30);
    file.stopped_at = row.text(31);
    file.journal_index = row.integer(32);
    file.directory_version = row.text(33);
    return file;
}

const char* const outgoing_columns =
    "id, file, kind, recipient, name, folder, number, records, bytes, digest, detail, state, at";

template <class Enum>
static Enum named(const std::string& text, int count) {
    for (int i = 0; i < count; ++i)
        if (to_string(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
    ENSURE(false);
    return {};
}

Outgoing read_outgoing(const Statement& row) {
    Outgoing outgoing;
    outgoing.id = row.integer(0);
    outgoing.file = row.integer(1);
    outgoing.kind = named<OutgoingKind>(row.text(2), 9);
    outgoing.recipient = row.text(3);
    outgoing.name = row.text(4);
    outgoing.folder = row.text(5);
    outgoing.number = row.integer(6);
    outgoing.records = row.integer(7);
    outgoing.bytes = row.integer(8);
    outgoing.digest = row.text(9);
    outgoing.detail = row.text(10);
    outgoing.state = named<OutgoingState>(row.text(11), 10);
    outgoing.at = core::Instant{row.integer(12)};
    return outgoing;
}

}  // namespace ledger
