#pragma once
// The job, schema and partners that a file was decided with: those in force where they are still
// the same, else as the ledger kept them by their digests.
#include <memory>

#include "app/home.hpp"
#include "parse/plan.hpp"

namespace app {

struct Then {
    std::shared_ptr<const job::Job> job;
    std::shared_ptr<const parse::Plan> plan;
    std::shared_ptr<const job::Partners> partners;
    bool kept = false;    // made again from what the ledger kept
    std::string missing;  // not empty: why there is no plan, for people
};

// The partners of then; null where the ledger does not have them.
std::shared_ptr<const job::Partners> partners_then(Home& home, const ledger::File& file);
Then definitions_of(Home& home, const ledger::File& file);

}  // namespace app
