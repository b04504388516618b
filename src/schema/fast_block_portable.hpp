// 32 bytes at once in plain C++, for machines without AVX2: the same answers, slower. Included by
// fast_portable.cpp alone, inside its namespace.
#pragma once

struct Block {
    std::array<std::uint8_t, 32> bytes;
};

template <typename Test>
SLUICE_FAST_INLINE std::uint32_t mask_where(const Test& test) {
    std::uint32_t mask = 0;
    for (unsigned i = 0; i < 32; ++i) mask |= static_cast<std::uint32_t>(test(i) ? 1U : 0U) << i;
    return mask;
}
SLUICE_FAST_INLINE Block load(const char* p) {
    Block block;
    std::memcpy(block.bytes.data(), p, 32);
    return block;
}
SLUICE_FAST_INLINE std::uint32_t equal(const Block& a, const Block& b) {
    return mask_where([&](unsigned i) { return a.bytes[i] == b.bytes[i]; });
}
SLUICE_FAST_INLINE std::uint32_t equal(const Block& a, char c) {
    return mask_where([&](unsigned i) { return a.bytes[i] == static_cast<std::uint8_t>(c); });
}
SLUICE_FAST_INLINE std::uint32_t digits(const Block& a) {
    return mask_where([&](unsigned i) { return a.bytes[i] >= '0' && a.bytes[i] <= '9'; });
}
SLUICE_FAST_INLINE std::uint32_t opens(const Block& a) {
    return equal(a, '<');
}
SLUICE_FAST_INLINE std::uint32_t white(const Block& a) {
    return mask_where([&](unsigned i) {
        const std::uint8_t c = a.bytes[i];
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    });
}
SLUICE_FAST_INLINE std::uint32_t stops(const Block& a) {
    return mask_where([&](unsigned i) {
        const std::uint8_t c = a.bytes[i];
        return c < ' ' || c >= 0x80 || c == '<' || c == '&' || c == ']';
    });
}
SLUICE_FAST_INLINE std::uint32_t in_ranges(const Block& a, const ByteRanges& ranges) {
    return mask_where([&](unsigned i) {
        const std::uint8_t c = a.bytes[i];
        return (c >= ranges.low[i] && c <= ranges.high[i]) ||
               (c >= ranges.low_too[i] && c <= ranges.high_too[i]);
    });
}
SLUICE_FAST_INLINE bool same(const char* p, const char* text, const char* mask) {
    std::uint64_t other = 0;
    for (unsigned i = 0; i < 64; i += 8) {
        std::array<std::uint64_t, 3> words;
        std::memcpy(&words[0], p + i, 8);
        std::memcpy(&words[1], text + i, 8);
        std::memcpy(&words[2], mask + i, 8);
        other |= (words[0] ^ words[1]) & words[2];
    }
    return other == 0;
}
