#include "app/standing.hpp"

#include <algorithm>

#include "app/notified.hpp"
#include "app/obstacles.hpp"
#include "app/question_story.hpp"
#include "app/sending.hpp"
#include "app/supplement.hpp"
#include "core/code_table.hpp"
#include "core/file_name.hpp"
#include "io/file.hpp"

namespace app {

using ledger::FileState;
using ledger::OutgoingKind;
using ledger::OutgoingState;

bool is_answered_duplicate(const ledger::File& file) {
    return !file.owns_name && file.duplicate_of != 0 && file.state == FileState::refused;
}

// ---- deliveries ----

// A parcel that is drawn or staged is ours still: held is the contract's word for it.
static std::string delivery_state(Home& home, const ledger::Outgoing& row) {
    if (row.state == OutgoingState::drawn || row.state == OutgoingState::staged) return "held";
    // A folder that is not there (a restored home has none) says nothing about what was in it.
    const auto folder = home.partner_folder(row.recipient) / row.folder;
    if (row.state == OutgoingState::published && io::facts(folder) &&
        !io::facts(folder / row.name) && is_known_to_lie(home, row))
        return "fetched";
    return std::string(to_string(row.state));
}

static Delivery delivery_of(Home& home, const ledger::Outgoing& row) {
    Delivery one{row.recipient, delivery_state(home, row), row.records, row.at};
    if (row.state == OutgoingState::failed)
        for (const Refusal& refusal : refusals_of(home.ledger(), row.file))
            one.refused += refusal.parcel == row.name;
    return one;
}

// ---- who acts ----

static void say(Standing& standing, std::string_view actor, std::string action) {
    standing.actor = actor;
    standing.action = std::move(action);
}

static void say_code(Standing& standing, std::string_view otherwise) {
    const auto& codes = standing.file.codes;
    const core::Code* code = codes.empty() ? nullptr : core::find_code(codes.front());
    if (code == nullptr) return say(standing, "sender", std::string(otherwise));
    say(standing, core::to_string(code->actor), core::advice(codes.front(), core::Language::en));
}

static void say_closed(Standing& standing) {
    const ledger::File& file = standing.file;
    const auto any = [&](std::string_view state) {
        return std::any_of(standing.deliveries.begin(), standing.deliveries.end(),
                           [&](const Delivery& delivery) { return delivery.state == state; });
    };
    if (any("held") || any("failed"))
        return say(standing, "operator",
                   "see why a delivery waits: sluice show " + file.identity.text());
    if (file.records.rejected > 0 || file.documents.rejected > 0)
        return say(standing, "sender", "mend the rejected records and send them again");
    if (any("published")) return say(standing, "recipient", "fetch the parcels");
    say(standing, "engine", "");
}

static const job::Unavailability* absent_supplier(Home& home, const ledger::File& file) {
    for (const job::Unavailability* one :
         home.calendar().holding(home.now(), file.identity.sender, file.job))
        if (one->who == job::Unavailability::Who::supplier) return one;
    return nullptr;
}

static void say_next(Home& home, Standing& standing) {
    switch (standing.file.state) {
        case FileState::received:
        case FileState::verified:
            if (const job::Unavailability* absent = absent_supplier(home, standing.file))
                return say(
                    standing, "engine",
                    "waits for the supplier " + absent->name +
                        (absent->to ? ", until " + core::to_string(*absent->to) : std::string()));
            return say(standing, "engine", "processed by the next sluice run");
        case FileState::processing:
            return say(standing, "engine", "sluice run goes on with it");
        case FileState::decided:
        case FileState::delivered:
            return say(standing, "engine", "sluice run delivers and answers it");
        case FileState::closed:
            return say_closed(standing);
        case FileState::refused:
            return say_code(standing, "mend the file and send it under a new name");
        case FileState::cancelled:
            return say(standing, "engine", "");
        case FileState::held:
            return say(standing, "operator",
                       "release or cancel it" + (standing.file.held_reason.empty()
                                                     ? std::string()
                                                     : ": " + standing.file.held_reason));
        case FileState::quarantined:
            return say(standing, "operator",
                       "find out why other content came under a name in use, or what object this "
                       "is");
    }
}

// What is still withheld is what the newest of them says.
static void add_supplement(Home& home, const ledger::File& file, Standing& standing) {
    standing.decided_again.push_back(file.directory_version);
    if (file.state != FileState::closed) return;
    std::erase_if(standing.deliveries,
                  [](const Delivery& delivery) { return delivery.state == "withheld"; });
    for (const ledger::Outgoing& row : home.ledger().outgoing(file.id))
        if (row.kind == OutgoingKind::parcel) standing.deliveries.push_back(delivery_of(home, row));
}

Standing standing_of(Home& home, const ledger::File& file) {
    Standing standing;
    standing.file = file;
    for (const ledger::Outgoing& row : home.ledger().outgoing(file.id))
        if (row.kind == OutgoingKind::parcel) standing.deliveries.push_back(delivery_of(home, row));
    standing.questions = questions_json(home, file);
    standing.open_until = open_until(home, file);
    for (const ledger::File& one : supplements_of(home.ledger(), file))
        add_supplement(home, one, standing);
    say_next(home, standing);
    return standing;
}

// ---- JSON ----

static std::string counts_json(const ledger::Counts& counts, bool known) {
    if (!known)
        return JsonObject()
            .null("total")
            .number("accepted", 0)
            .number("rejected", 0)
            .null("pending")
            .str();
    return JsonObject()
        .number("total", counts.total)
        .number("accepted", counts.accepted)
        .number("rejected", counts.rejected)
        .number("pending", counts.pending())
        .str();
}

static void instant(JsonObject& object, std::string_view key,
                    const std::optional<core::Instant>& at) {
    if (at)
        object.text(key, core::to_string(*at));
    else
        object.null(key);
}

// How many there are is known once a slice was read, or when nothing will be.
static bool counts_known(const ledger::File& file) {
    return file.records.total > 0 ||
           (file.state != FileState::received && file.state != FileState::verified &&
            file.state != FileState::held);
}

static std::string deliveries_json(const std::vector<Delivery>& deliveries) {
    std::vector<std::string> items;
    for (const Delivery& delivery : deliveries)
        items.push_back(JsonObject()
                            .text("recipient", delivery.recipient)
                            .number("records", delivery.records)
                            .text("state", delivery.state)
                            .text("at", core::to_string(delivery.at))
                            .number("refused", delivery.refused)
                            .str());
    return json_array(items);
}

std::string shown_name(const ledger::File& file) {
    core::FileIdentity checked;
    const std::string name = file.identity.text();
    if (core::parse_identity(name, checked) && checked == file.identity) return name;
    return file.go_name.empty() ? name : file.go_name;
}

JsonObject standing_json(const Standing& standing) {
    const ledger::File& file = standing.file;
    JsonObject object;
    object.text("file", shown_name(file))
        .text("sender", file.identity.sender)
        .text_or_null("job", file.job)
        .text("state", to_string(file.state))
        .boolean("final", is_final(file.state))
        .text("actor", standing.actor)
        .text_or_null("action", standing.action)
        .text("received_at", core::to_string(file.received_at));
    instant(object, "deadline_at", file.deadline_at);
    instant(object, "closed_at", file.closed_at);
    object.number("bytes", file.bytes)
        .raw("documents", counts_json(file.documents, counts_known(file)))
        .raw("records", counts_json(file.records, counts_known(file)))
        .raw("deliveries", deliveries_json(standing.deliveries))
        .text_or_null("directory_version", file.directory_version)
        .number("journal_index", file.journal_index)
        .texts("codes", file.codes)
        .text_or_null("ticket", file.ticket);
    if (!standing.questions.empty()) object.raw("questions", standing.questions);
    if (!standing.open_until) return object;
    object.text("open_until", core::to_string(*standing.open_until))
        .texts("decided_again", standing.decided_again);
    return object;
}

// ---- what is not in the ledger yet ----

std::string WaitingSet::action() const {
    return complete ? "taken by the next sluice receive"
                    : "send the rest of the set, GO last, or take it back with TD";
}

// Of what was found or claimed, whose members lie in `folder`.
template <typename Members>
static WaitingSet complete_set(const Members& found, const std::filesystem::path& folder) {
    WaitingSet set;
    set.complete = true;
    set.sender = found.partner;
    set.landing = found.landing;
    set.members = found.names.size();
    set.since = found.appeared;
    core::FileIdentity identity;
    set.identity = !found.names.empty() && core::parse_identity(found.names.front(), identity)
                       ? identity.text()
                       : io::printable(found.names.empty() ? "" : found.names.front());
    for (const std::string& name : found.names)
        if (const auto facts = io::facts(folder / name)) set.bytes += facts->bytes;
    return set;
}

std::vector<WaitingSet> waiting_sets(Home& home, const std::string& sender) {
    std::vector<WaitingSet> sets;
    const auto partners = home.spool() / "partners";
    if (!io::facts(partners)) return sets;
    const intake::LandingLimits limits = landing_limits(home.settings());
    for (const std::string& number : io::list(partners, 100'000)) {
        if (!sender.empty() && number != sender) continue;
        const auto landing = intake::look(partners / number, number, limits, home.now());
        for (const intake::Found& found : landing.found)
            sets.push_back(complete_set(found, partners / number / found.landing));
        for (const intake::Waiting& half : landing.waiting)
            sets.push_back({io::printable(half.identity), half.partner, half.landing, false,
                            half.members, half.bytes, half.since});
    }
    // Those that a reception has taken and not recorded, or could not.
    const auto claims = home.work() / "claims";
    for (const intake::Claim& claim : intake::claims_lying(claims))
        if ((sender.empty() || claim.partner == sender) && !home.ledger().claim_finished(claim.key))
            sets.push_back(complete_set(claim, claims / claim.key));
    std::sort(sets.begin(), sets.end(), [](const WaitingSet& a, const WaitingSet& b) {
        return a.since != b.since ? a.since > b.since : a.identity < b.identity;
    });
    return sets;
}

JsonObject waiting_json(const WaitingSet& set) {
    JsonObject object;
    object.text("file", set.identity)
        .text("sender", set.sender)
        .null("job")
        .text("state", "waiting")
        .boolean("final", false)
        .text("actor", set.actor())
        .text("action", set.action())
        .null("received_at")
        .null("deadline_at")
        .null("closed_at")
        .number("bytes", static_cast<std::int64_t>(set.bytes))
        .raw("documents", counts_json({}, false))
        .raw("records", counts_json({}, false))
        .raw("deliveries", "[]")
        .null("directory_version")
        .null("journal_index")
        .texts("codes", {})
        .null("ticket");
    return object;
}

}  // namespace app
