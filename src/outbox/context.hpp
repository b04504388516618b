#pragma once
// What surrounds the records of a parcel: the bytes of the root and of a document before and after
// their records, with the places in them that are counted again for each recipient (<recount>).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outbox {

enum class Counter : std::uint8_t { records, documents, sum };

// One number inside a context that is written anew for each recipient. In a document's context it
// counts that document's records for the recipient, in the root's the whole parcel's.
struct Hole {
    std::uint32_t offset = 0, length = 0;  // bytes in Context::text
    Counter counter = Counter::records;
    std::uint32_t sum = 0;     // which of a record's sums, for Counter::sum
    std::uint32_t digits = 0;  // digits after the point; sums are in that unit (250, 2 -> "2.50")
    bool fixed_width = false;  // zeros in front up to `length` (flat files, zero-padded amounts)
    bool operator==(const Hole&) const = default;
};

struct Context {
    std::string text;
    std::vector<Hole> holes;  // rising offsets, no overlap
    bool operator==(const Context&) const = default;
};

struct Counts {
    std::uint64_t records = 0, documents = 0;
    std::vector<std::int64_t> sums;
};

std::string counted(const Hole& hole, const Counts& counts);
// The text with all its holes filled.
std::string filled(const Context& context, const Counts& counts);

}  // namespace outbox
