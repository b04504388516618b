// The decision on a file: its counts and state, the names and numbers of all that goes out.
#include "app/finishing.hpp"

#include <algorithm>
#include <optional>

#include "app/answers.hpp"
#include "app/asking.hpp"
#include "app/backup.hpp"
#include "app/json.hpp"
#include "app/supplement.hpp"
#include "outbox/names.hpp"
#include "outbox/voucher.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;
using ledger::OutgoingKind;
using ledger::OutgoingState;

// A restore found this published already (app/reconcile.cpp).
static bool was_restored(const std::vector<ledger::Outgoing>& rows, OutgoingKind kind,
                         const char* detail) {
    return std::any_of(rows.begin(), rows.end(), [&](const ledger::Outgoing& row) {
        return row.kind == kind && row.detail == detail;
    });
}

// After a restore: a parcel that was published behind the backup's back becomes this attempt's,
// and is not made again. Its voucher names the file alone: the first one is that of the file
// itself, one of a supplement is known by its number of records.
static bool take_restored(Home& home, ledger::Step& step, const ledger::File& file,
                          const std::string& recipient, const std::vector<ledger::Outgoing>& rows) {
    const bool again = is_supplement(file);
    std::optional<ledger::Outgoing> found;
    std::int64_t records = 0;
    if (again)
        for (const ledger::DraftLength& draft : home.ledger().drafts(file.id))
            if (draft.recipient == recipient) records = draft.records;
    for (const ledger::Outgoing& row : rows) {
        if (row.kind != OutgoingKind::parcel || row.detail != restored_detail ||
            row.recipient != recipient || (again && row.records != records))
            continue;
        if (!found || row.number < found->number) found = row;
    }
    if (!found) return false;
    found->file = file.id;
    found->detail = restored_taken;
    step.update_outgoing(*found);
    return true;
}

// `before`: rows that a restore may have left.
static void draw_parcels(Home& home, ledger::Step& step, const Ending& ending,
                         const std::vector<ledger::Outgoing>& before, core::Instant at) {
    outbox::DraftSet* drafts = ending.fold->drafts();
    if (drafts == nullptr) return;
    const auto environment = ending.file.identity.environment;
    const std::string& subject =
        ending.job->delivery_subject.empty() ? ending.job->subject : ending.job->delivery_subject;
    const std::string day = compact_day(home, at);
    for (const outbox::RecipientIndex index : drafts->recipients_with_data()) {
        ledger::Outgoing row;
        row.file = ending.file.id;
        row.kind = OutgoingKind::parcel;
        row.recipient = delivery_recipients(home, *ending.job, environment)[index].number;
        if (take_restored(home, step, ending.file, row.recipient, before)) continue;
        const auto sequence = static_cast<std::uint64_t>(
            step.next("sequence." + day + "." + static_cast<char>(environment) + "." + subject));
        row.name = outbox::member_name(
            outbox::Member::data,
            outbox::outgoing(subject, home.zone().date(at), sequence, environment));
        row.number = step.next("parcel." + row.recipient + "." + subject + "." +
                               static_cast<char>(environment));
        row.folder = outbox::out_folder(environment);
        row.at = at;
        step.add_outgoing(row);
    }
}

static void draw_withheld(ledger::Step& step, const Ending& ending, core::Instant at) {
    for (const auto& [who, count] : ending.fold->withheld()) {
        ledger::Outgoing row;
        row.file = ending.file.id;
        row.kind = OutgoingKind::parcel;
        row.recipient = who.first;
        row.records = count;
        row.detail = who.second;
        row.state = OutgoingState::withheld;
        row.at = at;
        step.add_outgoing(row);
    }
}

static std::string decision_body(const Ending& ending, std::int64_t first_ticket,
                                 core::Language language) {
    const ledger::File& file = ending.file;
    return JsonObject()
        .text("ticket", file.ticket)
        .number("documents", file.documents.total)
        .number("documents_accepted", file.documents.accepted)
        .number("records", file.records.total)
        .number("records_accepted", file.records.accepted)
        .number("records_rejected", file.records.rejected)
        .number("findings", ending.fold->findings_total())
        .number("first_ticket", first_ticket)
        .text("language", core::to_string(language))
        .texts("codes", file.codes)
        .str();
}

void decide(Home& home, ledger::Step& step, Ending& ending) {
    const core::Instant at = home.now();
    ledger::File& file = ending.file;
    file.decided_at = at;
    file.documents = ending.fold->documents();
    file.records = ending.fold->records();
    const bool refused = ending.fold->refused();
    if (refused) file.codes = {ending.fold->refused_code()};
    step.update_file(file);
    const std::int64_t first_ticket =
        step.next_many("ticket", std::max<std::int64_t>(1, file.documents.total));
    step.append(EntryKind::decided, file.id, at,
                decision_body(ending, first_ticket, answer_language(home, ending)));
    file.state = FileState::decided;
    const bool again = is_supplement(file);
    const auto before = home.ledger().outgoing(again ? file.duplicate_of : file.id);
    // Documents of a file that does not count can be sent again.
    if (!again && (refused || !ending.fold->file_cause().empty())) step.release_documents(file.id);
    if (!refused) {
        draw_parcels(home, step, ending, before, at);
        draw_withheld(step, ending, at);
        if (ending.fold->drafts() != nullptr) ask_and_answer(home, step, ending);
    }
    if (again) return;
    const bool receipt = refused || ending.job->receipt != job::Receipt::at_reception;
    if (receipt && !was_restored(before, OutgoingKind::receipt, restored_final)) {
        std::vector<int> codes;
        if (refused) codes.push_back(std::stoi(ending.fold->refused_code().substr(5)));
        draw_answer(home, step, file, OutgoingKind::receipt, receipt_detail(true, !refused, codes),
                    at);
    }
}

}  // namespace app
