#pragma once
// Where a document or a record stands, as one can act on it: its state, whether that is the last
// word, who has to act, what to do and by when, and the journal entry that says so.
#include <optional>
#include <string>

#include "app/home.hpp"
#include "app/json.hpp"

namespace app {

struct Verdict {
    std::string state;  // pending, accepted, rejected, delivered, withheld
    bool final = false;
    std::string actor, action;  // action empty: nothing is to be done
    std::optional<core::Instant> by;
    std::int64_t journal_index = -1;  // -1: none yet
};

// What decides it: `code` of the first finding that rejects it, or of the cause of its document;
// `reason` for which a record is withheld from a recipient. Empty where there is none.
struct Grounds {
    bool accepted = false;
    std::string code, reason;
    bool goes_out = false;  // to at least one recipient
};
Verdict verdict_of(Home& home, const ledger::File& file, const Grounds& grounds);

void add_verdict(JsonObject& object, const Verdict& verdict);
void print_verdict(const Home& home, const Verdict& verdict);

}  // namespace app
