#include "schema/reader_values.hpp"

#include <algorithm>
#include <array>

namespace schema {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Next code point of UTF-8 that a parser has already checked.
char32_t next_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) {
        return lead;
    }
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    char32_t point = lead & (0x3FU >> more);
    for (int i = 0; i < more && at < text.size(); ++i) {
        point = (point << 6) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    }
    return point;
}

struct Range {
    char32_t first, last;
};

// Names of XML 1.0, fifth edition.
constexpr std::array<Range, 15> start_ranges{{{'A', 'Z'},
                                              {'_', '_'},
                                              {'a', 'z'},
                                              {0xC0, 0xD6},
                                              {0xD8, 0xF6},
                                              {0xF8, 0x2FF},
                                              {0x370, 0x37D},
                                              {0x37F, 0x1FFF},
                                              {0x200C, 0x200D},
                                              {0x2070, 0x218F},
                                              {0x2C00, 0x2FEF},
                                              {0x3001, 0xD7FF},
                                              {0xF900, 0xFDCF},
                                              {0xFDF0, 0xFFFD},
                                              {0x10000, 0xEFFFF}}};
constexpr std::array<Range, 6> more_ranges{
    {{'-', '-'}, {'.', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}};

template <std::size_t count>
bool within(const std::array<Range, count>& ranges, char32_t point) {
    return std::any_of(ranges.begin(), ranges.end(), [point](const Range& range) {
        return point >= range.first && point <= range.last;
    });
}

DerivationSet derivation_named(std::string_view word) {
    if (word == "extension") return by_extension;
    if (word == "restriction") return by_restriction;
    if (word == "substitution") return by_substitution;
    if (word == "list") return by_list;
    if (word == "union") return by_union;
    return 0;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> found;
    std::size_t at = 0;
    while (at < text.size()) {
        while (at < text.size() && is_space(text[at])) ++at;
        const std::size_t begin = at;
        while (at < text.size() && !is_space(text[at])) ++at;
        if (at > begin) {
            found.push_back(text.substr(begin, at - begin));
        }
    }
    return found;
}

bool is_ncname(std::string_view text) {
    std::size_t at = 0;
    bool first = true;
    while (at < text.size()) {
        const char32_t point = next_point(text, at);
        if (!within(start_ranges, point) && (first || !within(more_ranges, point))) {
            return false;
        }
        first = false;
    }
    return !first;
}

bool is_qname(std::string_view text) {
    const std::size_t colon = text.find(':');
    return colon == std::string_view::npos
               ? is_ncname(text)
               : is_ncname(text.substr(0, colon)) && is_ncname(text.substr(colon + 1));
}

bool is_language(std::string_view text) {
    std::size_t length = 0;
    bool first_part = true;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (c == '-' && length > 0) {
            length = 0;
            first_part = false;
        } else if ((letter || (digit && !first_part)) && length < 8) {
            ++length;
        } else {
            return false;
        }
    }
    return length > 0;
}

std::optional<bool> parse_boolean(std::string_view text) {
    const std::string_view word = trimmed(text);
    if (word == "true" || word == "1") return true;
    if (word == "false" || word == "0") return false;
    return std::nullopt;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::string_view digits = trimmed(text);
    const bool minus = !digits.empty() && digits.front() == '-';
    if (!digits.empty() && (digits.front() == '+' || minus)) {
        digits.remove_prefix(1);
    }
    if (digits.empty()) {
        return std::nullopt;
    }
    constexpr std::uint64_t most = 1ULL << 63;
    std::uint64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        const auto digit = static_cast<std::uint64_t>(c - '0');
        value = value > (most - digit) / 10 ? most : value * 10 + digit;
    }
    if (minus && value != 0) {
        return std::nullopt;
    }
    return value;
}

std::optional<DerivationSet> parse_derivations(std::string_view text, DerivationSet all) {
    if (trimmed(text) == "#all") {
        return all;
    }
    DerivationSet set = 0;
    for (const std::string_view word : words(text)) {
        const DerivationSet one = derivation_named(word);
        if (one == 0 || (one & all) == 0) {
            return std::nullopt;
        }
        set = static_cast<DerivationSet>(set | one);
    }
    return set;
}

}  // namespace schema
