#pragma once
// The Entry: everything that must be known to go on with an input at a given byte, and nothing that
// depends on threads. It can be saved with a commit and restored by another process, which then
// reads nothing of what was before.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parse/decimal.hpp"
#include "schema/walker.hpp"

namespace parse {

// A stretch of a context whose text is a number to be made anew for each parcel (job recount).
struct RecountSpan {
    std::uint32_t recount = 0;  // index in job->recounts
    std::uint64_t begin = 0, end = 0;
    bool operator==(const RecountSpan&) const = default;
};

// One open element of the chain (level 0: before and around the root), as a parcel needs it.
struct Level {
    std::uint64_t instance = 0;         // ordinal through the whole file, from 1; level 0: the part
    std::string tag;                    // the start tag as written
    std::string before;                 // start tag and what is kept of the content before the
                                        // first record (or next level)
    std::vector<RecountSpan> recounts;  // in `before`
    bool before_complete = false;       // a record (or next level) was met
    std::string path;                   // of the element, with positions: /Root[1]/Form[2]
    std::uint64_t carried = 0;          // bytes that stay behind one of them
    std::uint64_t children = 0;         // chain elements (or records) begun directly inside
    bool operator==(const Level&) const = default;
};

// Has the open instance of a level had no record yet?
bool is_without_records(const std::vector<Level>& levels, std::size_t level);

// The value of one Query whose anchor is open.
struct ContextValue {
    bool present = false;
    std::string text;
    std::uint64_t offset = 0, line = 0, column = 0;  // of the value's first character, as delivered
    bool operator==(const ContextValue&) const = default;
};

struct Entry {
    std::uint32_t part = 1;
    std::uint64_t delivered = 0;         // bytes of the input as delivered before this place
    std::uint64_t line = 1, column = 1;  // of the next character
    std::uint64_t documents = 0;         // begun so far, through the whole file (all parts)
    std::uint64_t records = 0;           // likewise
    std::vector<std::uint64_t>
        instances;  // begun so far of each chain level, through the whole file
    bool in_document = false;
    bool at_end = false;  // the input is complete: nothing follows in this part

    schema::State state;        // of the walker
    std::vector<Level> levels;  // open elements of the chain, level 0 first; a record over the
                                // limit that is still open is not among them
    std::vector<ContextValue> values;  // per Plan::queries; only those outside the record
    std::string query_state;           // predicates that are half decided
    // Since a record or level began or ended, where it is not the first of the open one: bytes, and
    // numbers to be counted again in all that stands there.
    std::uint64_t gap_bytes = 0, gap_recounts = 0;
    std::uint64_t oversize = 0;  // ordinal of the record over the limit that is still open
    std::uint64_t carry = 0;     // decoded bytes from here to where the reader cut the slice before
    bool rested = false;         // that is a slice of its own
    std::string reader_state;    // of the decoder or the flat reader
    // What the schema said around the first record that is still to come (reason, details and path
    // alone): a field of the job that is missing there is not told again.
    std::vector<core::Finding> said;

    // Canonical bytes; the same entry always gives the same bytes.
    std::string save() const;
    static Entry restore(std::string_view bytes);

    // Where the next part begins: ordinals run on, everything else starts anew.
    Entry next_part() const;
};

}  // namespace parse
