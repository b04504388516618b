#pragma once
// Places of bytes in the input as delivered, and paths with positions, for findings. Counted only
// when there is a finding.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "parse/entry.hpp"
#include "parse/outcome.hpp"

namespace parse {

// Counts forward from the begin of a slice, and remembers what it told: bytes are counted once,
// wherever they are asked about again, but for those up to the next place that is remembered.
class PlaceCounter {
  public:
    PlaceCounter(const Entry& entry, const Scale& scale, std::string_view bytes);
    core::Place at(std::uint64_t offset);  // in bytes

  private:
    struct Known {
        std::uint64_t offset = 0;
        core::Place place;
    };
    const Known& nearest(std::uint64_t offset) const;
    Scale scale_;
    std::string_view bytes_;
    Known last_;
    std::vector<Known> known_;  // in order, apart
};

// The name of the start tag at the begin of `bytes`, as written.
std::string_view tag_name(std::string_view bytes);

// The path of what stands at `offset` inside a well-formed element, below the path of its parent:
// parent + "/name[position]/...". For a place in a start tag or in text it is the path of that
// element.
std::string path_inside(std::string_view element, std::uint64_t offset, std::string_view parent,
                        std::uint64_t position);

// The path of a query's value outside records: that of its anchor, which is at or above the element
// whose path is `around`, and the job's names with the anchor's prefix.
std::string path_of_query(const Query& query, std::string_view around);

}  // namespace parse
