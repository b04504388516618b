#include "app/dispatch.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "app/enveloping.hpp"
#include "app/file_entries.hpp"
#include "app/journal.hpp"
#include "app/json.hpp"
#include "app/parallel.hpp"
#include "app/returning.hpp"
#include "app/sending.hpp"
#include "app/status_request.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "ledger/reading.hpp"
#include "outbox/names.hpp"
#include "outbox/publish.hpp"
#include "outbox/receipt.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;
using ledger::OutgoingKind;
using ledger::OutgoingState;

fs::path staging_folder(const Home& home) {
    return home.spool() / "drafts" / "out";
}

std::string compact_day(const Home& home, core::Instant at) {
    std::string day = core::to_string(home.zone().date(at));
    day.erase(std::remove(day.begin(), day.end(), '-'), day.end());
    return day;
}

static core::FileIdentity identity_of(const ledger::Outgoing& row) {
    const auto identity = outbox::data_identity(row.name);
    ENSURE(identity.has_value());
    return *identity;
}

std::string receipt_detail(bool final, bool accepted, const std::vector<int>& codes) {
    std::string text = std::string(final ? "FA " : "PA ") + (accepted ? "1" : "0");
    for (const int code : codes) text += ' ' + std::to_string(code);
    return text;
}

ledger::Outgoing draw_outgoing(Home& home, ledger::Step& step, const ledger::File& file,
                               OutgoingKind kind, const std::string& recipient,
                               std::string_view subject, std::string detail, core::Instant at) {
    const auto environment = file.identity.environment;
    // Each subject counts for itself: numbers of answers must not tell how many parcels went out
    // between two of them.
    const std::string counter = "sequence." + compact_day(home, at) + "." +
                                static_cast<char>(environment) + "." + std::string(subject);
    const auto number = static_cast<std::uint64_t>(step.next(counter));
    ledger::Outgoing row;
    row.file = file.id;
    row.kind = kind;
    row.recipient = recipient;
    row.name = outbox::member_name(
        outbox::Member::data, outbox::outgoing(subject, home.zone().date(at), number, environment));
    row.folder = outbox::out_folder(environment);
    row.detail = std::move(detail);
    row.at = at;
    step.add_outgoing(row);
    return row;
}

ledger::Outgoing draw_answer(Home& home, ledger::Step& step, const ledger::File& file,
                             OutgoingKind kind, std::string detail, core::Instant at) {
    const std::string_view subject = kind == OutgoingKind::receipt ? outbox::receipt_subject
                                     : kind == OutgoingKind::notification
                                         ? outbox::notification_subject
                                     : kind == OutgoingKind::correction ? outbox::correction_subject
                                     : kind == OutgoingKind::evidence   ? outbox::evidence_subject
                                                                        : outbox::status_subject;
    return draw_outgoing(home, step, file, kind, file.identity.sender, subject, std::move(detail),
                         at);
}

Parting make_receipt(Home& home, const ledger::File& file, const ledger::Outgoing& row) {
    std::istringstream words(row.detail);
    std::string type, result;
    words >> type >> result;
    outbox::ReceiptFacts facts;
    facts.go_name = file.go_name;
    facts.ticket = file.ticket;
    facts.at = row.at;
    facts.type = type == "FA" ? outbox::TypeForm::final : outbox::TypeForm::provisional;
    facts.accepted = result == "1";
    for (int code = 0; words >> code;) facts.codes.push_back(code);
    facts.environment = file.identity.environment;
    if (const job::Partner* partner = home.partners().find(row.recipient))
        facts.language = partner->language;
    return {row, {}, outbox::receipt(facts, home.zone()), {}};
}

static fs::path keeping_folder(const Home& home, core::Instant at) {
    return home.archive() / "out" / compact_day(home, at);
}

void link_into(const Home& home, const fs::path& from, const fs::path& to) {
    if (::link(from.c_str(), to.c_str()) != 0 && errno != EEXIST)
        throw core::system_fault("give a second name to", home.shown(from), errno,
                                 "free space or mend the folder, then run again");
}

// ---- publishing ----

