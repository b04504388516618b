#pragma once
// Builds one segment from traces as they come, file after file, in bounded memory. What it makes is
// a pure function of what it is given.
#include <filesystem>

#include "traces/sorter.hpp"
#include "traces/writer.hpp"

namespace traces {

struct BuilderLimits {
    std::size_t memory_bytes_max = 64 << 20;
    std::uint64_t rows_max = 64 << 20;  // full() from here on
    std::size_t fates_max = 1 << 18;    // likewise
    unsigned threads = 1;               // that pack
};

class SegmentBuilder {
  public:
    // `draft` is the file to be; runs are spilled beside it, in the folder `draft`.runs.
    SegmentBuilder(const std::filesystem::path& draft, int period, const BuilderLimits& limits);

    // Traces that follow are of this file.
    void begin_source(const Source& source);
    // `record` is an ordinal of the file, within those that its source announced. Nobody (0) is not
    // traced.
    void add(std::uint64_t person, std::int64_t record, std::uint32_t fate);
    std::uint32_t fate(const Fate& fate) { return writer_.fate(fate); }

    bool full() const;
    std::uint64_t rows() const { return sorter_.count(); }
    Summary finish();

  private:
    BuilderLimits limits_;
    SegmentWriter writer_;
    RowSorter sorter_;
    std::uint64_t base_ = 0;
    std::int64_t first_record_ = 1;
    std::uint64_t records_ = 0;
};

}  // namespace traces
