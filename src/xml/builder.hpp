#pragma once
// Builds the tree from libxml2's SAX2 events, with exact places. Internal to the room; libxml2's
// types stay in the .cpp.
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "xml/document.hpp"

namespace xml {

// Where lines begin, for line and column of an offset.
class Lines {
  public:
    void read(std::string_view text);
    core::Place place(std::string_view text, std::size_t offset) const;

  private:
    std::vector<std::size_t> starts_;
};

struct Tree {
    std::string text;
    Lines lines;
    std::deque<Element> elements;  // addresses stay; the root is the first
};

// Parses tree.text into tree.elements. True where the document is well-formed, namespaces included.
bool build(Tree& tree, const Options& options, std::vector<Error>& errors);

}  // namespace xml
