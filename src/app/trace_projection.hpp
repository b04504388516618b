#pragma once
// The privacy log as a projection of the ledger: the traces of files that were closed since the
// last time, sealed in segments; small segments merged into larger ones. The same facts always make
// the same segments, so doing it again after a crash changes nothing.
#include <cstdint>

#include "app/trace_store.hpp"

namespace app {

struct Projected {
    std::int64_t files = 0, traces = 0, segments = 0, merged = 0;
};

// Called at the end of a run. Waits while somebody else projects or purges.
Projected project_traces(Home& home);
// For whoever holds the store already.
Projected project_traces(Home& home, TraceStore& store);

}  // namespace app
