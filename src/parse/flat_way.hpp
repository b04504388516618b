#pragma once
// Where in the groups of a flat file a unit may stand next. Goes by the layout where the data does,
// and finds a place where it does not: what is missing or out of order, the schema says.
#include <cstdint>
#include <string>
#include <vector>

#include "dfdl/parser.hpp"
#include "parse/flat_layout.hpp"

namespace parse::flat {

struct Open {
    std::uint32_t node = 0;
    std::uint32_t position = 0;  // of the last unit or group in it
    std::uint64_t count = 0;     // how many of that one
    bool empty = true;
    bool operator==(const Open&) const = default;
};

// A unit, and which groups close and open for it.
struct Way {
    std::uint32_t unit = none;
    std::size_t keep = 1;               // open groups that stay open
    std::vector<std::uint32_t> opened;  // groups to open, outermost first
    bool astray = false;                // the layout has it elsewhere
};

// Every unit once, the most likely first.
std::vector<Way> ways(const Layout& layout, const std::vector<Open>& open);
// The same, of the last few places: records of one kind all begin at the same one.
class KnownWays {
  public:
    explicit KnownWays(const Layout& layout) : layout_(layout) {}
    // Good until the next call.
    const std::vector<Way>& from(const std::vector<Open>& open);

  private:
    struct Known {
        std::vector<Open> open;
        std::vector<Way> ways;
    };
    const Layout& layout_;
    std::vector<Known> known_;
};

// Goes one: `open` afterwards is what is open around the unit.
void go(const Layout& layout, const Way& way, std::vector<Open>& open);

}  // namespace parse::flat
