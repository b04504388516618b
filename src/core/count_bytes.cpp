#include "core/count_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace core {

namespace {

using Block [[gnu::vector_size(32)]] = unsigned char;

[[gnu::always_inline]] inline std::uint64_t count(std::string_view text, unsigned char wanted,
                                                  unsigned char mask) {
    std::uint64_t sum = 0;
    std::size_t at = 0;
    while (text.size() - at >= sizeof(Block)) {
        // A lane counts to 255 before it is added up.
        const std::size_t blocks = std::min<std::size_t>((text.size() - at) / sizeof(Block), 255);
        Block lanes{};
        for (std::size_t i = 0; i < blocks; ++i, at += sizeof(Block)) {
            Block block;
            std::memcpy(&block, text.data() + at, sizeof block);
            const auto found = (block & mask) == wanted;  // -1 in each lane where it is
            lanes -= reinterpret_cast<const Block&>(found);
        }
        for (std::size_t i = 0; i < sizeof(Block); ++i) sum += lanes[i];
    }
    for (; at < text.size(); ++at)
        sum += (static_cast<unsigned char>(text[at]) & mask) == wanted ? 1U : 0U;
    return sum;
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] std::uint64_t count_avx2(std::string_view text, unsigned char wanted,
                                                 unsigned char mask) {
    return count(text, wanted, mask);
}
#endif

}  // namespace

std::uint64_t count_bytes(std::string_view text, unsigned char wanted, unsigned char mask) {
#if defined(__x86_64__)
    static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
    if (has_avx2) return count_avx2(text, wanted, mask);
#endif
    return count(text, wanted, mask);
}

}  // namespace core
