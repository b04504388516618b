#pragma once
// The syntax of regular expressions (XML Schema 1.0 part 2, appendix F): text to tree.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/regex.hpp"
#include "schema/regex_charset.hpp"

namespace schema {

struct RegexNode {
    enum class Kind : std::uint8_t { empty, set, sequence, choice, repeat } kind = Kind::empty;
    std::uint32_t set = 0;                // index in RegexTree::sets
    std::uint32_t least = 0, most = 0;    // repeat
    std::vector<std::uint32_t> children;  // indices in RegexTree::nodes
    static constexpr std::uint32_t unbounded = 0xFFFFFFFF;
};

struct RegexTree {
    std::vector<RegexNode> nodes;  // children before parents
    std::vector<CharSet> sets;     // distinct
    std::uint32_t root = 0;
};

// Parses one more alternative into the tree; root becomes its top. False with `error`.
bool parse_regex(std::string_view text, const RegexLimits& limits, RegexTree& tree,
                 RegexError& error);

}  // namespace schema
