#include "schema/reader_values.hpp"

#include "schema/datatype_lexical.hpp"

namespace schema {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
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
