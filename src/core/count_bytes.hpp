#pragma once
// Counts bytes of a kind, many at once: every place in a large input is counted with it.
#include <cstdint>
#include <string_view>

namespace core {

// Bytes of `text` that are `wanted` once the bits outside of `mask` are taken away.
std::uint64_t count_bytes(std::string_view text, unsigned char wanted, unsigned char mask = 0xFF);

// What places are counted by, in one pass over a text that is longer than the caches.
struct Counted {
    std::uint64_t line_feeds = 0, returns = 0, characters = 0;  // characters of UTF-8
    Counted& operator+=(const Counted& more) {
        line_feeds += more.line_feeds;
        returns += more.returns;
        characters += more.characters;
        return *this;
    }
};
Counted count_text(std::string_view utf8);

// Characters of UTF-8: bytes that do not go on with one.
inline std::uint64_t count_characters(std::string_view text) {
    return text.size() - count_bytes(text, 0x80, 0xC0);
}

}  // namespace core
