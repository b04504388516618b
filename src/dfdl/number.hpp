#pragma once
// Numbers as flat files write them (DFDL textNumberPattern, zoned signs) to and from the lexical
// form of XML Schema.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dfdl {

struct NumberFormat {
    bool zoned = false;
    enum class Sign : unsigned char { none, leading, trailing } sign = Sign::none;  // overpunched
    enum class SignStyle : unsigned char {
        standard,
        translated_ebcdic,
        ca_realia
    } style = SignStyle::standard;
    bool ebcdic = false;
    std::string prefix, suffix, negative_prefix = "-", negative_suffix;
    unsigned least_whole = 1, least_fraction = 0, most_fraction = 0;
    std::optional<unsigned> implied_fraction;  // digits behind V: no point is written
    unsigned grouping = 0;                     // digits of a group; 0: none
    std::string point = ".", group = ",";
    std::vector<std::string> zeros;  // textStandardZeroRep
    std::string exponent = "E", infinity = "INF", not_a_number = "NaN";
    bool plain = true;      // no pattern at all: what XML Schema takes
    bool integral = false;  // the type has no fraction
    bool floating = false;  // xs:float, xs:double: exponents are taken
    bool strict = false;
};

// Throws std::string where the pattern is outside the subset.
void compile_pattern(std::string_view pattern, NumberFormat& format);

// The canonical lexical form; nothing where the text is no such number.
std::optional<std::string> parse_number(const NumberFormat& format, std::string_view text);
// Of a lexical form of XML Schema (white space is trimmed); nothing where it cannot be written
// without loss.
std::optional<std::string> format_number(const NumberFormat& format, std::string_view lexical);
// "-007.50" -> "-7.5"; nothing where it is no decimal number.
std::optional<std::string> canonical_decimal(std::string_view lexical);

}  // namespace dfdl
