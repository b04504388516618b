#pragma once
// Reception: what lies in the landing zone becomes ours, is verified, recorded and answered. Does
// not wait for the night, and runs beside it.
#include <cstdint>

#include "app/home.hpp"

namespace app {

struct Received {
    std::int64_t files = 0, refused = 0, duplicates = 0, cancelled = 0, waiting = 0, answers = 0;
};

// Everything that is complete now. Waits for another reception to end; small sets share commits and
// flushes.
Received receive_all(Home& home);

// The end of the last day on which an answer is in time, in the home's zone: as agreed with the
// sender, else as the job says.
core::Instant deadline_of(Home& home, const job::Job& job, std::string_view sender,
                          core::Instant received);

}  // namespace app
