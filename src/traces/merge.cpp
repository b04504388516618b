#include "traces/merge.hpp"

#include <algorithm>
#include <map>
#include <queue>

#include "core/ensure.hpp"
#include "traces/writer.hpp"

namespace traces {

namespace {

// The rows of one segment from front to back, with the numbers they have in the new one.
class Stream {
  public:
    Stream(const Segment& segment, std::uint64_t base, std::vector<std::uint32_t> fates)
        : segment_(segment), base_(base), fates_(std::move(fates)) {
        fill();
    }
    bool empty() const { return at_ == rows_.size(); }
    Row front() const {
        const Row& row = rows_[at_];
        return Row::of(row.person, base_ + row.record(), fates_.at(row.fate()));
    }
    void pop() {
        if (++at_ == rows_.size()) fill();
    }

  private:
    void fill() {
        rows_.clear();
        at_ = 0;
        while (rows_.empty()) {
            if (block_ == blocks_.size()) {
                if (page_ == segment_.index_page_count()) return;
                blocks_ = segment_.index_page(page_++);
                block_ = 0;
                continue;
            }
            rows_ = segment_.rows(blocks_[block_++]);
        }
    }
    const Segment& segment_;
    std::uint64_t base_;
    std::vector<std::uint32_t> fates_;
    std::size_t page_ = 0, block_ = 0, at_ = 0;
    std::vector<Piece> blocks_;
    std::vector<Row> rows_;
};

}  // namespace

Summary merge_segments(const std::vector<const Segment*>& segments,
                       const std::filesystem::path& draft) {
    ENSURE(!segments.empty());
    SegmentWriter writer(draft, segments.front()->summary().period);
    std::vector<std::uint64_t> bases;
    std::uint64_t rows = 0;
    for (const Segment* segment : segments) {
        ENSURE(segment->summary().period == segments.front()->summary().period);
        bases.push_back(writer.records());
        rows += segment->summary().rows;
        segment->each_source([&](const Source& source) { writer.add_source(source); });
    }
    std::vector<Stream> streams;
    streams.reserve(segments.size());
    for (std::size_t i = 0; i < segments.size(); ++i) {
        std::vector<std::uint32_t> fates;
        for (const Fate& fate : segments[i]->fates()) fates.push_back(writer.fate(fate));
        streams.emplace_back(*segments[i], bases[i], std::move(fates));
    }
    // Records of different segments have different numbers, so this order is that of the writer.
    const auto later = [&](std::size_t a, std::size_t b) {
        const Row one = streams[a].front(), other = streams[b].front();
        return one.person != other.person ? one.person > other.person
                                          : one.record() > other.record();
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> heap(later);
    for (std::size_t i = 0; i < streams.size(); ++i)
        if (!streams[i].empty()) heap.push(i);
    while (!heap.empty()) {
        const std::size_t next = heap.top();
        heap.pop();
        writer.add_row(streams[next].front());
        streams[next].pop();
        if (!streams[next].empty()) heap.push(next);
    }
    Summary summary = writer.finish();
    ENSURE(summary.rows == rows);
    return summary;
}

std::vector<std::vector<std::int64_t>> choose_merges(std::vector<MergeCandidate> candidates,
                                                     const MergeLimits& limits) {
    std::sort(candidates.begin(), candidates.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    const std::size_t least = std::max<std::size_t>(2, limits.segments);
    std::map<std::pair<int, unsigned>, std::vector<const MergeCandidate*>> alike;
    for (const MergeCandidate& one : candidates) {
        if (one.rows >= limits.rows_max) continue;
        unsigned tier = 0;
        for (std::uint64_t files = one.sources; files >= least; files /= least) ++tier;
        alike[{one.period, tier}].push_back(&one);
    }
    std::vector<std::vector<std::int64_t>> merges;
    for (const auto& [key, group] : alike) {
        for (std::size_t from = 0; group.size() - from >= least;) {
            std::vector<std::int64_t> ids;
            std::uint64_t rows = 0;
            for (; ids.size() < least && rows < limits.rows_max; ++from) {
                ids.push_back(group[from]->id);
                rows += group[from]->rows;
            }
            merges.push_back(std::move(ids));
        }
    }
    return merges;
}

}  // namespace traces
