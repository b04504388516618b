#include "xml/char_class.hpp"

#include <algorithm>

namespace xml {
namespace {

struct Range {
    char32_t first, last;
};

constexpr Range name_starts[] = {
    {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
    {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
    {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
};

unsigned byte_at(const char* p, int index) {
    return static_cast<unsigned char>(p[index]);
}

bool continues(unsigned byte) {
    return (byte & 0xC0U) == 0x80U;
}

}  // namespace

int decode(const char* p, const char* end, char32_t& point) {
    const unsigned lead = byte_at(p, 0);
    if (lead < 0x80) {
        point = lead;
        return 1;
    }
    const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    point = lead & (0xFFU >> (length + 1));
    for (int i = 1; i < length; ++i) {
        if (p + i == end) return -1;
        const unsigned byte = byte_at(p, i);
        if (!continues(byte)) return 0;
        // The second byte decides on overlong forms, surrogates and the end of the code space.
        if (i == 1 && ((lead == 0xE0 && byte < 0xA0) || (lead == 0xED && byte > 0x9F) ||
                       (lead == 0xF0 && byte < 0x90) || (lead == 0xF4 && byte > 0x8F)))
            return 0;
        point = (point << 6U) | (byte & 0x3FU);
    }
    return length;
}

bool is_character(char32_t point) {
    if (point < 0x20) return point == '\t' || point == '\n' || point == '\r';
    if (point < 0xD800) return true;
    return (point >= 0xE000 && point <= 0xFFFD) || (point >= 0x10000 && point <= 0x10FFFF);
}

bool is_name_start(char32_t point) {
    if (point < 0x80) return (classes[point] & class_name_start) != 0;
    const auto* range = std::find_if(std::begin(name_starts), std::end(name_starts),
                                     [point](const Range& each) { return point <= each.last; });
    return range != std::end(name_starts) && point >= range->first;
}

bool is_name_character(char32_t point) {
    if (point < 0x80) return (classes[point] & class_name) != 0;
    return point == 0xB7 || (point >= 0x300 && point <= 0x36F) || point == 0x203F ||
           point == 0x2040 || is_name_start(point);
}

void append_utf8(char32_t point, std::string& out) {
    const auto put = [&out](char32_t bits) { out.push_back(static_cast<char>(bits)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0U | (point >> 6U));
        put(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        put(0xE0U | (point >> 12U));
        put(0x80U | ((point >> 6U) & 0x3FU));
        put(0x80U | (point & 0x3FU));
    } else {
        put(0xF0U | (point >> 18U));
        put(0x80U | ((point >> 12U) & 0x3FU));
        put(0x80U | ((point >> 6U) & 0x3FU));
        put(0x80U | (point & 0x3FU));
    }
}

bool is_ncname(const char* p, const char* end) {
    bool first = true;
    while (p != end) {
        char32_t point = 0;
        const int length = decode(p, end, point);
        if (length <= 0 || !(first ? is_name_start(point) : is_name_character(point))) return false;
        p += length;
        first = false;
    }
    return !first;
}

}  // namespace xml
