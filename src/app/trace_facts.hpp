#pragma once
// From a closed file's facts in the ledger to its traces. Reading only.
#include <cstdint>

#include "app/home.hpp"
#include "traces/trace.hpp"

namespace app {

// T rehearses: nothing is delivered, nothing is traced.
bool leaves_traces(const ledger::File& file);

// What all traces of the file share, over all its records.
traces::Source source_of(Home& home, const ledger::File& file, std::int64_t closing_entry);

// Takes the traces of a file.
struct TraceSink {
    virtual ~TraceSink() = default;
    // Before each slice that has traces; `first_record` is the ordinal of its first record.
    virtual void begin_slice(std::int64_t first_record) = 0;
    virtual std::uint32_t fate(const traces::Fate& fate) = 0;  // its number until the next slice
    virtual void add(std::uint64_t person, std::int64_t record, std::uint32_t fate) = 0;
};

// Records that say whom they are about (person pseudonym not 0): those accepted, towards each
// recipient; and those rejected because their sender has no right to the person.
void each_trace(Home& home, const ledger::File& file, TraceSink& sink);

}  // namespace app
