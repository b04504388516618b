#pragma once
// A unit that was read becomes XML, with the places of its bytes.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dfdl/parser.hpp"

namespace parse::flat {

struct Rendered {
    std::string& walked;
    std::vector<std::pair<std::uint64_t, std::uint64_t>>& map;  // walked to bytes
    std::uint64_t base = 0;                                     // of the unit in the bytes
    std::vector<dfdl::Note> notes;                              // characters that XML cannot hold
};

// `whole`: bytes of the unit with what belongs to it behind. `root`: it is the root element.
void render(const dfdl::Layout& layout, const dfdl::Parser& unit, std::uint64_t whole, bool root,
            Rendered& to);

}  // namespace parse::flat
