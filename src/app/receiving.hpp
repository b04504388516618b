#pragma once
// Reception: what lies in the landing zone becomes ours, is verified, recorded and answered. Does
// not wait for the night, and runs beside it.
#include <chrono>
#include <cstdint>
#include <exception>
#include <future>

#include "app/home.hpp"
#include "channel/transfer.hpp"
#include "core/fault.hpp"

namespace app {

struct Received {
    std::int64_t files = 0, refused = 0, duplicates = 0, cancelled = 0, waiting = 0, answers = 0;
    std::int64_t fetched = 0, transferred = 0;  // sets, from and to partners' own servers
    // About one partner alone, his folders, a file of his or his channel: the first is thrown when
    // the rest of the command is done, the others are said at once.
    std::exception_ptr fault;
    void tell(const core::Fault& one);
    bool missed = false;        // another reception was at it: it may go on for long
    std::future<void> removed;  // waits where it ends
    void end_removing();        // what could not be removed is told
};

// To forget a large file takes the file system a while, in which it flushes nothing: claims give
// way beside what follows them, those of the last batch beside the run that is to follow, or else
// beside the next reception.
enum class Follows : std::uint8_t { nothing, run };

// Everything that is complete now; small sets share commits and flushes. Takes a turn with
// partners' own servers, which ends at `until`. Waits for another reception to end; where a run
// follows, it has other work than waiting, and may miss it.
Received receive_all(Home& home, channel::Until until, Follows follows);

// What a run has missed, without partners' own servers: false when it missed it again.
bool receive_landed(Home& home, Received& received, std::chrono::seconds patience);

// The same turn with partners' own servers behind everything else; says on standard error what
// failed, and keeps the first fault. Returns how many sets were uploaded.
std::int64_t push_and_tell(Home& home, bool came_in, channel::Until until,
                           std::exception_ptr& fault);

// The end of the last day on which an answer is in time, in the home's zone: as agreed with the
// sender, else as the job says.
core::Instant deadline_of(Home& home, const job::Job& job, std::string_view sender,
                          core::Instant received);

}  // namespace app
