#include "traces/builder.hpp"

#include "core/ensure.hpp"

namespace traces {

SegmentBuilder::SegmentBuilder(const std::filesystem::path& draft, int period,
                               const BuilderLimits& limits)
    : limits_(limits),
      writer_(draft, period, limits.threads),
      sorter_(draft.string() + ".runs", limits.memory_bytes_max) {}

void SegmentBuilder::begin_source(const Source& source) {
    base_ = writer_.add_source(source);
    first_record_ = source.first_record;
    records_ = source.records;
}

void SegmentBuilder::add(std::uint64_t person, std::int64_t record, std::uint32_t fate) {
    if (person == 0) return;
    ENSURE(record >= first_record_ &&
           static_cast<std::uint64_t>(record - first_record_) < records_);
    sorter_.add(Row::of(person, base_ + static_cast<std::uint64_t>(record - first_record_), fate));
}

bool SegmentBuilder::full() const {
    return sorter_.count() >= limits_.rows_max || writer_.fates() >= limits_.fates_max;
}

Summary SegmentBuilder::finish() {
    sorter_.each([&](const Row& row) { writer_.add_row(row); });
    return writer_.finish();
}

}  // namespace traces
