#pragma once
// The lexical spaces of the built-in atomic types, without their facets, and the keys of values.
#include <string>
#include <string_view>

#include "schema/datatype_value.hpp"
#include "schema/simple_type.hpp"

namespace schema {

// Is `text` (white space already normalised) in the lexical space? Ordered types leave their value.
bool is_lexical(Builtin builtin, std::string_view text, const Prefixes* prefixes, Value& value);

// In the unit of the length facets: code points, or octets of binary types. The text is valid.
std::uint64_t value_length(Builtin primitive, std::string_view text);

// Appends the key of a valid value: a letter for the primitive, then a canonical form.
void append_atomic_key(Builtin primitive, std::string_view text, const Prefixes* prefixes,
                       std::string& out);

bool is_name(std::string_view text);
bool is_ncname(std::string_view text);
bool is_nmtoken(std::string_view text);
std::uint64_t count_code_points(std::string_view text);

}  // namespace schema
