#pragma once
// Schemas that are at hand without a file: for namespaces of the W3C that others import by a
// network address. Written in our own words after the recommendations they come from.
#include <string_view>

namespace schema {

// The XSD document for a namespace; empty where there is none.
std::string_view builtin_document(std::string_view space);

}  // namespace schema
