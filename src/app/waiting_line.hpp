#pragma once
// The order of the night: which waiting files may go, and in which order. Pure over the files that
// it is given, so that the forecast asks the same question as the run.
#include <optional>
#include <string>
#include <vector>

#include "job/calendar.hpp"
#include "ledger/types.hpp"

namespace app {

// Files of one sender, subject and environment: they keep the order of their reception.
std::string line_of(const ledger::File& file);

struct Waiting {
    std::vector<ledger::File> ready;  // in the order in which they are to be processed
    struct Stopped {
        ledger::File file;
        std::string why;                     // "held", "behind NAME", "parked: supplier X"
        std::optional<core::Instant> until;  // when it is known to go on
    };
    std::vector<Stopped> stopped;
};

// Microseconds left until the deadline, weighed by priority (1 first .. 9 last; 5 weighs 1). What
// is overdue goes before everything that is not.
double urgency_of(const ledger::File& file, core::Instant now);

// `files` in the order of reception. A held file stops those behind it in its line, and so does one
// whose supplier is not available now. Of the others the most urgent line goes first: the urgency
// of a file is that of the most urgent one behind it, for it stands in its way; of equals the
// sender who had least so far, so that nobody's thousand files starve another's one.
Waiting order_of_night(std::vector<ledger::File> files, const job::Calendar& calendar,
                       core::Instant now);

}  // namespace app
