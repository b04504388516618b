// 32 bytes at once with AVX2. Included by fast_avx2.cpp alone, inside its namespace and behind its
// target pragma: no guard against other uses.
#pragma once

struct Block {
    __m256i bytes;
};

SLUICE_FAST_INLINE Block load(const char* p) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
}
SLUICE_FAST_INLINE std::uint32_t mask_of(__m256i bytes) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
}
SLUICE_FAST_INLINE std::uint32_t equal(Block a, Block b) {
    return mask_of(_mm256_cmpeq_epi8(a.bytes, b.bytes));
}
SLUICE_FAST_INLINE std::uint32_t equal(Block a, char c) {
    return mask_of(_mm256_cmpeq_epi8(a.bytes, _mm256_set1_epi8(c)));
}
// '0'..'9'
SLUICE_FAST_INLINE std::uint32_t digits(Block a) {
    const __m256i value = _mm256_sub_epi8(a.bytes, load(fast_constants.zero.data()).bytes);
    const __m256i nine = load(fast_constants.nine.data()).bytes;
    return mask_of(_mm256_cmpeq_epi8(_mm256_min_epu8(value, nine), value));
}
SLUICE_FAST_INLINE std::uint32_t opens(Block a) {
    return equal(a, load(fast_constants.open.data()));
}
// space, tab, line feed, carriage return
SLUICE_FAST_INLINE std::uint32_t white(Block a) {
    const __m256i table =
        _mm256_setr_epi8(' ', 1, 1, 1, 1, 1, 1, 1, 1, '\t', '\n', 1, 1, '\r', 1, 1, ' ', 1, 1, 1, 1,
                         1, 1, 1, 1, '\t', '\n', 1, 1, '\r', 1, 1);
    return mask_of(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, a.bytes), a.bytes));
}
// '<', '&', ']', control characters, and everything beyond ASCII
SLUICE_FAST_INLINE std::uint32_t stops(Block a) {
    const __m256i low =
        _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), a.bytes);  // signed: high bytes too
    const __m256i table = _mm256_setr_epi8(1, 0, 0, 0, 0, 0, '&', 0, 0, 0, 0, 0, '<', ']', 0, 0, 1,
                                           0, 0, 0, 0, 0, '&', 0, 0, 0, 0, 0, '<', ']', 0, 0);
    const __m256i found = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, a.bytes), a.bytes);
    return mask_of(_mm256_or_si256(low, found));
}
SLUICE_FAST_INLINE __m256i between(__m256i value, const std::uint8_t* low,
                                   const std::uint8_t* high) {
    const __m256i least = _mm256_load_si256(reinterpret_cast<const __m256i*>(low));
    const __m256i most = _mm256_load_si256(reinterpret_cast<const __m256i*>(high));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(_mm256_max_epu8(value, least), most), value);
}
SLUICE_FAST_INLINE std::uint32_t in_ranges(Block a, const ByteRanges& ranges) {
    return mask_of(
        _mm256_or_si256(between(a.bytes, ranges.low.data(), ranges.high.data()),
                        between(a.bytes, ranges.low_too.data(), ranges.high_too.data())));
}
SLUICE_FAST_INLINE Block differing(const char* p, const char* text, const char* mask) {
    return {_mm256_and_si256(_mm256_xor_si256(load(p).bytes, load(text).bytes), load(mask).bytes)};
}
// 64 bytes at p, as far as the mask goes.
SLUICE_FAST_INLINE bool same(const char* p, const char* text, const char* mask) {
    const __m256i any = _mm256_or_si256(differing(p, text, mask).bytes,
                                        differing(p + 32, text + 32, mask + 32).bytes);
    return _mm256_testz_si256(any, any) != 0;
}
