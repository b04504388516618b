#include "core/count_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace core {

namespace {

using Block [[gnu::vector_size(32)]] = unsigned char;

struct Kind {
    unsigned char wanted, mask;
};

// How many bytes there are of each kind.
template <std::size_t n>
[[gnu::always_inline]] inline std::array<std::uint64_t, n> count(std::string_view text,
                                                                 const std::array<Kind, n>& kinds) {
    std::array<std::uint64_t, n> sums{};
    std::size_t at = 0;
    while (text.size() - at >= sizeof(Block)) {
        // A lane counts to 255 before it is added up.
        const std::size_t blocks = std::min<std::size_t>((text.size() - at) / sizeof(Block), 255);
        std::array<Block, n> lanes{};
        for (std::size_t i = 0; i < blocks; ++i, at += sizeof(Block)) {
            Block block;
            std::memcpy(&block, text.data() + at, sizeof block);
            for (std::size_t k = 0; k < n; ++k) {
                const auto found = (block & kinds[k].mask) == kinds[k].wanted;  // -1 where it is
                lanes[k] -= reinterpret_cast<const Block&>(found);
            }
        }
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t i = 0; i < sizeof(Block); ++i) sums[k] += lanes[k][i];
    }
    for (; at < text.size(); ++at)
        for (std::size_t k = 0; k < n; ++k)
            sums[k] += (static_cast<unsigned char>(text[at]) & kinds[k].mask) == kinds[k].wanted;
    return sums;
}

constexpr std::array<Kind, 3> of_places = {{{'\n', 0xFF}, {'\r', 0xFF}, {0x80, 0xC0}}};

#if defined(__x86_64__)
[[gnu::target("avx2")]] std::uint64_t count_avx2(std::string_view text, Kind kind) {
    return count<1>(text, {{kind}})[0];
}
[[gnu::target("avx2")]] std::array<std::uint64_t, 3> count_places_avx2(std::string_view text) {
    return count(text, of_places);
}
bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
}
#endif

std::array<std::uint64_t, 3> count_places(std::string_view text) {
#if defined(__x86_64__)
    if (has_avx2()) return count_places_avx2(text);
#endif
    return count(text, of_places);
}

}  // namespace

std::uint64_t count_bytes(std::string_view text, unsigned char wanted, unsigned char mask) {
#if defined(__x86_64__)
    if (has_avx2()) return count_avx2(text, {wanted, mask});
#endif
    return count<1>(text, {{{wanted, mask}}})[0];
}

Counted count_text(std::string_view utf8) {
    const auto [line_feeds, returns, inner] = count_places(utf8);
    return {line_feeds, returns, utf8.size() - inner};
}

}  // namespace core
