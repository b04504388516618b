#pragma once
// Joins the scans of slices in input order: is a scan from an assumed state the truth, where does
// the slice really end, and what is the entry of the next. Sequential and cheap.
#include <memory>
#include <optional>

#include "parse/fold.hpp"
#include "parse/reader.hpp"
#include "parse/scan.hpp"

namespace parse {

// What the joiner makes of a slice.
struct Joined {
    Slice slice;                // with what was carried over from the one before
    Entry entry;                // where it really begins
    Scan scan;                  // up to where it really ends
    bool assumed = false;       // the scan began in an assumed state of the same course
    std::optional<Slice> rest;  // of the slice: the next one
    bool empty = true;          // nothing is ready yet: all of it was carried over to the next
};

class Joiner {
  public:
    Joiner(std::shared_ptr<const Plan> plan, const Entry& from);

    // A scan that began in `assumed` (null: none was made). Scans again where it was not the truth.
    Joined join(Slice slice, std::optional<Scan> scan, const schema::State* assumed);
    const Entry& entry() const { return entry_; }

  private:
    bool holds(const Slice& slice, std::optional<Scan>& scan, const schema::State* assumed) const;
    bool cuts_gap(const Scan& scan, const Slice& slice) const;
    Scan scan_truly(const Slice& slice);
    Scan end_at_value(Scan scan, const Scan& seen, const Slice& slice) const;
    Scan end_at(const Slice& slice, const Fold::TooMuch& place);

    std::shared_ptr<const Plan> plan_;
    Scanner scanner_;
    Entry entry_;
    std::optional<Slice> carried_;
    std::uint64_t carried_from_ = 0;
    std::uint64_t try_at_ = 0;  // bytes: what is carried because it goes on is not looked at before
};

}  // namespace parse
