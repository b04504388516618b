#include "app/sending.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "app/json.hpp"
#include "app/notified.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "ledger/facts.hpp"
#include "ledger/figures.hpp"
#include "outbox/names.hpp"

namespace app {

using ledger::EntryKind;
using ledger::OutgoingKind;
using ledger::OutgoingState;
using outbox::DeliveryEvent;

// ---- what the sender may know ----

// The job itself names the recipient. Where more than the job decides who gets a record (holders,
// an access check), the absence of evidence would speak of persons, so the job must also disclose
// names.
static bool may_know(const job::Job& job, const std::string& recipient) {
    if (!job.evidence_of_delivery) return false;
    bool named = false, others = job.authorise.has_value();
    for (const job::RouteTarget& target : job.routes) {
        const bool fixed = target.select == job::RouteTarget::Select::partner;
        named = named || (fixed && target.partner == recipient);
        others = others || !fixed;
    }
    return named && (!others || job.disclosure == job::Disclosure::named);
}

void draw_evidence(Home& home, ledger::Step& step, const std::vector<SentEvent>& events,
                   core::Instant at) {
    const auto& jobs = home.jobs();
    if (std::none_of(jobs.begin(), jobs.end(),
                     [](const auto& job) { return job->evidence_of_delivery; }))
        return;
    std::map<ledger::FileId, std::string> details;
    std::optional<ledger::File> file;  // mostly that of the parcel before
    for (const SentEvent& one : events) {
        if (one.parcel.kind != OutgoingKind::parcel) continue;
        if (!file || file->id != one.parcel.file) file = home.ledger().find_file(one.parcel.file);
        const auto job = file ? home.find_job(file->job) : nullptr;
        if (!job || !may_know(*job, one.parcel.recipient)) continue;
        std::string& detail = details[one.parcel.file];
        detail += (detail.empty() ? "" : " ") + std::string(to_string(one.event)) + ":" +
                  std::to_string(one.parcel.id) +
                  (one.entry > 0 ? ":" + std::to_string(one.entry) : std::string());
    }
    for (auto& [id, detail] : details) {
        file = home.ledger().find_file(id);
        draw_answer(home, step, *file, OutgoingKind::evidence, std::move(detail), at);
    }
}

// A parcel's newest entry of a kind, or the one with that index, for what a recipient said.
static ledger::Entry entry_of(const ledger::Ledger& book, const ledger::Outgoing& parcel,
                              EntryKind kind, std::int64_t index) {
    ledger::Entry found;
    const std::string name = "\"name\":" + json_quoted(parcel.name);
    for (ledger::Entry& entry : book.entries(parcel.file))
        if (index > 0 ? entry.index == index
                      : entry.kind == kind && entry.body.find(name) != std::string::npos)
            found = std::move(entry);
    return found;
}

// With the senders' own references of the documents.
static std::vector<outbox::RefusedPart> refused_parts(const ledger::Ledger& book,
                                                      const ledger::Entry& entry) {
    std::vector<outbox::RefusedPart> parts;
    std::map<std::uint64_t, std::string> ids;
    for (const Refusal& one : refusals_in(entry)) {
        parts.push_back({one.document, one.record, {}, one.code});
        if (one.document > 0) ids[static_cast<std::uint64_t>(one.document)];
    }
    if (ids.empty()) return parts;
    book.each_slice(entry.file, [&](const ledger::Slice& slice) {
        for (ledger::DocumentFact& document : ledger::documents_in(slice.facts))
            if (const auto at = ids.find(document.ordinal); at != ids.end() && at->second.empty())
                at->second = std::move(document.id);
        return true;
    });
    for (outbox::RefusedPart& part : parts)
        if (part.document > 0) part.document_id = ids[static_cast<std::uint64_t>(part.document)];
    return parts;
}

static outbox::DeliveryEvidence evidence_of(Home& home, DeliveryEvent event,
                                            const ledger::Outgoing& parcel, core::Instant at,
                                            std::int64_t index) {
    outbox::DeliveryEvidence one;
    one.event = event;
    one.identifier = parcel.name + "/" + std::string(to_string(event));
    one.at = at;
    one.recipient = parcel.recipient;
    if (const job::Partner* partner = home.partners().find(parcel.recipient))
        one.recipient_name = partner->name;
    one.digest = parcel.digest;
    if (event == DeliveryEvent::access || event == DeliveryEvent::consignment_rejection) {
        const bool good = event == DeliveryEvent::access;
        const ledger::Entry entry = entry_of(
            home.ledger(), parcel, good ? EntryKind::acknowledged : EntryKind::failed, index);
        one.receipt = ledger::body_text(entry.body, "receipt");
        // One parcel may be spoken of in several notifications.
        if (index > 0) one.identifier += "/" + one.receipt;
        std::istringstream codes(ledger::body_text(entry.body, "codes"));
        for (std::string code; codes >> code;) one.reasons.push_back(code);
        one.refused = refused_parts(home.ledger(), entry);
    }
    return one;
}

Parting make_evidence(Home& home, const ledger::File& file, const ledger::Outgoing& row) {
    outbox::EvidenceFacts facts;
    facts.go_name = file.go_name;
    facts.ticket = file.ticket;
    facts.sender = file.identity.sender;
    facts.digest = file.digest;
    facts.submitted_at = file.received_at;
    facts.issuer = home.settings().installation;
    facts.at = row.at;
    facts.environment = file.identity.environment;
    if (const job::Partner* partner = home.partners().find(row.recipient))
        facts.language = partner->language;
    std::istringstream items(row.detail);
    for (std::string item; items >> item;) {
        const std::size_t colon = item.find(':');
        const auto event = outbox::parse_delivery_event(item.substr(0, colon));
        ENSURE(event && colon != std::string::npos);
        std::size_t behind = 0;
        const auto parcel =
            home.ledger().find_outgoing(std::stoll(item.substr(colon + 1), &behind));
        ENSURE(parcel.has_value());
        const std::size_t more = colon + 1 + behind;
        const std::int64_t entry = more < item.size() ? std::stoll(item.substr(more + 1)) : 0;
        facts.events.push_back(evidence_of(home, *event, *parcel, row.at, entry));
    }
    return {row, {}, outbox::delivery_evidence(facts, home.zone()), {}};
}

// ---- taken ----

// The newest instant at which a restore found this folder missing.
using Missing = std::map<std::pair<std::string, std::string>, core::Instant>;

static Missing missing_folders(const ledger::Ledger& book) {
    constexpr std::int64_t restores_max = 10'000;
    Missing missing;
    for (const ledger::Entry& entry : book.entries_of(EntryKind::restored, 0, restores_max))
        for (const std::string_view one : ledger::body_items(entry.body, "missing"))
            missing[{ledger::body_text(one, "recipient"), ledger::body_text(one, "folder")}] =
                entry.at;
    return missing;
}

static bool was_missing(const Missing& missing, const ledger::Outgoing& row) {
    const auto at = missing.find({row.recipient, row.folder});
    return at != missing.end() && row.at <= at->second;
}

void each_parcel_known_to_lie(Home& home,
                              const std::function<void(const ledger::Outgoing&)>& visit) {
    const Missing missing = missing_folders(home.ledger());
    home.ledger().each_parcel_lying([&](const ledger::Outgoing& row) {
        if (!was_missing(missing, row)) visit(row);
    });
}

bool is_known_to_lie(Home& home, const ledger::Outgoing& row) {
    return row.state == OutgoingState::published &&
           !was_missing(missing_folders(home.ledger()), row);
}

void remove_shown(const std::filesystem::path& path) {
    try {
        io::remove_file(path);
    } catch (const core::Fault&) {
        const auto facts = io::facts(path);
        if (!facts || facts->kind != io::Kind::folder) throw;
    }
}

void take_out(const Home& home, const ledger::Outgoing& row) {
    const auto box = home.partner_folder(row.recipient) / row.folder;
    const auto names = outbox::set_names(row.name, row.kind == OutgoingKind::parcel);
    for (auto name = names.rbegin(); name != names.rend(); ++name) remove_shown(box / *name);
}

// Parcels that are no longer where they were put.
static std::vector<ledger::Outgoing> parcels_taken(Home& home) {
    std::vector<ledger::Outgoing> taken;
    std::filesystem::path path;
    std::optional<io::Folder> folder;  // one that is not there says nothing about what was in it
    each_parcel_known_to_lie(home, [&](const ledger::Outgoing& row) {
        auto its = home.partner_folder(row.recipient) / row.folder;
        if (its != path) {
            path = std::move(its);
            folder.reset();
            const auto facts = io::facts(path);
            if (facts && facts->kind == io::Kind::folder) folder = io::Folder::open(path);
        }
        if (folder && !folder->facts(row.name)) taken.push_back(row);
    });
    return taken;
}

std::size_t sweep_fetched(Home& home, bool came_in) {
    std::vector<ledger::Outgoing> taken = parcels_taken(home);
    if (!came_in)
        std::erase_if(taken, [&](const ledger::Outgoing& row) {
            const auto file = home.ledger().find_file(row.file);
            const auto job = file ? home.find_job(file->job) : nullptr;
            return !job || !may_know(*job, row.recipient);
        });
    if (taken.empty() && !came_in) return 0;
    const core::Instant now = home.now();
    std::vector<SentEvent> events;
    std::vector<std::string> items;
    auto step = home.ledger().begin();
    for (const ledger::Outgoing& read : taken) {
        // It may have been transferred or expired since it was read.
        const auto fresh = home.ledger().find_outgoing(read.id);
        if (!fresh || fresh->state != OutgoingState::published) continue;
        ledger::Outgoing row = *fresh;
        row.state = OutgoingState::fetched;
        row.at = std::max(now, row.at);
        step->update_outgoing(row);
        items.push_back(JsonObject()
                            .text("name", row.name)
                            .text("recipient", row.recipient)
                            .text("sha256", row.digest)
                            .str());
        events.push_back({row, DeliveryEvent::handover});
    }
    if (events.empty() && !came_in) return 0;
    step->append(EntryKind::fetched, 0, now, JsonObject().raw("files", json_array(items)).str());
    draw_evidence(home, *step, events, now);
    step->commit();
    return events.size();
}

}  // namespace app
