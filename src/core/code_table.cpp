#include "core/code_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

#include "core/code_table_impl.hpp"
#include "core/ensure.hpp"

namespace core {
namespace {

std::vector<Code> gathered() {
    std::vector<Code> all;
    for (const std::span<const Code> part :
         {detail::name_codes(), detail::content_codes(), detail::field_codes()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    std::sort(all.begin(), all.end(), [](const Code& a, const Code& b) {
        return a.level != b.level ? a.level < b.level : a.number < b.number;
    });
    return all;
}

const Code* find_number(CodeLevel level, int number) {
    for (const Code& code : code_table()) {
        if (code.level == level && code.number == number) return &code;
    }
    return nullptr;
}

// Exactly three digits, or -1.
int three_digits(std::string_view text) {
    int number = -1;
    if (text.size() != 3) return -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + 3, number);
    return error == std::errc{} && end == text.data() + 3 ? number : -1;
}

std::string padded(int number) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%03d", number);
    return digits;
}

}  // namespace

std::string_view to_string(Actor actor) {
    switch (actor) {
        case Actor::sender:
            return "sender";
        case Actor::recipient:
            return "recipient";
        case Actor::operators:
            return "operator";
        case Actor::engine:
            return "engine";
    }
    ENSURE(false);
}

std::string_view to_string(CodeLevel level) {
    return level == CodeLevel::channel ? "channel" : "field";
}

std::string Code::id() const {
    return (level == CodeLevel::channel ? "ACRF-" : "-") + padded(number);
}

std::span<const Code> code_table() {
    static const std::vector<Code> table = gathered();
    return table;
}

const Code& channel_code(int number) {
    const Code* code = find_number(CodeLevel::channel, number);
    ENSURE(code != nullptr);
    return *code;
}

const Code* find_code(std::string_view code) {
    const std::size_t dash = code.rfind('-');
    const int number = three_digits(dash == std::string_view::npos ? code : code.substr(dash + 1));
    if (number < 0) {
        for (const Code& row : code_table()) {
            if (row.name == code) return &row;
        }
        return nullptr;
    }
    const std::string_view zone =
        dash == std::string_view::npos ? std::string_view("ACRF") : code.substr(0, dash);
    const CodeLevel first = zone == "ACRF" ? CodeLevel::channel : CodeLevel::field;
    const CodeLevel second = first == CodeLevel::channel ? CodeLevel::field : CodeLevel::channel;
    if (const Code* found = find_number(first, number)) return found;
    return find_number(second, number);
}

std::string acrf(int number) {
    return "ACRF-" + padded(number);
}

std::string label(std::string_view code, Language language) {
    const Code* row = find_code(code);
    return row != nullptr ? std::string(row->text[index_of(language)]) : std::string(code);
}

std::string advice(std::string_view code, Language language) {
    const Code* row = find_code(code);
    return row != nullptr ? std::string(row->advice[index_of(language)]) : std::string();
}

std::string fill(std::string_view pattern, std::span<const std::string> arguments) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '{' || i + 2 >= pattern.size() || pattern[i + 2] != '}' ||
            pattern[i + 1] < '0' || pattern[i + 1] > '9') {
            out += pattern[i];
            continue;
        }
        const auto index = static_cast<std::size_t>(pattern[i + 1] - '0');
        if (index < arguments.size()) out += arguments[index];
        i += 2;
    }
    return out;
}

std::string sentence(const Finding& finding, Language language) {
    std::string pattern(reason_texts(finding.reason)[index_of(language)]);
    const std::size_t seat = pattern.find("{e}");
    if (seat != std::string::npos) {
        // The arguments go in first: an element's name never holds a brace, but details may.
        std::string head = fill(std::string_view(pattern).substr(0, seat), finding.details);
        std::string tail = fill(std::string_view(pattern).substr(seat + 3), finding.details);
        return head + (finding.element.empty() ? std::string("?") : finding.element) + tail;
    }
    return fill(pattern, finding.details);
}

}  // namespace core
