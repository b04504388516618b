#pragma once
// One file through the engine of the night, with nothing written: what `sluice check` shows and
// `sluice job test` compares.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/fold.hpp"
#include "app/plans.hpp"
#include "core/finding.hpp"
#include "job/job.hpp"

namespace app {

struct Rehearsed {
    std::int64_t files = 0, documents = 0, records = 0, accepted = 0, rejected = 0, findings = 0;
    bool refused = false;  // the file, or a document without a single record in it
    bool clean() const { return rejected == 0 && !refused; }
    void add(const Rehearsed& other);
};

struct RehearsalOptions {
    unsigned threads = 0;                       // 0: one per core
    bool quiet = true;                          // no progress bar
    std::function<void(const Folded&)> folded;  // told what each slice came to; null: nobody
    std::vector<std::string> enclosures;        // archives of the documents beside the records
};

// Is the file an archive of documents, which goes with the file before it?
bool is_enclosure(const std::string& file);

using FindingSink = std::function<void(const core::Finding&)>;

// Findings in the order of the file; `findings` counts those over the limits of the job as well.
// The first of `candidates` that fits is the job.
Rehearsed rehearse(const std::string& file, const std::vector<const job::Job*>& candidates,
                   Plans& plans, const RehearsalOptions& options, const FindingSink& sink);

}  // namespace app
