#pragma once
// From the tree of a regular expression to a nondeterministic automaton over classes of code
// points, and from that to the table of states.
#include <cstdint>
#include <string_view>
#include <vector>

#include "schema/regex.hpp"
#include "schema/regex_parse.hpp"

namespace schema {

// Which code points no set of the expression tells apart.
struct RegexClasses {
    std::vector<char32_t> starts;    // first code point of each run, sorted; starts[0] is 0
    std::vector<std::uint16_t> run;  // class of each run
    std::vector<std::vector<std::uint16_t>> of_set;  // classes in each set of the tree
    std::uint32_t count = 0;

    std::uint16_t of(char32_t c) const;
};

bool find_classes(const RegexTree& tree, RegexClasses& classes);  // false: too many

struct RegexNfa {
    struct Node {
        enum class Kind : std::uint8_t { set, split, accept } kind = Kind::accept;
        std::uint32_t set = 0;
        std::uint32_t next = 0, other = 0;  // other: of a split
    };
    std::vector<Node> nodes;
    std::uint32_t start = 0;

    // Is the text in the language? By sets of nodes, for expressions without a table.
    bool matches(std::string_view text, const RegexTree& tree) const;
};

bool build_nfa(const RegexTree& tree, const RegexLimits& limits,
               RegexNfa& nfa);  // false: too large

bool build_table(const RegexNfa& nfa, const RegexClasses& classes, const RegexLimits& limits,
                 RegexTable& table);  // false: above the limits

}  // namespace schema
