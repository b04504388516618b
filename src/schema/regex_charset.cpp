#include "schema/regex_charset.hpp"

#include <algorithm>

namespace schema {

namespace {

// In the order of scripts/make-regex-tables.
constexpr std::string_view categories[] = {
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Zs", "Zl", "Zp", "Sm", "Sc", "Sk", "So", "Cc", "Cf", "Co", "Cn", "Cs"};

bool category_known(std::string_view name) {
    if (name.size() == 1) return std::string_view("LMNPZSC").find(name[0]) != name.npos;
    // Surrogates are not characters: the recommendation has no Cs.
    return name != "Cs" &&
           std::find(std::begin(categories), std::end(categories), name) != std::end(categories);
}

}  // namespace

CharSet CharSet::range(char32_t first, char32_t last) {
    CharSet set;
    set.ranges_.push_back({first, last});
    return set;
}

CharSet CharSet::of(const CodeRange* ranges, std::size_t count) {
    CharSet set;
    set.ranges_.assign(ranges, ranges + count);
    return set;
}

bool CharSet::category(std::string_view name, CharSet& out) {
    if (!category_known(name)) return false;
    CharSet set;
    for (std::size_t i = 0; i < category_runs_count; ++i) {
        const std::string_view own = categories[category_runs[i] & 31U];
        if (own.substr(0, name.size()) != name) continue;
        const char32_t first = category_runs[i] >> 5;
        const char32_t last =
            i + 1 < category_runs_count ? (category_runs[i + 1] >> 5) - 1 : code_point_max;
        set.ranges_.push_back({first, last});
    }
    set.tidy();
    out = std::move(set);
    return true;
}

bool CharSet::block(std::string_view name, CharSet& out) {
    CharSet set;
    for (std::size_t i = 0; i < blocks_count; ++i)
        if (blocks[i].name == name) set.ranges_.push_back(blocks[i].range);
    if (set.ranges_.empty()) return false;
    set.tidy();
    out = std::move(set);
    return true;
}

CharSet CharSet::word() {
    CharSet others, part;
    for (const std::string_view group : {"P", "Z", "C"}) {
        category(group, part);
        others.add(part);
    }
    others.tidy();
    return others.complement();
}

CharSet CharSet::space() {
    CharSet set;
    set.ranges_ = {{0x9, 0xA}, {0xD, 0xD}, {0x20, 0x20}};
    return set;
}

CharSet CharSet::name_start() {
    return of(name_start_ranges, name_start_ranges_count);
}
CharSet CharSet::name_char() {
    return of(name_char_ranges, name_char_ranges_count);
}

void CharSet::tidy() {
    std::sort(ranges_.begin(), ranges_.end(),
              [](const CodeRange& a, const CodeRange& b) { return a.first < b.first; });
    std::vector<CodeRange> merged;
    for (const CodeRange& range : ranges_) {
        if (!merged.empty() && range.first <= merged.back().last + 1)
            merged.back().last = std::max(merged.back().last, range.last);
        else
            merged.push_back(range);
    }
    ranges_ = std::move(merged);
}

CharSet CharSet::complement() const {
    CharSet set;
    char32_t next = 0;
    for (const CodeRange& range : ranges_) {
        if (range.first > next) set.ranges_.push_back({next, range.first - 1});
        next = range.last + 1;
    }
    if (next <= code_point_max) set.ranges_.push_back({next, code_point_max});
    return set;
}

CharSet CharSet::minus(const CharSet& other) const {
    // A minus B = not (not A or B)
    CharSet set = complement();
    set.add(other);
    set.tidy();
    return set.complement();
}

bool CharSet::contains(char32_t c) const {
    const auto after = std::upper_bound(
        ranges_.begin(), ranges_.end(), c,
        [](char32_t value, const CodeRange& range) { return value < range.first; });
    return after != ranges_.begin() && c <= std::prev(after)->last;
}

}  // namespace schema
