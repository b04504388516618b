#pragma once
// How the lines of a flat file become elements: a named subset of DFDL 1.0 annotations on an XSD.
// Groups of lines, lines told apart by their initiator, fields of fixed length or between
// separators. What the subset does not have is refused by name, never passed over.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "parse/encoding.hpp"
#include "parse/plan.hpp"

namespace parse::flat {

struct Field {
    std::string name;
    std::size_t length = 0;  // characters; of no meaning between separators
    bool optional = false;   // left out where it is blank
    bool trims = false;
    char pad = ' ';
    bool pads_left = false;  // right-justified
};

struct Node {
    std::string name;
    bool is_line = false;
    bool repeats = false;
    std::uint32_t parent = none;
    std::uint32_t position = 0;           // among the particles of its parent
    std::vector<std::uint32_t> children;  // of a group
    std::string initiator, separator;     // of a line
    std::vector<Field> fields;
    std::size_t length = 0;  // of the whole line in characters, initiator included
};

class Layout {
  public:
    std::vector<Node> nodes;  // 0 is the root
    Encoding encoding = Encoding::utf8;
    std::string space;       // target namespace
    bool qualified = false;  // local elements too

    std::string root_start() const;
    std::string root_end() const;
    // The node behind names from the root down; none if it is no group and no line.
    std::uint32_t find(const std::vector<std::string>& names) const;
    // The line that these bytes are; none: of no known kind.
    std::uint32_t line_of(std::string_view line) const;
};

// Throws core::Fault (kind job) for what is outside the subset, with file and line.
std::shared_ptr<const Layout> read_layout(const std::filesystem::path& xsd);

}  // namespace parse::flat
