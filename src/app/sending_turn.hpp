#pragma once
// One process at a time sends: reception may run beside a run, and both make what is drawn and
// publish what is staged. What lies there is read behind this lock, so nothing goes out twice.
#include "app/home.hpp"
#include "io/lock.hpp"

namespace app {

// Held while rows are read, staged, published and written down; never taken twice in one process.
io::Lock sending_turn(const Home& home);

// Of answers that were made before the turn: those that nobody else has sent meanwhile.
bool is_still_drawn(Home& home, const ledger::Outgoing& row);

}  // namespace app
