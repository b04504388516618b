#pragma once
// What the coming night will bring: the waiting files in the order in which a run would take them,
// each with the time at which it would be finished at the measured rate. Pure but for `look_ahead`.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "app/waiting_line.hpp"
#include "ledger/figures.hpp"

namespace app {

struct ForecastOptions {
    core::Instant start;                 // when the run begins
    std::optional<core::Instant> until;  // when it ends
    double bytes_per_second = 0;         // for everything; 0: as measured
};

struct Prediction {
    WaitingFile file;
    std::optional<core::Instant> end;  // none: not before somebody does something, or unknown
    bool misses = false;
    std::string why, help;
};

struct Forecast {
    std::vector<Prediction> files;  // in the order of the night, the stopped ones last
    std::int64_t bytes = 0, misses = 0, stopped = 0, left = 0;  // left: not reached before `until`
    std::optional<core::Instant> end;
    std::map<std::string, double> bytes_per_second;  // by job; "" is all of them
};

// Bytes a second of each job, and of all ("").
std::map<std::string, double> rates_of(const std::vector<ledger::Rate>& measured);

Forecast forecast(const Waiting& waiting, const std::map<std::string, double>& rates,
                  const ForecastOptions& options);

Forecast look_ahead(Home& home, const ForecastOptions& options);

}  // namespace app
