#pragma once
// Conditional inclusion (XSD 1.1 part 1, 4.2.2), so that a schema document written for readers of
// both versions is read as one of version 1.0: elements with vc: attributes that do not hold here
// are not there.
#include "xml/document.hpp"

namespace schema {

// Takes them out of the tree. A vc: attribute whose value is not of its form does not count.
void prune_conditional(xml::Document& document);

}  // namespace schema
