#pragma once
// Characters as XML 1.0 (fifth edition) sorts them, and the UTF-8 they come in.
#include <array>
#include <cstdint>
#include <string>

namespace xml {

inline constexpr std::uint8_t class_name_start = 1, class_name = 2, class_white = 4,
                              class_high = 8;  // a byte of a longer UTF-8 sequence

constexpr std::array<std::uint8_t, 256> make_classes() {
    std::array<std::uint8_t, 256> classes{};
    for (unsigned c = 0; c < 256; ++c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        const bool more = (c >= '0' && c <= '9') || c == '-' || c == '.';
        std::uint8_t bits = 0;
        if (letter) bits |= class_name_start | class_name;
        if (more) bits |= class_name;
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') bits |= class_white;
        if (c >= 0x80) bits |= class_high;
        classes[c] = bits;
    }
    return classes;
}
inline constexpr std::array<std::uint8_t, 256> classes = make_classes();

inline std::uint8_t class_of(char c) {
    return classes[static_cast<unsigned char>(c)];
}
inline bool is_white(char c) {
    return (class_of(c) & class_white) != 0;
}

// The code point at p: its length in bytes (1..4), 0 if it is not UTF-8, -1 if the bytes end
// inside.
int decode(const char* p, const char* end, char32_t& point);
bool is_character(char32_t point);   // Char
bool is_name_start(char32_t point);  // NameStartChar without the colon
bool is_name_character(char32_t point);
void append_utf8(char32_t point, std::string& out);
// Whole strings: NCName; and characters of XML in valid UTF-8.
bool is_ncname(const char* p, const char* end);

}  // namespace xml
