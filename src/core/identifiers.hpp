#pragma once
// Check digits of the identifiers of Belgian social security. Pure functions over the characters as
// they stand in the data.
#include <optional>
#include <string_view>

namespace core {

enum class IdentifierKind : unsigned char {
    insz,
    enterprise,
    establishment,
    noss,
    noss_provisional,
    dimona
};

// "insz", "enterprise" (alias "cbe"), "establishment", "noss", "noss-provisional", "dimona"
std::optional<IdentifierKind> parse_identifier_kind(std::string_view name);
std::string_view to_string(IdentifierKind kind);

enum class IdentifierVerdict : unsigned char {
    good,
    not_numeric,
    wrong_length,
    wrong_check_digits
};

// Shapes: insz 11 digits YYMMDDSSSCC (month +20 or +40 for BIS and TER; born from 2000: 2 before
// the nine digits), check 97 - N mod 97. enterprise 10 digits, first 0 or 1 (9 digits: a 0 is put
// before), establishment 10 digits, first 2..8: 97 - N8 mod 97. noss 9 digits (shorter values are
// filled with zeros on the left): 96 - (N7*100) mod 97; noss_provisional 10 digits, likewise on N8.
// dimona 12 or 13 digits: the last two are the first ten (eleven) mod 97, 0 written as 97.
// A value that is all zeros means "unknown" in these messages: good where the schema admits it.
IdentifierVerdict check_identifier(IdentifierKind kind, std::string_view value);

}  // namespace core
