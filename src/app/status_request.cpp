#include "app/status_request.hpp"

#include <algorithm>

#include "app/daily.hpp"
#include "app/private_copy.hpp"
#include "app/unfetched.hpp"
#include "outbox/status_answer.hpp"

namespace app {

using ledger::FileState;

std::string_view actor_of(const ledger::File& file) {
    switch (file.state) {
        case FileState::held:
        case FileState::quarantined:
            return "operator";
        case FileState::refused:
            return "sender";
        case FileState::closed:
            return file.records.rejected > 0 ? "sender" : "recipient";
        case FileState::cancelled:
            return "sender";
        default:
            return "engine";
    }
}

static outbox::StatusCounts counts_of(const ledger::Counts& counts) {
    return {static_cast<std::uint64_t>(counts.total), static_cast<std::uint64_t>(counts.accepted),
            static_cast<std::uint64_t>(counts.rejected),
            static_cast<std::uint64_t>(counts.pending())};
}

static outbox::StatusFile told(const ledger::File& file) {
    outbox::StatusFile one;
    one.file = file.identity.text();
    one.job = file.job;
    one.ticket = file.ticket;
    one.state = to_string(file.state);
    one.final = ledger::is_final(file.state);
    one.actor = actor_of(file);
    one.received_at = file.received_at;
    one.deadline_at = file.deadline_at;
    one.closed_at = file.closed_at;
    one.documents = counts_of(file.documents);
    one.records = counts_of(file.records);
    one.codes = file.codes;
    return one;
}

std::string status_text(Home& home, const ledger::File& request, const ledger::Outgoing& row) {
    if (is_daily_list(row)) return daily_list_text(home, request, row);
    if (is_reminder(row)) return reminder_text(home, row);
    const auto parts = home.ledger().parts(request.id);
    std::string bytes;
    if (!parts.empty()) {
        const PrivateCopy copy(home.spool() / parts.front().path);
        bytes.resize(
            std::min<std::uint64_t>(copy.size(), home.settings().status_request_bytes_max));
        bytes.resize(copy.read(0, bytes.data(), bytes.size()));
    }
    const auto parsed = outbox::parse_status_request(std::move(bytes));
    const outbox::StatusRequest asked = parsed.request.value_or(outbox::StatusRequest{});
    std::vector<outbox::StatusFile> files;
    const std::string& sender = request.identity.sender;
    for (const std::string& name : asked.files) {
        core::FileIdentity identity;
        // Nobody learns anything of another sender's files.
        const auto file = core::parse_identity(name, identity) && identity.sender == sender
                              ? home.ledger().find_file(identity)
                              : std::nullopt;
        outbox::StatusFile unknown;
        unknown.file = name;
        unknown.state = "unknown";
        files.push_back(file ? told(*file) : unknown);
    }
    if (asked.files.empty()) {
        ledger::FileFilter filter;
        filter.sender = sender;
        if (asked.since) filter.since = home.zone().start_of_day(*asked.since);
        for (const ledger::File& file : home.ledger().files(filter))
            if (file.id != request.id && (asked.since || !ledger::is_final(file.state)))
                files.push_back(told(file));
    }
    const job::Partner* partner = home.partners().find(sender);
    return outbox::status_answer(sender, files, request.identity.environment,
                                 partner == nullptr ? core::Language::en : partner->language,
                                 row.at);
}

}  // namespace app
