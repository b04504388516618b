#pragma once
// The nightly loop: receive, process in the order of remaining time, finish, publish. Safe to run
// again after anything.
#include <exception>
#include <optional>
#include <set>
#include <string>

#include "app/home.hpp"
#include "app/processing.hpp"
#include "io/lock.hpp"

namespace app {

struct NightOptions {
    std::set<std::string> jobs;  // empty: all
    std::optional<core::Instant> until;
    bool quiet = false;
};

struct NightResult {
    Tally tally;
    double seconds = 0;
    bool stopped = false;      // by until
    std::int64_t left = 0;     // files that still wait
    std::exception_ptr fault;  // of our own disk about one partner's channel
};

NightResult run_night(Home& home, const NightOptions& options);

// HH:MM of the next such moment of the home's civil time, or an RFC 3339 instant. A Fault (usage)
// otherwise.
core::Instant parse_until(const Home& home, const std::string& text);

}  // namespace app
