#pragma once
// Where a file stands, said from outside: its deliveries, who has to act next and what to do; the
// one JSON object and the one table row of it.
#include <string>
#include <vector>

#include "app/home.hpp"
#include "app/json.hpp"
#include "intake/landing.hpp"
#include "ledger/types.hpp"

namespace app {

struct Delivery {
    std::string recipient, state;
    std::int64_t records = 0;
    core::Instant at;
    std::int64_t refused = 0;  // documents and records that its recipient named as refused
};

struct Standing {
    std::string questions;  // as JSON (question_story.hpp); empty: it asks none
    ledger::File file;
    std::vector<Delivery> deliveries;
    std::string actor, action;  // action empty: nothing is to be done
    // Withheld records are decided again until then (app/supplement.hpp); the versions of the
    // directory with which they were.
    std::optional<core::Instant> open_until;
    std::vector<std::string> decided_again;
};

// Reads the file's deliveries; those that are no longer in the recipient's OUT were fetched.
Standing standing_of(Home& home, const ledger::File& file);

// What people know it by: its identity, or the name as it lay there where that gave none.
std::string shown_name(const ledger::File& file);

// The keys of `status --json` (contract), without the closing of the object.
JsonObject standing_json(const Standing& standing);

// What lies in the landing zone and is not in the ledger: half sets, and sets that no `receive` has
// taken yet.
struct WaitingSet {
    std::string identity, sender, landing;
    bool complete = false;
    std::size_t members = 0;
    std::uint64_t bytes = 0;
    core::Instant since;
    std::string action() const;
    std::string_view actor() const { return complete ? "engine" : "sender"; }
};
std::vector<WaitingSet> waiting_sets(Home& home, const std::string& sender);
JsonObject waiting_json(const WaitingSet& set);

// A second coming of a known file, answered with its first receipt: no file of its own.
bool is_answered_duplicate(const ledger::File& file);

}  // namespace app
