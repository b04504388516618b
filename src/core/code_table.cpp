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

namespace {

struct Variant {
    Reason reason;
    bool least, most;  // which of the two bounds there are
    Texts texts;
};

// Sentences with two seats where one of the two has nothing to say.
constexpr Variant variants[] = {
    {Reason::length,
     false,
     true,
     {"{e} may have at most {1} characters.", "{e} peut compter au plus {1} caractères.",
      "{e} mag ten hoogste {1} tekens tellen.", "{e} darf höchstens {1} Zeichen haben."}},
    {Reason::length,
     true,
     false,
     {"{e} must have at least {0} characters.", "{e} doit compter au moins {0} caractères.",
      "{e} moet ten minste {0} tekens tellen.", "{e} muss mindestens {0} Zeichen haben."}},
    {Reason::range,
     false,
     true,
     {"{e} may be at most {1}.", "{e} peut valoir au plus {1}.", "{e} mag ten hoogste {1} zijn.",
      "{e} darf höchstens {1} sein."}},
    {Reason::range,
     true,
     false,
     {"{e} must be at least {0}.", "{e} doit valoir au moins {0}.", "{e} moet ten minste {0} zijn.",
      "{e} muss mindestens {0} sein."}},
    {Reason::element_missing,
     false,
     false,
     {"{e} is missing.", "{e} manque.", "{e} ontbreekt.", "{e} fehlt."}},
};

std::string_view pattern_of(const Finding& finding, Language language) {
    const auto given = [&](std::size_t i) {
        return i < finding.details.size() && !finding.details[i].empty();
    };
    // Nothing but the missing element itself was expected.
    const bool alone = finding.reason == Reason::element_missing && given(0) &&
                       finding.details[0] == finding.element;
    for (const Variant& each : variants)
        if (each.reason == finding.reason && each.least == (given(0) && !alone) &&
            each.most == given(1))
            return each.texts[index_of(language)];
    return reason_texts(finding.reason)[index_of(language)];
}

}  // namespace

std::string sentence(const Finding& finding, Language language) {
    const std::string pattern(pattern_of(finding, language));
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
