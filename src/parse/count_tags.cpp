#include "parse/count_tags.hpp"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/ensure.hpp"

namespace parse {

namespace {

using Names = std::vector<std::string>;

bool ends_name(char c) {
    return c == '<' || c == '>' || c == '/' || c == '"' || c == '\'' || c == '&' || c == '=' ||
           c == ':' || c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Does one of the names stand behind the '<' or the ':' of a start tag at `at`?
bool is_tag(std::string_view text, std::size_t at, const Names& names) {
    const std::string_view rest = text.substr(at + 1);
    bool known = false;
    for (const std::string& name : names)
        known = known || (rest.substr(0, name.size()) == name &&
                          (rest.size() == name.size() ||
                           (ends_name(rest[name.size()]) && rest[name.size()] != ':')));
    if (!known || text[at] == '<') return known;
    while (at > 0 && !ends_name(text[at - 1])) --at;
    return at > 0 && text[at - 1] == '<';
}

std::uint64_t count_from(std::string_view text, std::size_t at, const Names& names) {
    std::uint64_t sum = 0;
    for (; at < text.size(); ++at)
        if ((text[at] == '<' || text[at] == ':') && is_tag(text, at, names)) ++sum;
    return sum;
}

#if defined(__x86_64__)

// Looks closer only where the first two bytes of a name stand behind '<' or ':'.
[[gnu::target("avx2")]] std::uint64_t count_avx2(std::string_view text, const Names& names) {
    const std::string &one = names.front(), &other = names.back();
    const __m256i open = _mm256_set1_epi8('<'), colon = _mm256_set1_epi8(':');
    const __m256i one_0 = _mm256_set1_epi8(one[0]), other_0 = _mm256_set1_epi8(other[0]);
    const __m256i one_1 = _mm256_set1_epi8(one[1]), other_1 = _mm256_set1_epi8(other[1]);
    const auto* from = reinterpret_cast<const __m256i_u*>(text.data());
    std::uint64_t sum = 0;
    std::size_t at = 0;
    for (; text.size() - at >= sizeof(__m256i) + 2; at += sizeof(__m256i), ++from) {
        const auto* bytes = reinterpret_cast<const char*>(from);
        const __m256i before = _mm256_loadu_si256(from);
        const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(bytes + 1));
        const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(bytes + 2));
        const __m256i opens =
            _mm256_or_si256(_mm256_cmpeq_epi8(before, open), _mm256_cmpeq_epi8(before, colon));
        const __m256i is_one =
            _mm256_and_si256(_mm256_cmpeq_epi8(first, one_0), _mm256_cmpeq_epi8(second, one_1));
        const __m256i is_other =
            _mm256_and_si256(_mm256_cmpeq_epi8(first, other_0), _mm256_cmpeq_epi8(second, other_1));
        auto found = static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_and_si256(opens, _mm256_or_si256(is_one, is_other))));
        for (; found != 0; found &= found - 1)
            if (is_tag(text, at + static_cast<std::size_t>(std::countr_zero(found)), names)) ++sum;
    }
    return sum + count_from(text, at, names);
}

bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
}

#endif

}  // namespace

std::uint64_t count_tags(std::string_view text, const Names& names) {
    if (names.empty()) return 0;
    ENSURE(names.size() <= 2);
#if defined(__x86_64__)
    if (names.front().size() > 1 && names.back().size() > 1 && has_avx2())
        return count_avx2(text, names);
#endif
    return count_from(text, 0, names);
}

}  // namespace parse
