#pragma once
// The segments of the privacy log as the ledger's entries tell them: sealed, merged, purged. What
// is in spool/traces and not told there does not count.
#include <set>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "io/lock.hpp"
#include "traces/segment.hpp"

namespace app {

// The body of an entry `segment`.
struct SegmentEntry {
    std::int64_t index = 0;
    core::Instant at;
    std::string action;                 // sealed, merged, purged; none: entries without a trace
    std::string name;                   // of the file in spool/traces
    traces::Summary summary;            // of sealed and merged
    std::int64_t first = 0, last = -1;  // sealed and none: the entries looked through
    std::string reason;                 // purged
    std::vector<std::string> replaces;  // merged: names; each has its own entry with its digest
    std::string body() const;
    static SegmentEntry read(const ledger::Entry& entry);  // a Fault (integrity) where it cannot be
};

// YEAR-DIGEST.traces: the name says what must be inside.
std::string segment_name(const traces::Summary& summary);

class TraceStore {
  public:
    // Takes the lock of the privacy log: nothing is sealed, merged or purged beside us.
    TraceStore(Home& home, const std::string& purpose);

    const std::vector<SegmentEntry>& living() const { return living_; }  // oldest entry first
    std::int64_t next_entry() const { return next_entry_; }              // not yet looked through
    std::filesystem::path folder() const { return folder_; }
    std::filesystem::path file(const std::string& name) const { return folder_ / name; }
    // A Fault (integrity) where it is missing or is not what its entry says.
    traces::Segment open(const SegmentEntry& entry) const;

    // Commits entries, then removes the files of segments that no longer live.
    void commit(const std::vector<SegmentEntry>& entries);
    // Gives a finished draft its name, durably; it counts from the commit of its entry.
    std::string keep(const std::filesystem::path& draft, const traces::Summary& summary) const;
    // Removes what a crash left: drafts, runs, segments that were merged or purged. A segment that
    // no entry knows is left alone: it may be newer than a ledger that was restored.
    void sweep() const;
    std::vector<std::string> strangers() const;  // files that no entry knows

  private:
    void take(SegmentEntry entry);
    Home& home_;
    std::filesystem::path folder_;
    io::Lock lock_;
    std::vector<SegmentEntry> living_;
    std::set<std::string> gone_;
    std::int64_t next_entry_ = 0;
};

inline constexpr int trace_lock_minutes_max = 30;

// ---- values of a flat JSON object of ours: texts, numbers, lists of texts ----
std::string json_text(std::string_view object, std::string_view key);  // empty where there is none
std::int64_t json_number(std::string_view object, std::string_view key, std::int64_t otherwise = 0);
std::vector<std::string> json_texts(std::string_view object, std::string_view key);

}  // namespace app
