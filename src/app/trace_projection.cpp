#include "app/trace_projection.hpp"

#include <map>
#include <memory>

#include "app/memory_plan.hpp"
#include "app/trace_facts.hpp"
#include "app/trace_keys.hpp"
#include "core/ensure.hpp"
#include "ledger/reading.hpp"
#include "traces/builder.hpp"
#include "traces/merge.hpp"

namespace app {

namespace {

constexpr std::int64_t entries_at_once = 10'000;
// After so many entries without a trace it is written down that they were looked through.
constexpr std::int64_t entries_without_trace_max = 10'000;

// Seals the traces of file after file: one segment a period, more where one gets full.
class Sealing : TraceSink {
  public:
    Sealing(Home& home, TraceStore& store) : home_(home), store_(store) {
        const Settings& settings = home.settings();
        limits_.memory_bytes_max = static_cast<std::size_t>(memory_plan(settings).trace_bytes);
        limits_.rows_max = settings.trace_segment_rows_max;
        limits_.threads = home.threads();
    }

    void take(const ledger::File& file, std::int64_t closing_entry) {
        source_ = source_of(home_, file, closing_entry);
        period_ = trace_period(home_, file);
        begun_ = false;
        each_trace(home_, file, *this);
    }
    // All that was sealed, in the order of period and sealing.
    std::vector<SegmentEntry> finish() {
        for (auto& [period, draft] : drafts_) seal(draft);
        drafts_.clear();
        return std::move(sealed_);
    }

  private:
    struct Draft {
        std::filesystem::path path;
        std::unique_ptr<traces::SegmentBuilder> builder;
    };

    void begin_slice(std::int64_t first_record) override {
        Draft& draft = drafts_[period_];
        if (draft.builder && draft.builder->full()) {
            seal(draft);
            begun_ = false;
        }
        if (!draft.builder) {
            draft.path = store_.file("draft-" + std::to_string(++drafts_made_));
            draft.builder = std::make_unique<traces::SegmentBuilder>(draft.path, period_, limits_);
        }
        builder_ = draft.builder.get();
        if (begun_) return;
        traces::Source rest = source_;
        ENSURE(first_record >= rest.first_record);
        rest.records -= static_cast<std::uint64_t>(first_record - rest.first_record);
        rest.first_record = first_record;
        builder_->begin_source(rest);
        begun_ = true;
    }
    std::uint32_t fate(const traces::Fate& fate) override { return builder_->fate(fate); }
    void add(std::uint64_t person, std::int64_t record, std::uint32_t fate) override {
        builder_->add(person, record, fate);
    }
    void seal(Draft& draft) {
        if (!draft.builder) return;
        SegmentEntry entry;
        entry.action = "sealed";
        entry.summary = draft.builder->finish();
        draft.builder.reset();
        entry.name = store_.keep(draft.path, entry.summary);
        sealed_.push_back(std::move(entry));
    }

    Home& home_;
    TraceStore& store_;
    traces::BuilderLimits limits_;
    traces::Source source_;
    int period_ = 0;
    bool begun_ = false;  // the source is in the builder of its period
    traces::SegmentBuilder* builder_ = nullptr;
    std::map<int, Draft> drafts_;
    int drafts_made_ = 0;
    std::vector<SegmentEntry> sealed_;
};

// Files by the entry that closed them, in that order, from `first` on; `first` moves behind the
// last entry there is.
std::vector<std::pair<std::int64_t, ledger::FileId>> closed_files(const ledger::Ledger& book,
                                                                  std::int64_t& first) {
    std::vector<std::pair<std::int64_t, ledger::FileId>> closed;
    for (;;) {
        const auto page = book.entries_from(first, entries_at_once);
        for (const ledger::Entry& entry : page) {
            if (entry.kind == ledger::EntryKind::closed)
                closed.emplace_back(entry.index, entry.file);
            first = entry.index + 1;
        }
        if (page.size() < static_cast<std::size_t>(entries_at_once)) return closed;
    }
}

void seal_closed(Home& home, TraceStore& store, Projected& projected) {
    const std::int64_t first = store.next_entry();
    std::int64_t end = first;
    const auto closed = closed_files(home.ledger(), end);
    Sealing sealing(home, store);
    {
        const ledger::Reading reading(home.ledger());
        for (const auto& [entry, id] : closed) {
            const auto file = home.ledger().find_file(id);
            ENSURE(file);
            if (!leaves_traces(*file)) continue;
            sealing.take(*file, entry);
            ++projected.files;
        }
    }
    auto sealed = sealing.finish();
    for (const SegmentEntry& entry : sealed) {
        projected.traces += static_cast<std::int64_t>(entry.summary.rows);
        ++projected.segments;
    }
    if (sealed.empty() && end - first < entries_without_trace_max) return;
    if (sealed.empty()) {
        sealed.emplace_back();
        sealed.back().action = "none";
    }
    // What was looked through stands in the last one, as all become true together.
    sealed.back().first = first;
    sealed.back().last = end - 1;
    store.commit(sealed);
}

void merge_small(Home& home, TraceStore& store, Projected& projected) {
    traces::MergeLimits limits;
    limits.segments = home.settings().trace_merge_segments;
    limits.rows_max = home.settings().trace_segment_rows_max;
    for (;;) {
        std::vector<traces::MergeCandidate> candidates;
        std::map<std::int64_t, SegmentEntry> entries;
        for (const SegmentEntry& one : store.living()) {
            candidates.push_back(
                {one.index, one.summary.period, one.summary.rows, one.summary.sources});
            entries.emplace(one.index, one);
        }
        const auto merges = traces::choose_merges(std::move(candidates), limits);
        if (merges.empty()) return;
        for (const auto& indices : merges) {
            std::vector<traces::Segment> segments;
            SegmentEntry merged;
            merged.action = "merged";
            for (const std::int64_t index : indices) {
                segments.push_back(store.open(entries.at(index)));
                merged.replaces.push_back(entries.at(index).name);
            }
            std::vector<const traces::Segment*> parts;
            for (const traces::Segment& segment : segments) parts.push_back(&segment);
            const auto draft = store.file("draft-merge");
            merged.summary = traces::merge_segments(parts, draft);
            merged.name = store.keep(draft, merged.summary);
            store.commit({merged});
            projected.merged += static_cast<std::int64_t>(indices.size());
        }
    }
}

}  // namespace

Projected project_traces(Home& home, TraceStore& store) {
    Projected projected;
    store.sweep();
    seal_closed(home, store, projected);
    merge_small(home, store, projected);
    return projected;
}

Projected project_traces(Home& home) {
    TraceStore store(home, "trace");
    return project_traces(home, store);
}

}  // namespace app
