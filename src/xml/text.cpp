// Text on the level of bytes: the scans that skip what needs no look, and what raw text stands for.
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <string>

#include "xml/scanner_impl.hpp"

namespace xml {
namespace {

bool is_special(char c) {
    return c == '<' || c == '&' || c == ']' ||
           (static_cast<signed char>(c) < 0x20 && c != '\t' && c != '\n');
}

bool is_odd(char c) {
    return static_cast<signed char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

#if defined(__SSE2__)
__m128i load(const char* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
__m128i equal(__m128i v, char c) {
    return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}
__m128i either(__m128i a, __m128i b) {
    return _mm_or_si128(a, b);
}
unsigned bits(__m128i v) {
    return static_cast<unsigned>(_mm_movemask_epi8(v));
}
const char* at_bit(const char* p, unsigned mask) {
    return p + __builtin_ctz(mask);
}

// As signed bytes, controls and everything from 0x80 are below the space.
__m128i low_or_high(__m128i v) {
    return _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));
}
#endif

}  // namespace

const char* skip_white(const char* p, const char* stop) {
#if defined(__SSE2__)
    for (; stop - p >= 16; p += 16) {
        const __m128i v = load(p);
        const __m128i white =
            either(either(equal(v, ' '), equal(v, '\t')), either(equal(v, '\n'), equal(v, '\r')));
        const unsigned mask = bits(white) ^ 0xFFFFU;
        if (mask != 0) return at_bit(p, mask);
    }
#endif
    while (p != stop && is_white(*p)) ++p;
    return p;
}

const char* skip_name(const char* p, const char* stop) {
#if defined(__SSE2__)
    const auto within = [](__m128i v, char first, char count) {
        const __m128i distance = _mm_sub_epi8(v, _mm_set1_epi8(first));
        return _mm_cmpeq_epi8(_mm_min_epu8(distance, _mm_set1_epi8(count)), distance);
    };
    for (; stop - p >= 16; p += 16) {
        const __m128i v = load(p);
        const __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
        const __m128i name = either(either(within(lower, 'a', 25), within(v, '0', 9)),
                                    either(within(v, '-', 1), equal(v, '_')));
        const unsigned mask = bits(name) ^ 0xFFFFU;
        if (mask != 0) return at_bit(p, mask);
    }
#endif
    while (p != stop && (class_of(*p) & class_name) != 0) ++p;
    return p;
}

const char* find_special(const char* p, const char* stop) {
#if defined(__SSE2__)
    for (; stop - p >= 16; p += 16) {
        const __m128i v = load(p);
        const __m128i controls =
            _mm_andnot_si128(either(equal(v, '\t'), equal(v, '\n')), low_or_high(v));
        const __m128i marks = either(equal(v, '<'), either(equal(v, '&'), equal(v, ']')));
        const unsigned mask = bits(either(controls, marks));
        if (mask != 0) return at_bit(p, mask);
    }
#endif
    while (p != stop && !is_special(*p)) ++p;
    return p;
}

const char* find_odd(const char* p, const char* stop) {
#if defined(__SSE2__)
    for (; stop - p >= 16; p += 16) {
        const __m128i v = load(p);
        const __m128i fine = either(equal(v, '\r'), either(equal(v, '\t'), equal(v, '\n')));
        const unsigned mask = bits(_mm_andnot_si128(fine, low_or_high(v)));
        if (mask != 0) return at_bit(p, mask);
    }
#endif
    while (p != stop && !is_odd(*p)) ++p;
    return p;
}

namespace {

char32_t digits(std::string_view text, char32_t base) {
    char32_t point = 0;
    if (text.empty()) return 0;
    for (const char c : text) {
        char32_t digit = 99;
        if (c >= '0' && c <= '9') digit = static_cast<char32_t>(c - '0');
        if (c >= 'a' && c <= 'f') digit = static_cast<char32_t>(c - 'a' + 10);
        if (c >= 'A' && c <= 'F') digit = static_cast<char32_t>(c - 'A' + 10);
        if (digit >= base) return 0;
        point = point * base + digit;
        if (point > 0x10FFFF) return 0;
    }
    return is_character(point) ? point : 0;
}

}  // namespace

char32_t plain_reference(std::string_view text, std::size_t& size) {
    const std::size_t semicolon = text.find(';');
    if (semicolon == std::string_view::npos) return 0;
    size = semicolon + 1;
    const std::string_view name = text.substr(1, semicolon - 1);
    if (name.size() > 1 && name[0] == '#')
        return name[1] == 'x' ? digits(name.substr(2), 16) : digits(name.substr(1), 10);
    if (name == "lt") return '<';
    if (name == "gt") return '>';
    if (name == "amp") return '&';
    if (name == "quot") return '"';
    if (name == "apos") return '\'';
    return 0;
}

void append_text(std::string_view raw, std::string& out) {
    while (!raw.empty()) {
        const std::size_t plain = std::min(raw.find_first_of("&\r"), raw.size());
        out.append(raw.substr(0, plain));
        raw.remove_prefix(plain);
        if (raw.empty()) return;
        std::size_t size = 1;
        if (raw[0] == '\r') {
            out.push_back('\n');
            if (raw.size() > 1 && raw[1] == '\n') size = 2;
        } else if (const char32_t point = plain_reference(raw, size)) {
            append_utf8(point, out);
        } else {  // the reference of an entity: its name stands
            size = 1;
            out.push_back('&');
        }
        raw.remove_prefix(size);
    }
}

void append_content(std::string_view raw, std::string& out) {
    const auto skip = [&raw](std::string_view behind) {
        const std::size_t found = raw.find(behind);
        raw.remove_prefix(found == std::string_view::npos ? raw.size() : found + behind.size());
    };
    while (!raw.empty()) {
        const std::size_t plain = std::min(raw.find('<'), raw.size());
        append_text(raw.substr(0, plain), out);
        raw.remove_prefix(plain);
        if (raw.substr(0, 9) == "<![CDATA[") {
            const std::size_t stop = std::min(raw.find("]]>"), raw.size());
            for (std::size_t i = 9; i < stop; ++i) {
                if (raw[i] != '\r')
                    out.push_back(raw[i]);
                else if (i + 1 == stop || raw[i + 1] != '\n')
                    out.push_back('\n');
            }
            raw.remove_prefix(std::min(stop + 3, raw.size()));
        } else if (raw.substr(0, 4) == "<!--") {
            raw.remove_prefix(4);
            skip("-->");
        } else if (!raw.empty()) {
            skip(raw.substr(0, 2) == "<?" ? "?>" : ">");
        }
    }
}

}  // namespace xml
