#pragma once
// Many small segments of one period into one larger: every trace is kept, none is changed. Also the
// rule that says which segments are to be merged: each trace is rewritten a few times in its life.
#include <filesystem>
#include <vector>

#include "traces/segment.hpp"

namespace traces {

// Reads the segments in this order; memory holds a block of each. All of one period (ENSUREd).
Summary merge_segments(const std::vector<const Segment*>& segments,
                       const std::filesystem::path& draft);

struct MergeLimits {
    std::size_t segments = 16;          // so many of a like size are merged
    std::uint64_t rows_max = 64 << 20;  // a segment of so many traces is left as it is
};

struct MergeCandidate {
    std::int64_t id = 0;
    int period = 0;
    std::uint64_t rows = 0, sources = 0;
};

// Groups of ids to be merged now, in order of their ids; empty: nothing is to be done. Segments of
// a period are of a like size when their numbers of files lie within the same power of `segments`:
// of files, not of traces, as merges are entries, and entries must not tell who was held.
std::vector<std::vector<std::int64_t>> choose_merges(std::vector<MergeCandidate> candidates,
                                                     const MergeLimits& limits);

}  // namespace traces
