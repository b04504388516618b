#pragma once
// The rows of one block as columns: numbers without pattern (steps between pseudonyms, places) in
// Rice code, at the cost of their entropy; numbers that repeat as zstd. Inside the traces room
// only.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace traces {

// One trace inside a segment: who, and `place`: the record (40 bits, counted through the segment's
// sources) above the fate (24 bits).
struct Row {
    std::uint64_t person = 0, place = 0;
    bool operator==(const Row&) const = default;
    std::uint64_t record() const { return place >> 24; }
    std::uint32_t fate() const { return static_cast<std::uint32_t>(place & 0xFFFFFF); }
    static Row of(std::uint64_t person, std::uint64_t record, std::uint32_t fate) {
        return {person, record << 24 | fate};
    }
};
inline constexpr std::uint64_t records_max = std::uint64_t{1} << 40;
inline constexpr std::uint32_t fates_max = 1U << 24;

// Rows in order of (person, record).
std::string pack_rows(const std::vector<Row>& rows);
std::vector<Row> unpack_rows(std::string_view bytes);  // throws Malformed

}  // namespace traces
