// sluice retry: a refused file is verified again as of today; waiting deliveries are tried again.
#include <algorithm>

#include "app/command_list.hpp"
#include "app/operate.hpp"
#include "app/retrying.hpp"
#include "app/supplement.hpp"
#include "core/code_table.hpp"
#include "ledger/facts.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;
using ledger::OutgoingState;

static const char* const verdict_stands =
    "the verdict on a record stands once it is decided; its sender has the rejected records in a "
    "correction file, mends them and sends them under a new name. What was delivered can be sent "
    "again with: sluice redeliver";

static bool is_withheld(const ledger::Ledger& book, const ledger::File& file, std::int64_t record) {
    const auto slice = book.slice_of_record(file.id, record);
    if (!slice) return false;
    const auto facts = ledger::SliceFacts::unpack(slice->facts);
    const auto& fact = facts.records.at(static_cast<std::size_t>(record - slice->first_record));
    return fact.accepted && fact.route < facts.routes.size() &&
           !facts.routes[fact.route].withheld.empty();
}

// What was withheld is decided again with the directory of today, as an attempt of its own that
// delivers what was not delivered before, and nothing else.
static int retry_withheld(Operation& operation, const ledger::File& file) {
    Home& home = operation.home();
    std::int64_t records = 0;
    for (const ledger::Outgoing& row : home.ledger().outgoing(file.id))
        if (row.kind == ledger::OutgoingKind::parcel && row.state == OutgoingState::withheld)
            records += row.records;
    if (records == 0)
        return operation.refuse(file.records.rejected > 0 ? verdict_stands
                                                          : "it is closed and nothing of it waits");
    std::string version;
    const std::string why = supplement_by_hand(
        home, file, operation.plan() ? std::string() : operation.reason(), version);
    if (!why.empty()) return operation.refuse(why);
    return operation.done(
        "retry " + file.identity.text() + ": the next run decides what was withheld (" +
        std::to_string(records) + (records == 1 ? " record" : " records") +
        ", counted for each recipient) with version " + version +
        " of the directory, and delivers what that allows and what nobody got before");
}

// Records of a decided file keep their verdict: the mended record comes back in a file of its own.
// Only where it went may change.
static int refuse_records(Operation& operation, const ledger::File& file) {
    const auto& book = operation.home().ledger();
    const auto& records = operation.target().records;
    const bool withheld = file.state == FileState::closed &&
                          std::all_of(records.begin(), records.end(), [&](std::int64_t record) {
                              return is_withheld(book, file, record);
                          });
    if (withheld) return retry_withheld(operation, file);
    for (const std::int64_t record : operation.target().records) {
        const std::string name = "record " + std::to_string(record);
        const DocumentOfRecord document = document_of_record(book, file, record);
        if (document.ordinal == 0) return operation.refuse(name + " is not in this file");
        const ledger::FileId owner =
            document.id.empty() ? 0 : book.document_owner(file.identity, document.id);
        if (owner <= file.id) continue;
        return operation.refuse(name + " is superseded: document " +
                                std::to_string(document.ordinal) + " came again in " +
                                book.find_file(owner)->identity.text());
    }
    return operation.refuse(verdict_stands);
}

static int retry_deliveries(Operation& operation, const ledger::File& file) {
    std::string waiting;
    for (const ledger::Outgoing& row : operation.home().ledger().outgoing(file.id))
        if (row.state == OutgoingState::held || row.state == OutgoingState::failed ||
            row.state == OutgoingState::staged)
            waiting += (waiting.empty() ? "" : ", ") + row.name + " for " + row.recipient;
    if (waiting.empty() && file.state == FileState::closed) return retry_withheld(operation, file);
    if (waiting.empty())
        return operation.refuse("it waits for the next run as it is: " +
                                std::string(to_string(file.state)));
    if (!operation.plan()) {
        auto step = operation.home().ledger().begin();
        step->append(EntryKind::retried, file.id, operation.home().now(),
                     operator_body(operation.reason()));
        step->commit();
    }
    return operation.done("retry " + file.identity.text() +
                          ": the next receive or run tries again to deliver " + waiting);
}

static int retry_refused(Operation& operation, ledger::File& file) {
    Home& home = operation.home();
    if (const std::string why = why_not_verified_again(home, file); !why.empty())
        return operation.refuse(why);
    const Verified verdict = verify_again(home, file);
    if (!operation.plan()) record_retry(home, file, verdict, operator_body(operation.reason()));
    if (!verdict.codes.empty()) {
        std::string why = "it is still refused:";
        for (const int code : verdict.codes)
            why += " " + core::acrf(code) + " " + core::label(core::acrf(code), core::Language::en);
        return operation.refuse(why + (verdict.reason.empty() ? "" : " (" + verdict.reason + ")"));
    }
    return operation.done("retry " + file.identity.text() +
                          ": it passes now, and the next run processes it");
}

static int retry(Operation& operation) {
    auto file = operation.find();
    if (!file) return Operation::not_done;
    operation.lock(*file);
    file = operation.home().ledger().find_file(file->id);
    if (!operation.target().records.empty()) return refuse_records(operation, *file);
    switch (file->state) {
        case FileState::refused:
            return retry_refused(operation, *file);
        case FileState::cancelled:
            return operation.refuse("it was cancelled; its content may come under a new name");
        case FileState::quarantined:
            return operation.refuse(
                "what is in quarantine is never processed; its sender sends it under a new name");
        case FileState::held:
            return operation.refuse("it is held; let it go on with: sluice release");
        default:
            return retry_deliveries(operation, *file);
    }
}

static int run_retry(const Arguments& arguments) {
    return operate(
        arguments, "retry",
        {FileState::refused, FileState::decided, FileState::delivered, FileState::closed}, retry);
}

const Command retry_command{
    "retry",
    "[FILE[#RECORD,...]]",
    "try again what the world stopped",
    "A refused file is verified again from its private copy, with the certificates, partners and\n"
    "jobs of today but judged at its reception; where it passes now, the next run processes it.\n"
    "A file with deliveries that wait (recipient closed, folder full) has them tried again. What "
    "of\n"
    "a closed file was withheld is decided again with the directory of today, whether FILE or its\n"
    "withheld records are named; what was delivered before is not delivered twice.\n"
    "\n"
    "Without FILE, --code, --job and --sender select: each file that has this code (ACRF-153, or "
    "one\n"
    "of its findings) is tried, and what became of each is said on a line of its own.\n"
    "\n"
    "No check is skipped. What the sender must mend himself is refused with words: an incomplete\n"
    "set, a wrong name, a record that was decided. A record whose document came again in a newer\n"
    "file is superseded, and that file is named.",
    "sluice retry DMFA.100101.20260401.00001.R --reason \"certificate registered today\" --plan",
    verb_options,
    0,
    1,
    run_retry};

}  // namespace app
