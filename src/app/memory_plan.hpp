#pragma once
// What `memory-budget-bytes` comes to for each stage of a run. The only place where the budget is
// divided; a stage keeps to its share by cutting or waiting earlier.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "app/settings.hpp"
#include "job/job.hpp"

namespace app {

struct MemoryPlan {
    // In flight on the workers, beyond which nothing more is read. Says when, never what.
    std::uint64_t slices_bytes = 0;
    // Of slices and their parcels' tables between two commits. Decides where a commit is cut, so it
    // depends on the budget alone, not on threads or on what is held at the moment.
    std::uint64_t commit_bytes = 0;
    // Packed and not yet appended to the drafts.
    std::uint64_t packed_bytes = 0;
    // Held by all uniqueness checks of a job; more are spilled.
    std::size_t unique_keys = 0;
    // For sorting the traces of the privacy log, when nothing else of these is held any more.
    std::uint64_t trace_bytes = 0;
    // Input of the small files that share a commit.
    std::uint64_t batch_bytes = 0;
    std::uint64_t budget_bytes = 0;

    // So many of these may compress the frames of a private copy.
    unsigned copy_threads(unsigned threads) const;
};

// Throws core::Fault (usage) where the budget is too small for the settings.
MemoryPlan memory_plan(const Settings& settings);
// The same, and for the records that a job allows.
MemoryPlan memory_plan(const Settings& settings,
                       const std::vector<std::shared_ptr<const job::Job>>& jobs);

}  // namespace app
