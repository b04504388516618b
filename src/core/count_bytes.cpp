#include "core/count_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace core {

namespace {

using Block [[gnu::vector_size(32)]] = unsigned char;
using Found [[gnu::vector_size(32)]] = signed char;  // -1 in each lane where it holds

// Vectors go by reference: how they are passed depends on what a function may use.
[[gnu::always_inline]] inline void load(const char* from, Block& block) {
    std::memcpy(&block, from, sizeof block);
}

// One more in each lane where it was found.
[[gnu::always_inline]] inline void add(const Found& found, Block& lanes) {
    lanes -= reinterpret_cast<const Block&>(found);
}

// A lane counts to 255 before it is added up.
[[gnu::always_inline]] inline std::size_t blocks_at(std::string_view text, std::size_t at) {
    return std::min<std::size_t>((text.size() - at) / sizeof(Block), 255);
}

[[gnu::always_inline]] inline std::uint64_t sum_of(const Block& lanes) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < sizeof(Block); ++i) sum += lanes[i];
    return sum;
}

[[gnu::always_inline]] inline std::uint64_t count(std::string_view text, unsigned char wanted,
                                                  unsigned char mask) {
    std::uint64_t sum = 0;
    std::size_t at = 0;
    while (const std::size_t blocks = blocks_at(text, at)) {
        Block lanes{};
        for (std::size_t i = 0; i < blocks; ++i, at += sizeof(Block)) {
            Block block;
            load(text.data() + at, block);
            add((block & mask) == wanted, lanes);
        }
        sum += sum_of(lanes);
    }
    for (; at < text.size(); ++at)
        sum += (static_cast<unsigned char>(text[at]) & mask) == wanted ? 1U : 0U;
    return sum;
}

// `characters` here: bytes that go on with one.
[[gnu::always_inline]] inline Counted count(std::string_view text) {
    Counted sum;
    std::size_t at = 0;
    while (const std::size_t blocks = blocks_at(text, at)) {
        Block line_feeds{}, returns{}, inner{};
        for (std::size_t i = 0; i < blocks; ++i, at += sizeof(Block)) {
            // What another thread unpacked: the processor looks ahead to the end of a page only.
            __builtin_prefetch(text.data() + at + 2048);
            Block block;
            load(text.data() + at, block);
            add(block == '\n', line_feeds);
            add(block == '\r', returns);
            add((block & 0xC0) == 0x80, inner);
        }
        sum += {sum_of(line_feeds), sum_of(returns), sum_of(inner)};
    }
    const std::string_view rest = text.substr(at);
    sum += {count(rest, '\n', 0xFF), count(rest, '\r', 0xFF), count(rest, 0x80, 0xC0)};
    return sum;
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] std::uint64_t count_avx2(std::string_view text, unsigned char wanted,
                                                 unsigned char mask) {
    return count(text, wanted, mask);
}
[[gnu::target("avx2")]] Counted count_avx2(std::string_view text) {
    return count(text);
}
bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
}
#endif

}  // namespace

std::uint64_t count_bytes(std::string_view text, unsigned char wanted, unsigned char mask) {
#if defined(__x86_64__)
    if (has_avx2()) return count_avx2(text, wanted, mask);
#endif
    return count(text, wanted, mask);
}

Counted count_text(std::string_view utf8) {
#if defined(__x86_64__)
    Counted counted = has_avx2() ? count_avx2(utf8) : count(utf8);
#else
    Counted counted = count(utf8);
#endif
    counted.characters = utf8.size() - counted.characters;
    return counted;
}

}  // namespace core
