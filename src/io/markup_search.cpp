#include "io/markup_search.hpp"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/ensure.hpp"

#define SLUICE_MARKUP_INLINE [[gnu::always_inline]] inline

namespace io {

namespace {

std::uint64_t equal_16(const char* p, __m128i wanted) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
}

std::uint64_t where(const char* p, char wanted) {
    const __m128i lanes = _mm_set1_epi8(wanted);
    return equal_16(p, lanes) | equal_16(p + 16, lanes) << 16 | equal_16(p + 32, lanes) << 32 |
           equal_16(p + 48, lanes) << 48;
}

std::uint64_t unlike(const char* p, const char* q) {
    const auto equal = [p, q](std::size_t at) {
        return equal_16(p + at, _mm_loadu_si128(reinterpret_cast<const __m128i*>(q + at))) << at;
    };
    return ~(equal(0) | equal(16) | equal(32) | equal(48));
}

#include "io/markup_search_impl.hpp"

}  // namespace

bool has_wide_registers() {
    static const bool has =
        __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
        __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
    return has;
}

bool find_markup_sse2(MarkupSearch& search, std::string_view input) {
    return Search(search, input).run();
}

bool find_markup(MarkupSearch& search, std::string_view input) {
    ENSURE(input.size() > read_ahead_bytes_max && input.size() <= UINT32_MAX);
    return has_wide_registers() ? find_markup_avx2(search, input) : find_markup_sse2(search, input);
}

}  // namespace io
