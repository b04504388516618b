#pragma once
// The XPath subset of identity constraints (part 1, 3.11.6): selectors and fields.
#include <string>
#include <string_view>

#include "schema/components.hpp"
#include "xml/document.hpp"

namespace schema {

struct XPathResult {
    ConstraintPath path;
    std::string error;  // empty: good
};

// `node` binds the prefixes; a name without prefix has no namespace.
XPathResult parse_path(std::string_view text, const xml::Element& node, bool field);

}  // namespace schema