static std::vector<outbox::Publication> publications_of(const Home& home,
                                                        const job::Partners& partners,
                                                        const std::vector<SignedSet>& sets) {
    std::vector<outbox::Publication> batch;
    std::map<std::string, std::string> before;  // of a subject -> key of the one in front
    std::map<std::pair<std::string, std::string>, fs::path> folders;  // of recipients
    const fs::path from = staging_folder(home);
    for (const auto& [row, bytes] : sets) {
        const job::Partner* partner = partners.find(row.recipient);
        outbox::Publication publication;
        publication.recipient = row.recipient;
        fs::path& out = folders[{row.recipient, row.folder}];
        if (out.empty()) out = home.partner_folder(row.recipient) / row.folder;
        publication.out = out;
        publication.from = from;
        // In the order of publishing; those that are no longer there are published already.
        publication.members = outbox::set_names(row.name, row.kind == OutgoingKind::parcel);
        publication.bytes = bytes;
        publication.closed = partner == nullptr || partner->state == job::PartnerState::closed;
        publication.key = row.name;
        if (row.kind == OutgoingKind::parcel) {
            std::string& last = before[out.native() + "/" + identity_of(row).subject];
            publication.after = last;
            last = row.name;
        }
        batch.push_back(std::move(publication));
    }
    return batch;
}

Publishing begin_publishing(Home& home, std::vector<SignedSet> sets) {
    outbox::PublishSettings settings;
    settings.waiting_files_max = home.settings().partner_waiting_files_max;
    settings.waiting_bytes_max = home.settings().partner_waiting_bytes_max;
    const auto shared = std::make_shared<const std::vector<SignedSet>>(std::move(sets));
    const auto publish = [&home, &partners = home.partners(), settings, shared] {
        static outbox::WaitingCounts counts;  // of this process, which sends in one turn at a time
        return outbox::publish(publications_of(home, partners, *shared), settings, counts);
    };
    // Where there are no more threads to be had, it is done when it is asked for.
    const auto way =
        home.threads() > 1 ? std::launch::async | std::launch::deferred : std::launch::deferred;
    return {shared, std::async(way, publish)};
}

std::size_t end_publishing(Home& home, Publishing publishing,
                           const std::vector<ledger::FileId>& decided) {
    const auto results = publishing.results.get();
    if (results.empty() && decided.empty()) return 0;
    io::crash_point("published");
    const core::Instant now = home.now();
    FileEntries entries(without_entry(home.ledger(), EntryKind::published, decided));
    auto step = home.ledger().begin();
    std::size_t count = 0;
    std::vector<SentEvent> events;
    for (std::size_t i = 0; i < results.size(); ++i) {
        ledger::Outgoing row = (*publishing.sets)[i].row;
        if (results[i].outcome == outbox::Outcome::published) {
            row.state = OutgoingState::published;
            row.at = std::max(now, row.at);
            step->move_outgoing(row);
            entries.add(row, "files",
                        JsonObject().text("name", row.name).text("recipient", row.recipient));
            events.push_back({row, outbox::DeliveryEvent::consignment});
            ++count;
        } else if (row.state != OutgoingState::held) {
            row.state = OutgoingState::held;
            step->move_outgoing(row);
            entries.add(row, "waiting",
                        JsonObject()
                            .text("name", row.name)
                            .text("recipient", row.recipient)
                            .text("why", results[i].reason));
        }
    }
    entries.append(*step, EntryKind::published, now);
    draw_evidence(home, *step, events, now);
    step->commit();
    io::crash_point("publication-committed");
    return count;
}

// ---- signing ----

static std::vector<outbox::SetToSign> sets_of(Home& home, std::vector<Parting>& partings,
                                              FileProofs& proofs) {
    const ledger::Reading reading(home.ledger());
    std::vector<outbox::SetToSign> sets;
    std::map<core::Instant, fs::path> folders;
    for (Parting& parting : partings) {
        outbox::SetToSign& set = sets.emplace_back();
        set.identity = identity_of(parting.row);
        set.data = std::move(parting.data);
        set.text = std::move(parting.text);
        set.draft = std::move(parting.draft);
        set.voucher = std::move(parting.voucher);
        set.journal_proof = proofs.of(parting.row.file);
        // So that they can be sent again after the partner took them.
        fs::path& folder = folders[parting.row.at];
        if (folder.empty()) io::make_folders(folder = keeping_folder(home, parting.row.at));
        set.keep_in = folder;
    }
    return sets;
}

