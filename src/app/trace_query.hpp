#pragma once
// What the questions to the privacy log share: their period and purpose, the request they answer,
// the entry that each of them leaves, and how traces are shown.
#include <iosfwd>
#include <optional>
#include <string>

#include "app/command.hpp"
#include "app/terminal.hpp"
#include "app/trace_store.hpp"

namespace app {

// --from, --to (dates of the home's zone, both included), --purpose (required), --request,
// --received. Faults of kind usage for what does not fit.
struct TraceQuestion {
    core::Date from, to;
    core::Instant begin, end;  // end not included
    std::string purpose;
    std::string reference;  // of the request that is answered; empty: none
    core::Date received;    // the day on which it came

    bool wants(core::Instant sent) const { return sent >= begin && sent < end; }
    bool overlaps(const traces::Summary& summary) const {
        return summary.to >= begin && summary.from < end;
    }
};
TraceQuestion read_question(const Home& home, const Arguments& arguments);

// A request must be answered within a month of the day on which it came.
core::Date due_of(core::Date received);

struct AskedEntry {
    std::int64_t index = 0, request = 0;  // request 0: none
};
// Writes down who asked what and why, before anything is shown. `more` are finished JSON members.
AskedEntry enter_question(Home& home, const TraceQuestion& question, const std::string& more,
                          std::int64_t hits, std::int64_t segments);

enum class TraceFormat : unsigned char { table, json, csv };
TraceFormat trace_format(const Arguments& arguments);

class TraceListing {
  public:
    TraceListing(const Home& home, TraceFormat format);
    void add(const traces::Trace& trace);
    // The table is shown here; JSON ends in a summary.
    void end(const TraceQuestion& question, const AskedEntry& asked, std::int64_t segments);

  private:
    void flush_table();
    const Home& home_;
    TraceFormat format_;
    TextTable table_;
    std::int64_t count_ = 0, in_table_ = 0;
};

}  // namespace app
