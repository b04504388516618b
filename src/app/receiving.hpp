#pragma once
// Reception: what lies in the landing zone becomes ours, is verified, recorded and answered. Does
// not wait for the night, and runs beside it.
#include <cstdint>
#include <exception>
#include <future>

#include "app/home.hpp"
#include "channel/transfer.hpp"

namespace app {

struct Received {
    std::int64_t files = 0, refused = 0, duplicates = 0, cancelled = 0, waiting = 0, answers = 0;
    std::int64_t fetched = 0, transferred = 0;  // sets, from and to partners' own servers
    std::exception_ptr fault;   // of our own disk about one partner's channel: thrown at the end
    std::future<void> removed;  // waits where it ends
};

// To forget a large file takes the file system a while, in which it flushes nothing: claims give
// way beside what follows them, those of the last batch beside the run that is to follow, or else
// beside the next reception.
enum class Follows : std::uint8_t { nothing, run };

// Everything that is complete now. Waits for another reception to end; small sets share commits and
// flushes. Takes a turn with partners' own servers, which ends at `until`.
Received receive_all(Home& home, channel::Until until, Follows follows);

// The same turn with partners' own servers behind everything else; says on standard error what
// failed, and keeps the first fault. Returns how many sets were uploaded.
std::int64_t push_and_tell(Home& home, bool came_in, channel::Until until,
                           std::exception_ptr& fault);

// The end of the last day on which an answer is in time, in the home's zone: as agreed with the
// sender, else as the job says.
core::Instant deadline_of(Home& home, const job::Job& job, std::string_view sender,
                          core::Instant received);

}  // namespace app
