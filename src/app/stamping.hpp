#pragma once
// Time-stamps as the settings want them: the authority is reached through a command, its answer is
// checked before it is used, and what happens without one is the operator's decision.
#include "app/home.hpp"
#include "seal/time_stamp.hpp"

namespace app {

// Empty where time-stamp is off. A Fault (job) for settings that do not fit together.
seal::TimeStamper time_stamper(const Home& home);

seal::TimeStampTrust time_stamp_trust(const Home& home);

// Signatures that went out without a time-stamp since the process began, and why the first did.
struct StampTrouble {
    std::size_t count = 0;
    std::string reason;
};
StampTrouble take_stamp_trouble();
// Puts it into the ledger, once for each command.
void record_stamp_trouble(Home& home);

}  // namespace app
