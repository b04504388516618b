#pragma once
// How long traces are kept, and the two ways in which they end: purging segments, and destroying
// the pseudonym key of a year. Neither touches what is younger than the limit, and a legal hold
// stops both.
#include <optional>
#include <string>
#include <vector>

#include "app/trace_store.hpp"

namespace app {

// The greatest of the setting trace-years and every job's keep/trace-years.
int trace_years(Home& home);
// Traces of before this day may go.
core::Date retention_limit(Home& home);
// The words of the first legal hold that stands; none where expiry is allowed. A hold is an entry
// legal_hold with a `hold` (its name) and an `action`; the action "lifted" ends it.
std::optional<std::string> legal_hold(const ledger::Ledger& book);

// Segments all of whose traces were sent before `before`.
std::vector<SegmentEntry> expired(const Home& home, const TraceStore& store, core::Date before);
// Why the key of this year cannot be destroyed; empty: it can.
std::string why_not_forgotten(Home& home, const TraceStore& store, int year);
// The entry, then the key: a crash between them is made good by doing it again.
void forget_period(Home& home, int year, const std::string& reason);

}  // namespace app
