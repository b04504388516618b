#pragma once
// Character sets of flat files, from tables of our own so that every machine reads the same: UTF-8,
// US-ASCII, ISO-8859-1 and -15, Windows-1252, and the EBCDIC code pages 037, 500, 1140, 1148.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dfdl {

enum class Charset : std::uint8_t {
    utf8,
    ascii,
    latin1,
    latin9,
    cp1252,
    ebcdic037,
    ebcdic500,
    ebcdic1140,
    ebcdic1148
};

// By any of its usual names, in any case; nothing where it is not one of these.
std::optional<Charset> charset_named(std::string_view name);
bool is_ebcdic(Charset charset);

// Appends the characters of `raw` as UTF-8. False: some bytes were no characters; U+FFFD stands for
// each of them.
bool decode(Charset charset, std::string_view raw, std::string& out);
// Appends UTF-8 text in the character set. False: a character has no byte in it (nothing says
// which); `out` then holds what came before it.
bool encode(Charset charset, std::string_view utf8, std::string& out);
// The same for what is known to fit, or "?" where it does not.
std::string encoded(Charset charset, std::string_view utf8);

// Bytes that the first `count` characters take; more than there are: npos.
std::size_t bytes_of(Charset charset, std::string_view raw, std::uint64_t count);
std::uint64_t characters_of(Charset charset, std::string_view raw);

void append_utf8(std::string& out, char32_t character);
// The character at `at` (moved behind it) of valid UTF-8.
char32_t next_character(std::string_view utf8, std::size_t& at);

}  // namespace dfdl
