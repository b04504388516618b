// The search in blocks of 32 bytes: a twelfth of a frame's time less than in blocks of 16.
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "io/markup_search.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#endif

#define SLUICE_MARKUP_INLINE [[gnu::always_inline]] inline

namespace io {

namespace {

SLUICE_MARKUP_INLINE __m256i load(const char* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}

SLUICE_MARKUP_INLINE std::uint64_t equal_32(__m256i a, __m256i b) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b)));
}

SLUICE_MARKUP_INLINE std::uint64_t where(const char* p, char wanted) {
    const __m256i lanes = _mm256_set1_epi8(wanted);
    return equal_32(load(p), lanes) | equal_32(load(p + 32), lanes) << 32;
}

SLUICE_MARKUP_INLINE std::uint64_t unlike(const char* p, const char* q) {
    return ~(equal_32(load(p), load(q)) | equal_32(load(p + 32), load(q + 32)) << 32);
}

#include "io/markup_search_impl.hpp"

}  // namespace

bool find_markup_avx2(MarkupSearch& search, std::string_view input) {
    return Search(search, input).run();
}

}  // namespace io

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
