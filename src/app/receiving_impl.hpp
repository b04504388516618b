#pragma once
// The inside of reception, spread over receiving*.cpp: the turn from the landing zone to the
// commit, and what is decided and recorded of each arrival.
#include <string>
#include <vector>

#include "app/notified.hpp"
#include "app/receiving.hpp"
#include "intake/arrival.hpp"
#include "ledger/ledger.hpp"

namespace app {

// What the duplicate law and the channel checks say of one arrival.
struct Decision {
    ledger::EntryKind kind = ledger::EntryKind::verified;
    ledger::FileId duplicate_of = 0;
    std::vector<int> codes;
    bool keeps_copies = true;
};

// trust.md, "the duplicate law": names count once claimed, contents count only for files that were
// accepted for processing.
Decision decide_arrival(Home& home, const intake::Arrival& arrival, const std::string& digest);

// TD: the file that bears this name and is not decided yet is cancelled; later it is too late, and
// said so.
void cancel_named(Home& home, ledger::Step& step, const intake::Arrival& arrival, core::Instant now,
                  Received& received);

// `trust`: digest of what the signatures were checked with. `said`: what a recipient's own
// notification says; null for other files.
void record(Home& home, ledger::Step& step, const intake::Arrival& arrival, Decision decision,
            const std::string& trust, const RecipientNotification* said, core::Instant now,
            Received& received);

}  // namespace app
