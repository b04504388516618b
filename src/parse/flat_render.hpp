#pragma once
// A unit that was read becomes XML, with the places of its bytes.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dfdl/parser.hpp"

namespace parse::flat {

using Map = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // walked to bytes, see fold.hpp

// Replaces the last place where it says nothing that the ones around it do not say.
void add_anchor(Map& map, std::uint64_t walked, std::uint64_t bytes);

struct Rendered {
    std::string& walked;
    Map& map;
    std::uint64_t base = 0;           // of the unit in the bytes
    std::vector<dfdl::Note> notes;    // characters that XML cannot hold
    std::vector<std::uint32_t> open;  // elements while it is made
};

// `whole`: bytes of the unit with what belongs to it behind. `root`: it is the root element.
void render(const dfdl::Layout& layout, const dfdl::Parser& unit, std::uint64_t whole, bool root,
            Rendered& to);

}  // namespace parse::flat
