#pragma once
// Layouts out of a few lines, and elements written as nested words.
#include <string>

#include "dfdl/unparser.hpp"

namespace fixture {

// Loads a schema whose body (global elements and types) is given, with these default properties.
dfdl::Loaded load(const std::string& defaults, const std::string& body,
                  const std::string& definitions = {});
// "line:column text" of every error.
std::string errors(const dfdl::Loaded& loaded);
// The element as XML without namespaces, from what was read of `data`; "-" where it cannot be.
std::string read(const dfdl::Layout& layout, const std::string& data,
                 dfdl::Parser::Mode mode = dfdl::Parser::Mode::strict);
// What is written for XML of the root; "- element: why" where it is refused.
std::string write(const dfdl::Layout& layout, const std::string& xml);
dfdl::Item item(const std::string& xml);

}  // namespace fixture