Signed sign(Home& home, std::vector<Parting> partings) {
    if (partings.empty()) return {{}, std::nullopt, home.now()};
    // What was decided goes into the signed log first, so that each answer carries its proof.
    FileProofs proofs(home);
    return sign(home, std::move(partings), proofs);
}

Signed sign(Home& home, std::vector<Parting> partings, FileProofs& proofs, Turnstile* beside) {
    Signed made;
    made.at = home.now();
    if (partings.empty()) return made;
    made.checkpoint = proofs.size();
    envelope_answers(home, partings);
    const auto sets = sets_of(home, partings, proofs);
    outbox::SignSettings settings;
    settings.threads = home.threads();
    std::vector<outbox::StagedSet> staged;
    {
        std::optional<Turnstile::Closed> closed;
        if (beside != nullptr) closed.emplace(*beside);
        staged =
            outbox::sign_sets(staging_folder(home), sets, home.keys().signer(), made.at, settings);
    }
    io::crash_point("signed");
    for (std::size_t i = 0; i < partings.size(); ++i) {
        made.sets.push_back({std::move(partings[i].row), staged[i].bytes});
        ledger::Outgoing& row = made.sets.back().row;
        row.name = staged[i].data.name();
        row.bytes = static_cast<std::int64_t>(staged[i].data.bytes);
        row.digest = seal::hex(staged[i].data.digest);
        row.state = OutgoingState::staged;
    }
    return made;
}

void stage(Home& home, const Signed& made, const std::vector<ledger::FileId>& decided) {
    if (made.sets.empty() && decided.empty()) return;
    FileEntries entries(without_entry(home.ledger(), EntryKind::outgoing, decided));
    auto step = home.ledger().begin();
    for (const auto& [row, bytes] : made.sets) {
        step->update_outgoing(row);
        entries.add(row, "files",
                    JsonObject()
                        .text("kind", to_string(row.kind))
                        .text("name", row.name)
                        .text("recipient", row.recipient)
                        .number("number", row.number)
                        .number("records", row.records)
                        .number("bytes", row.bytes)
                        .text("sha256", row.digest));
    }
    entries.append(*step, EntryKind::outgoing, made.at, made.checkpoint);
    step->commit();
    io::crash_point("staged");
}

std::size_t send(Home& home, Signed made) {
    if (made.sets.empty()) return 0;
    stage(home, made);
    return end_publishing(home, begin_publishing(home, std::move(made.sets)));
}

std::size_t dispatch(Home& home, std::vector<Parting> partings) {
    return send(home, sign(home, std::move(partings)));
}

// Answers that need nothing but the ledger.
static std::vector<Parting> make_drawn(Home& home) {
    const ledger::Reading reading(home.ledger());
    std::vector<Parting> partings;
    for (ledger::Outgoing& row : home.ledger().outgoing_in(OutgoingState::drawn)) {
        const bool small = row.kind == OutgoingKind::receipt || row.kind == OutgoingKind::status ||
                           row.kind == OutgoingKind::evidence;
        if (!small) continue;  // the others are made by their file
        const auto file = home.ledger().find_file(row.file);
        ENSURE(file.has_value());
        // The receipt of a decided file goes out behind its parcels, with its other answers.
        const bool decided = file->state == ledger::FileState::decided ||
                             (file->state == ledger::FileState::held &&
                              file->stopped_at == to_string(ledger::FileState::decided));
        if (decided && row.kind == OutgoingKind::receipt) continue;
        partings.push_back(row.kind == OutgoingKind::receipt ? make_receipt(home, *file, row)
                           : row.kind == OutgoingKind::evidence
                               ? make_evidence(home, *file, row)
                               : Parting{row, {}, status_text(home, *file, row), {}});
    }
    return partings;
}

std::size_t resume_dispatch(Home& home) {
    auto rows = home.ledger().outgoing_in(OutgoingState::staged);
    auto held = home.ledger().outgoing_in(OutgoingState::held);
    std::move(held.begin(), held.end(), std::back_inserter(rows));
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    std::vector<SignedSet> sets;
    for (ledger::Outgoing& row : rows) sets.push_back({std::move(row)});
    std::size_t count = 0;
    if (!sets.empty()) count = end_publishing(home, begin_publishing(home, std::move(sets)));
    return count + dispatch(home, make_drawn(home));
}

}  // namespace app
