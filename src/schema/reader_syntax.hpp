#pragma once
// Checks one XSD document against the schema for schemas (part 1, appendix A): which elements,
// which attributes, which lexical forms. After it, readers may rely on the shape.
#include "schema/report.hpp"
#include "xml/document.hpp"

namespace schema {

// Reports all that is wrong. Names of elements and attributes of other namespaces are left alone.
void check_syntax(const std::filesystem::path& file, const xml::Document& document, Report& report);

}  // namespace schema
