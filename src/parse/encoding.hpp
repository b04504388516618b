#pragma once
// Encodings of inputs: what an XML input is written in, and its way to UTF-8. Every input character
// becomes exactly one code point, so that lines, columns and offsets as delivered can be had back
// by counting.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/count_bytes.hpp"

namespace parse {

// `ebcdic` is any of its pages: flat files alone, which are never decoded as a whole.
enum class Encoding : std::uint8_t {
    utf8,
    utf16le,
    utf16be,
    latin1,
    latin9,
    cp1252,
    ebcdic,
    unsupported
};

struct Detected {
    Encoding encoding = Encoding::utf8;
    std::size_t bom_bytes = 0;
    std::string declared;  // as in the XML declaration, but printable; or empty
};

// From the first bytes (1 KiB is enough): byte order mark, then the XML declaration. A declaration
// that contradicts the bytes is unsupported.
Detected detect(std::string_view first);

// A name of an encoding, in any case; utf16 without a mark in the name gives utf16be.
Encoding encoding_named(std::string_view name);

// Appends the characters of `raw` as UTF-8 and returns how many bytes of it were whole characters.
// What is no character becomes the byte 0xFF, which no reader of UTF-8 takes.
std::size_t decode(Encoding encoding, std::string_view raw, bool is_last, std::string& out);

// Puts UTF-8 in the place of the encoding's name in an XML declaration at the begin of `text`,
// padded so that no character moves.
void rewrite_declaration(std::string& text);

// How many bytes this decoded text took as delivered.
std::uint64_t delivered_length(Encoding encoding, std::string_view utf8);

// Line ends (\n, \r\n, lone \r) and the code points behind the last of them.
struct Extent {
    std::uint64_t lines = 0, tail = 0;
};
Extent measure(std::string_view utf8);
Extent measure(std::string_view utf8, const core::Counted& all);  // counted before
// How the bytes that parcels carry stand for the input as delivered.
struct Scale {
    Encoding encoding = Encoding::utf8;  // of the input
    bool raw = false;  // the bytes are those of the input (flat files); else they were decoded
    std::uint64_t head_bytes = 0;  // of a byte order mark before them

    std::uint64_t delivered(std::string_view bytes) const;  // without head_bytes
    Extent measure(std::string_view bytes) const;
};

// Moves a line and column (from 1) over the text.
void advance(std::uint64_t& line, std::uint64_t& column, std::string_view utf8);
void advance(std::uint64_t& line, std::uint64_t& column, const Extent& extent);

}  // namespace parse
