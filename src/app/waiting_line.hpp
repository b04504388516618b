#pragma once
// The order of the night: which waiting files may go, and in which order. Pure over the files that
// it is given, so that the forecast asks the same question as the run.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "job/calendar.hpp"
#include "ledger/ledger.hpp"

namespace app {

// What the order goes by and a forecast tells, of a file. There may be as many as a night brings.
struct WaitingFile {
    ledger::FileId id = 0;
    core::FileIdentity identity;
    std::string job;
    ledger::FileState state = ledger::FileState::received;
    core::Instant received_at;
    std::optional<core::Instant> deadline_at;
    std::int64_t bytes = 0;
    int priority = 5;
    std::int64_t decided_by = 0;  // the entry that says so; 0: it is not decided
};

// Files of one sender, subject and environment: they keep the order of their reception.
std::string line_of(const WaitingFile& file);

struct Waiting {
    std::vector<WaitingFile> ready;  // in the order in which they are to be processed
    struct Stopped {
        WaitingFile file;
        std::string why;                     // "held", "behind NAME", "parked: supplier X"
        std::optional<core::Instant> until;  // when it is known to go on
    };
    std::vector<Stopped> stopped;
};

// By when it should be done, in microseconds: its deadline. A priority of 1 to 4 brings it nearer
// to the reception (1: a fifth of the way), 6 to 9 only let others of the same deadline go first.
// Nothing of it depends on the time of asking, so a night that was killed goes on in the same
// order.
std::int64_t urgency_of(const WaitingFile& file);

// Bytes that a sender had processed of what is due at one instant.
using Served = std::map<std::pair<std::string, std::int64_t>, std::int64_t>;

// `files` in the order of reception. A held file stops those behind it in its line, and so does one
// whose supplier is not available now. Of the others the most urgent line goes first: the urgency
// of a file is that of the most urgent one behind it, for it stands in its way; of equals the
// sender who had least so far of what is due then, so that nobody's thousand files starve another's
// one. What is decided goes first, as it was decided: it has names already, and what goes with it
// after a crash is what went with it before. `served`: what was done before this run
// (Ledger::bytes_served).
Waiting order_of_night(std::vector<WaitingFile> files, const job::Calendar& calendar,
                       core::Instant now, const Served& served = {});
// The same of all that waits in a ledger.
Waiting order_of_night(const ledger::Ledger& ledger, const job::Calendar& calendar,
                       core::Instant now);

}  // namespace app
