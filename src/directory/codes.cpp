#include "directory/codes.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace directory {

using Lists = std::map<unsigned, std::set<unsigned>>;

// The network's list of sectors and their types of institution.
static const Lists& sectors() {
    static const Lists lists{
        {0, {0}},
        {1, {0, 1}},
        {2, {0}},
        {3, {1}},
        {5, {0}},
        {6, {0}},
        {7, {0, 1}},
        {8, {0}},
        {9, {0}},
        {10, {0, 1}},
        {11, {0, 1, 2, 3, 4, 5}},
        {12, {0, 1, 2, 10, 11}},
        {13, {0, 2, 3, 10, 11}},
        {14, {0, 3, 4}},
        {15, {0, 1, 2, 4}},
        {16, {0, 1, 2, 3, 4, 5, 6}},
        {17, {0, 1, 3}},
        {18, {0, 1, 2, 3, 5, 6}},
        {19, {0, 1, 2, 3}},
        {20, {0}},
        {21, {0, 1}},
        {22, {0, 10}},
        {23, {0, 1, 2}},
        {24, {0}},
        {25, {0}},
        {26, {0, 1, 2, 3, 4, 5}},
        {27, {0}},
        {28, {0, 2, 3}},
        {29, {0}},
        {30, {0}},
        {31, {0, 1, 2, 3}},
        {34, {0}},
        {35, {0}},
        {36, {0, 1}},
        {37, {0, 1, 2, 3}},
        {38, {0, 5}},
        {39, {0}},
        {40, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}},
        {41, {0}},
        {42, {0}},
        {43, {0}},
        {44, {0}},
        {45, {0, 1}},
        {46, {0}},
        {47, {0}},
        {48, {0}},
        {49, {0}},
        {50, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
        {51, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}},
        {53, {0}},
        {54, {0}},
        {55, {0}},
        {56, {0}},
        {57, {0, 2}},
        {58, {0}},
        {59, {28}},
        {60, {0}},
        {61, {0}},
        {62, {0}},
        {63, {0}},
        {64, {0}},
        {65, {0, 3}},
        {66, {0}},
        {69, {0, 1, 2, 3, 4, 5, 6, 7}},
        {70, {0, 1, 2, 3}},
        {74, {0}},
        {75, {0}},
        {76, {0, 1}},
        {77, {0, 1}},
        {78, {0}},
        {79, {0}},
        {80, {0, 1}},
        {81, {1, 2, 3}},
        {82, {0}},
        {83, {0, 1}},
        {84, {0}},
        {85, {0}},
        {86, {0}},
        {87, {0}},
        {89, {0, 1}},
        {90, {0}},
        {91, {0}},
        {92, {0}},
        {93, {0, 1, 2, 3}},
        {94, {0}},
    };
    return lists;
}

// Types of institution of the declarations (glossary, annex 42), which no sector owns.
static const std::set<unsigned>& general_types() {
    static const std::set<unsigned> types{
        1,  2,  3,  4,  5,  6,  7,  8,  9,  17, 20, 21, 22, 23, 24, 25, 26, 27, 28, 30, 31, 32,
        33, 34, 35, 40, 41, 42, 43, 44, 50, 51, 52, 53, 54, 60, 61, 62, 63, 64, 65, 66, 67};
    return types;
}

// The network's list of quality codes for each sector.
static const Lists& qualities() {
    static const Lists lists{
        {1, {10, 20, 30, 40, 50}},
        {5, {1, 10, 20, 30, 31, 100, 110, 150, 500}},
        {6, {10, 20, 30, 40, 50}},
        {7, {101, 102, 103, 104, 105, 106, 107}},
        {9, {2, 12}},
        {10, {10}},
        {11, {1, 2}},
        {12, {2, 10, 30, 40}},
        {13, {10, 30}},
        {14, {10, 21, 30, 50}},
        {15, {1, 2, 3, 6, 7, 8}},
        {16, {1, 2, 3, 4, 5, 6, 7, 8}},
        {17, {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 20, 21, 40}},
        {18, {1, 2, 3, 4, 5}},
        {19, {1,  2,  10, 20, 21, 30, 40, 41, 42, 50, 51, 54, 57, 58, 59,
              60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 80, 99}},
    };
    return lists;
}

// 0 a definitive inscription, 902 a provisional one, 999 a number that was replaced: in any sector.
static bool is_general_quality(unsigned quality) {
    return quality == 0 || quality == 902 || quality == 999;
}

static bool in_any(const Lists& lists, unsigned code) {
    return std::any_of(lists.begin(), lists.end(),
                       [&](const auto& list) { return list.second.count(code) > 0; });
}

Known know_sector(unsigned sector) {
    return sectors().count(sector) > 0 ? Known::yes : Known::no;
}

Known know_type(unsigned sector, unsigned type) {
    const auto list = sectors().find(sector);
    if (list != sectors().end() && list->second.count(type) > 0) return Known::yes;
    const bool elsewhere = general_types().count(type) > 0 || in_any(sectors(), type);
    return elsewhere ? Known::elsewhere : Known::no;
}

Known know_quality(unsigned sector, unsigned quality) {
    if (is_general_quality(quality)) return Known::yes;
    const auto list = qualities().find(sector);
    if (list != qualities().end() && list->second.count(quality) > 0) return Known::yes;
    return in_any(qualities(), quality) ? Known::elsewhere : Known::no;
}

std::optional<std::uint16_t> parse_code(std::string_view text) {
    if (text.empty() || text.size() > 5) return std::nullopt;
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 0xFFFF) return std::nullopt;
    return static_cast<std::uint16_t>(value);
}

}  // namespace directory
