#pragma once
// What surrounds the records of a parcel: tags and content of the root, of a document and of what
// lies between them and the records, with the places in it that are counted again for each
// recipient (<recount>).
#include <cstdint>
#include <string>
#include <vector>

namespace outbox {

enum class Counter : std::uint8_t { records, documents, sum };

// One number inside a context that is written anew for each recipient. It counts what lies inside
// the element that the context belongs to: a document's records, the records and documents of all.
struct Hole {
    std::uint32_t offset = 0, length = 0;  // bytes in the text given with it
    Counter counter = Counter::records;
    std::uint32_t sum = 0;     // which of a record's sums, for Counter::sum
    std::uint32_t digits = 0;  // digits after the point; sums are in that unit (250, 2 -> "2.50")
    bool fixed_width = false;  // zeros in front up to `length` (flat files, zero-padded amounts)
    bool point = true;         // written; else the digits stand without it (implied decimals)
    bool ebcdic = false;       // digits of a mainframe
    bool operator==(const Hole&) const = default;
};

struct Counts {
    std::uint64_t records = 0, documents = 0;
    std::vector<std::int64_t> sums;
};

// The number as it is written into the hole.
std::string counted(const Hole& hole, const Counts& counts);

}  // namespace outbox
