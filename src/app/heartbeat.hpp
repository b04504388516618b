#pragma once
// Signs of life: each receive and each run leaves the minute in which it ended, so that a quiet
// hour can be told from an absent engine. One small file a civil month under spool/metrics; a
// minute is written once.
#include <optional>
#include <vector>

#include "app/home.hpp"

namespace app {

void leave_heartbeat(const Home& home);
// From the files above and from the ledger's entries, in order.
std::vector<core::Instant> signs_of_life(Home& home, core::Instant from, core::Instant to);
// The first one ever; nothing where the engine never lived.
std::optional<core::Instant> first_sign_of_life(Home& home);

}  // namespace app
