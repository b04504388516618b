#pragma once
// The driver: cuts an input into slices, scans them on worker threads, joins them in order and
// hands their outcomes over. The same for `check` and for the night. Bounded memory: a fixed number
// of slices is in flight. The outcomes are the same for any number of threads.
#include <cstdint>
#include <functional>
#include <memory>

#include "parse/enclosures.hpp"
#include "parse/outcome.hpp"
#include "parse/plan.hpp"
#include "parse/source.hpp"

namespace parse {

struct PipelineOptions {
    unsigned threads = 1;                    // workers; 0: one per core
    std::uint64_t slice_bytes = 1ULL << 20;  // fits into the second-level cache
    unsigned slices_in_flight = 0;           // 0: threads + 2
    std::uint64_t memory_bytes = 0;          // of slices in flight, but for one; 0: no limit
    // Asked while slices are in flight: true keeps back what comes behind them. Like the limit it
    // says when something is read, never what.
    std::function<bool()> tight;
    const Enclosures* enclosures = nullptr;  // beside the records; null: they are not looked at
};

// What the stages after parsing made of a slice on its worker thread.
struct Product {
    virtual ~Product() = default;
};

class Stages {
  public:
    virtual ~Stages() = default;
    // On a worker, several at once. Pure function of the outcome. May throw; the exception reaches
    // the caller of run_pipeline after the slices before it were taken.
    virtual std::unique_ptr<Product> work(Outcome&) { return nullptr; }
    // On the caller's thread, in input order. False: stop (not an error).
    virtual bool take(std::unique_ptr<Outcome> outcome, std::unique_ptr<Product> product) = 0;
};

enum class End : unsigned char { complete, malformed, stopped };

// Walks one part from `from` (Entry{} for the first part's first byte) to its end.
End run_pipeline(std::shared_ptr<const Plan> plan, const Source& source, const Entry& from,
                 const PipelineOptions& options, Stages& stages);

// The same without stages of one's own.
End run_pipeline(std::shared_ptr<const Plan> plan, const Source& source, const Entry& from,
                 const PipelineOptions& options,
                 const std::function<bool(std::unique_ptr<Outcome>)>& take);

}  // namespace parse
