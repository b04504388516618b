#include "app/finishing.hpp"

#include <algorithm>

#include "app/answers.hpp"
#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "app/parallel.hpp"
#include "core/code_table.hpp"
#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "outbox/names.hpp"
#include "outbox/voucher.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;
using ledger::FileState;
using ledger::OutgoingKind;
using ledger::OutgoingState;

// ---- the decision ----

static void draw_parcels(Home& home, ledger::Step& step, const Ending& ending, core::Instant at) {
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
        const auto sequence = static_cast<std::uint64_t>(
            step.next("sequence." + day + "." + static_cast<char>(environment)));
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

static std::string decision_body(const Ending& ending, std::int64_t first_ticket) {
    const ledger::File& file = ending.file;
    return JsonObject()
        .number("documents", file.documents.total)
        .number("documents_accepted", file.documents.accepted)
        .number("records", file.records.total)
        .number("records_accepted", file.records.accepted)
        .number("records_rejected", file.records.rejected)
        .number("findings", ending.fold->findings_total())
        .number("first_ticket", first_ticket)
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
    step.append(EntryKind::decided, file.id, at, decision_body(ending, first_ticket));
    file.state = FileState::decided;
    // Documents of a file that does not count can be sent again.
    if (refused || !ending.fold->file_cause().empty()) step.release_documents(file.id);
    if (!refused) {
        draw_parcels(home, step, ending, at);
        draw_withheld(step, ending, at);
    }
    const bool receipt = refused || ending.job->receipt != job::Receipt::at_reception;
    if (receipt) {
        std::vector<int> codes;
        if (refused) codes.push_back(std::stoi(ending.fold->refused_code().substr(5)));
        draw_answer(home, step, file, OutgoingKind::receipt, receipt_detail(true, !refused, codes),
                    at);
    }
}

// ---- parcels ----

static std::string voucher_of(Home& home, const Ending& ending, const ledger::Outgoing& row,
                              const core::FileIdentity& identity,
                              const outbox::DraftSet::Finished& done) {
    outbox::VoucherFacts facts;
    facts.parcel = identity;
    facts.recipient = row.recipient;
    facts.subject = identity.subject;
    facts.number = static_cast<std::uint64_t>(row.number);
    if (row.number > 1) {
        core::FileIdentity previous;
        std::string name = home.ledger().parcel_name(row.recipient, identity.subject,
                                                     identity.environment, row.number - 1);
        if (name.size() > 4 && name.compare(name.size() - 4, 4, ".zst") == 0)
            name.resize(name.size() - 4);
        if (core::parse_identity(name, previous)) facts.previous = previous.text();
    }
    facts.source = ending.file.ticket;
    facts.job = ending.job->name;
    facts.documents = done.documents;
    facts.records = done.records;
    facts.data_name = done.file.name();
    facts.bytes = done.file.bytes;
    facts.digest = done.file.digest;
    facts.content_bytes = done.content_bytes;
    facts.at = row.at;
    facts.journal_index = static_cast<std::uint64_t>(ending.file.journal_index);
    return outbox::voucher(facts);
}

struct ParcelWork {
    std::size_t ending = 0;
    ledger::Outgoing row;
    outbox::DraftSet::Finished done;
};

static std::vector<Parting> finish_parcels(Home& home, std::vector<Ending>& endings) {
    std::vector<ParcelWork> work;
    for (std::size_t i = 0; i < endings.size(); ++i)
        for (ledger::Outgoing& row : home.ledger().outgoing(endings[i].file.id))
            if (row.kind == OutgoingKind::parcel && row.state == OutgoingState::drawn)
                work.push_back({i, std::move(row), {}});
    const auto identity_of = [](const ledger::Outgoing& row) {
        core::FileIdentity identity;
        std::string name = row.name;
        if (const std::size_t suffix = name.rfind(".zst"); suffix != std::string::npos)
            name.resize(suffix);
        ENSURE(core::parse_identity(name, identity));
        return identity;
    };
    parallel_for(home.threads(), work.size(), [&](std::size_t i) {
        ParcelWork& one = work[i];
        const Ending& ending = endings[one.ending];
        const auto& recipients =
            delivery_recipients(home, *ending.job, ending.file.identity.environment);
        for (outbox::RecipientIndex index = 0; index < recipients.size(); ++index)
            if (recipients[index].number == one.row.recipient)
                one.done = ending.fold->drafts()->finish(index, identity_of(one.row), one.row.at);
    });
    std::vector<Parting> partings;
    for (ParcelWork& one : work) {
        one.row.records = static_cast<std::int64_t>(one.done.records);
        std::string paper =
            voucher_of(home, endings[one.ending], one.row, identity_of(one.row), one.done);
        const fs::path to = staging_folder(home) / one.done.file.name();
        link_into(home, one.done.file.path, to);
        one.done.file.path = to;
        partings.push_back({std::move(one.row), std::move(one.done.file), {}, std::move(paper)});
    }
    return partings;
}

// ---- closing ----

static std::string closing_body(const ledger::File& file, const std::vector<ledger::Outgoing>& rows,
                                const std::vector<ledger::Tally>& tallies) {
    std::vector<std::string> parcels, codes;
    for (const ledger::Outgoing& row : rows)
        parcels.push_back(JsonObject()
                              .text("kind", to_string(row.kind))
                              .text("recipient", row.recipient)
                              .text("state", to_string(row.state))
                              .number("records", row.records)
                              .text("sha256", row.digest)
                              .str());
    for (const ledger::Tally& tally : tallies)
        codes.push_back(JsonObject()
                            .text("code", tally.code)
                            .text("severity", tally.severity)
                            .number("count", tally.count)
                            .str());
    return JsonObject()
        .text("sha256", file.digest)
        .number("records", file.records.total)
        .number("accepted", file.records.accepted)
        .number("rejected", file.records.rejected)
        .raw("findings", json_array(codes))
        .raw("outgoing", json_array(parcels))
        .str();
}

static void close_files(Home& home, std::vector<Ending>& endings) {
    auto& book = home.ledger();
    std::vector<Ending*> done;
    for (Ending& ending : endings) {
        const auto rows = book.outgoing(ending.file.id);
        const bool drawn = std::any_of(rows.begin(), rows.end(), [](const auto& row) {
            return row.state == OutgoingState::drawn;
        });
        if (!drawn) done.push_back(&ending);
    }
    const core::Instant now = home.now();
    auto step = book.begin();
    for (Ending* ending : done) {
        ledger::File& file = ending->file;
        const bool refused = ending->fold && ending->fold->refused();
        ENSURE(file.records.pending() ==
               0);  // conservation: a file whose sums do not balance cannot close
        file.closed_at = now;
        step->update_file(file);
        const std::string body = closing_body(file, book.outgoing(file.id), book.tallies(file.id));
        if (!refused) step->append(EntryKind::delivered, file.id, now, "{}");
        step->append(refused ? EntryKind::refused : EntryKind::closed, file.id, now, body);
        file.state = refused ? FileState::refused : FileState::closed;
    }
    step->commit();
    io::crash_point("closed");
    for (Ending* ending : done) {
        ending->fold.reset();
        fs::remove_all(home.drafts(ending->file.id));
    }
}

Finished finish_files(Home& home, std::vector<Ending>& endings) {
    Finished finished;
    io::make_folders(staging_folder(home));
    auto parcels = finish_parcels(home, endings);
    const std::size_t parcel_count = parcels.size();
    finished.deliveries = static_cast<std::int64_t>(parcel_count);
    // Parcels first, so that a sender is never told of a delivery that is not there yet.
    dispatch(home, std::move(parcels));
    auto answers = write_answers(home, endings);
    finished.answers = static_cast<std::int64_t>(answers.size());
    dispatch(home, std::move(answers));
    close_files(home, endings);
    return finished;
}

}  // namespace app
