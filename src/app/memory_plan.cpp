#include "app/memory_plan.hpp"

#include <algorithm>
#include <string>

#include "core/fault.hpp"
#include "io/frames.hpp"
#include "parse/reader.hpp"

namespace app {

// The program itself, its libraries, schemas, keys and the ledger's cache, and frames of the copy.
static constexpr std::uint64_t base_bytes = 56ULL << 20;
// Sixteen are given away below; the others are left to what an allocator cannot use again at once.
static constexpr std::uint64_t shares = 20;
static constexpr std::uint64_t budget_least = 128ULL << 20;
static constexpr std::uint64_t key_bytes = 64;  // in memory, about

static core::Fault too_small(const Settings& settings, std::uint64_t needed,
                             const std::string& advice) {
    return {core::FaultKind::usage, "keep to", "memory-budget-bytes in sluice.conf",
            std::to_string(settings.memory_budget_bytes) + " is too small: at least " +
                std::to_string(needed) + " are needed",
            advice};
}

MemoryPlan memory_plan(const Settings& settings) {
    const std::uint64_t budget = settings.memory_budget_bytes;
    if (budget < budget_least) throw too_small(settings, budget_least, "raise it");
    const std::uint64_t share = (budget - base_bytes) / shares;
    MemoryPlan plan;
    plan.slices_bytes = 6 * share;
    plan.commit_bytes = 3 * share;  // one is packed while the next one grows
    plan.packed_bytes = share;      // and as much again while it is made
    plan.unique_keys = static_cast<std::size_t>(share / key_bytes);
    plan.trace_bytes =
        std::min<std::uint64_t>(settings.trace_memory_bytes, budget / 8);  // twice, to sort
    // Two slices at a time, or nobody ever reads ahead.
    const std::uint64_t two = 2 * parse::weight_factor * settings.slice_bytes;
    if (two > plan.slices_bytes)
        throw too_small(
            settings, base_bytes + two * shares / 6 + shares,
            "raise it, or lower slice-bytes (" + std::to_string(settings.slice_bytes) + ")");
    plan.batch_bytes = std::min(settings.batch_bytes_max, plan.commit_bytes);
    plan.budget_bytes = budget;
    return plan;
}

MemoryPlan memory_plan(const Settings& settings,
                       const std::vector<std::shared_ptr<const job::Job>>& jobs) {
    // Read, kept for the drafts, gathered and packed.
    constexpr std::uint64_t times = 4;
    const MemoryPlan plan = memory_plan(settings);
    for (const auto& job : jobs)
        if (base_bytes + times * job->limits.record_bytes_max > settings.memory_budget_bytes)
            throw too_small(settings, base_bytes + times * job->limits.record_bytes_max,
                            "raise it, or lower record-bytes-max of job " + job->name + " (" +
                                std::to_string(job->limits.record_bytes_max) + ")");
    return plan;
}

// Two frames for each and one, as they came and packed.
unsigned MemoryPlan::copy_threads(unsigned threads) const {
    const std::uint64_t frames = (budget_bytes - base_bytes) / (2 * io::frame_input_bytes);
    return std::min(threads, static_cast<unsigned>(std::max<std::uint64_t>((frames - 1) / 2, 1)));
}

}  // namespace app
