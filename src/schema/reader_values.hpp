#pragma once
// Lexical forms of the attributes of XSD documents: small pure functions over UTF-8.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/components.hpp"

namespace schema {

constexpr std::string_view xsd_space = "http://www.w3.org/2001/XMLSchema";
constexpr std::string_view xsi_space = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";

std::string_view trimmed(std::string_view text);             // XML white space off both ends
std::vector<std::string_view> words(std::string_view text);  // separated by XML white space
bool is_qname(std::string_view text);
bool is_language(std::string_view text);
std::optional<bool> parse_boolean(std::string_view text);  // trims first
// A nonNegativeInteger; values above 2^63 are cut to 2^63 (no model can count so far).
std::optional<std::uint64_t> parse_count(std::string_view text);
// "#all" (gives `all`) or a list of names, each of `all`; nothing when ill-formed.
std::optional<DerivationSet> parse_derivations(std::string_view text, DerivationSet all);

}  // namespace schema
