#include "job/path.hpp"

#include "job/text_parser.hpp"

namespace job {
namespace {

constexpr std::size_t text_bytes_max = 4096;
constexpr int nesting_max = 32;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_in_name(char c) {
    return begins_name(c) || is_digit(c) || c == '-' || c == '.';
}

// What stands at `at`, for messages: the character in quotes, or "the end".
std::string found(std::string_view text, std::size_t at) {
    if (at >= text.size()) return "the text ends";
    std::size_t length = 1;
    while (at + length < text.size() &&
           (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U)
        ++length;
    return "there is '" + std::string(text.substr(at, length)) + "'";
}

std::size_t character_number(std::string_view text, std::size_t at) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < at && i < text.size(); ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) ++count;
    return count;
}

}  // namespace

// Keeps the first fault: what follows from it is noise.
bool TextParser::fail(std::size_t at, std::string text) {
    if (fault_.text.empty()) fault_ = {at, std::move(text)};
    return false;
}

void TextParser::skip_blanks() {
    while (next_ < text_.size() && is_blank(text_[next_])) ++next_;
}

bool TextParser::take(std::string_view token) {
    if (!at(token)) return false;
    next_ += token.size();
    return true;
}

bool TextParser::take_word(std::string_view word) {
    if (!at(word)) return false;
    const std::size_t behind = next_ + word.size();
    if (behind < text_.size() && is_in_name(text_[behind])) return false;
    next_ = behind;
    return true;
}

bool TextParser::at_name() const {
    return next_ < text_.size() && begins_name(text_[next_]);
}

bool TextParser::name(Name& name, bool is_attribute) {
    const std::size_t begin = next_;
    if (!at_name())
        return fail(next_, std::string("a name of an ") + (is_attribute ? "attribute" : "element") +
                               " must stand here, but " + found(text_, next_));
    while (next_ < text_.size() && is_in_name(text_[next_])) ++next_;
    std::string_view first = text_.substr(begin, next_ - begin);
    if (at("::"))
        return fail(begin, "axes such as '" + std::string(first) +
                               "::' are not part of job paths: child steps, leading '..' and a "
                               "last '@attribute' are");
    if (at("("))
        return fail(begin,
                    "functions such as '" + std::string(first) + "()' are not part of job paths");
    if (!take(":")) {
        name.space.clear();
        name.local = first;
        return true;
    }
    const std::size_t local = next_;
    if (!at_name()) return fail(next_, "a local name must follow the prefix and its colon");
    while (next_ < text_.size() && is_in_name(text_[next_])) ++next_;
    if (!prefixes_.find(first, name.space))
        return fail(begin, "the prefix '" + std::string(first) +
                               "' is not bound in the job file: add xmlns:" + std::string(first) +
                               "=\"...\"");
    name.local = text_.substr(local, next_ - local);
    return true;
}

bool TextParser::literal(std::string& value) {
    const std::size_t begin = next_;
    if (next_ >= text_.size() || (text_[next_] != '\'' && text_[next_] != '"'))
        return fail(next_, "a literal in quotes must stand here, but " + found(text_, next_));
    const char quote = text_[next_++];
    const std::size_t end = text_.find(quote, next_);
    if (end == std::string_view::npos) return fail(begin, "the quote is never closed");
    value = text_.substr(next_, end - next_);
    next_ = end + 1;
    return true;
}

bool TextParser::number(std::string& value) {
    const std::size_t begin = next_;
    if (at("-") || at("+")) ++next_;
    const std::size_t digits = next_;
    while (next_ < text_.size() && is_digit(text_[next_])) ++next_;
    bool good = next_ > digits;
    if (at(".")) {
        const std::size_t fraction = ++next_;
        while (next_ < text_.size() && is_digit(text_[next_])) ++next_;
        good = good && next_ > fraction;
    }
    if (!good || at_name())
        return fail(begin, "this is not a number: write texts in quotes, numbers as 12 or 12.50");
    value = text_.substr(begin, next_ - begin);
    return true;
}

// [child='literal'], blanks allowed around its parts.
bool TextParser::predicate(Step& step) {
    const std::size_t begin = next_;
    if (!take("[")) return true;
    skip_blanks();
    if (next_ < text_.size() && is_digit(text_[next_]))
        return fail(next_,
                    "positions are not part of job paths (the first hit counts): write "
                    "[child='literal']");
    Name child;
    if (!name(child, false)) return false;
    skip_blanks();
    if (!take("="))
        return fail(next_,
                    "the one form of a predicate is [child='literal'], but " + found(text_, next_));
    skip_blanks();
    std::string value;
    if (!literal(value)) return false;
    skip_blanks();
    if (!take("]"))
        return fail(next_ < text_.size() ? next_ : begin, "']' must close the predicate");
    if (at("[")) return fail(next_, "a step can have one predicate only");
    step.predicate = {std::move(child), std::move(value)};
    return true;
}

// Leading `..` steps. Afterwards a step may follow, or nothing.
bool TextParser::ups(Path& path) {
    while (at("..")) {
        next_ += 2;
        ++path.up;
        if (!at("/")) return true;
        ++next_;
        if (!at("..") && !at("@") && !at_name())
            return fail(next_, "a step must follow '/', but " + found(text_, next_));
    }
    return true;
}

bool TextParser::steps(Path& path) {
    for (;;) {
        if (take("@")) {
            Name attribute;
            if (!name(attribute, true)) return false;
            path.attribute = std::move(attribute);
            if (at("/")) return fail(next_, "an attribute can only be the last step");
            if (at("["))
                return fail(next_, "a predicate belongs to an element, not to an attribute");
            return true;
        }
        if (at("//") || at("/"))
            return fail(next_, "'//' is not part of job paths: write every step");
        if (at("..")) return fail(next_, "'..' can only stand at the beginning of a path");
        if (at("*"))
            return fail(next_, "'*' is not part of job paths: write the name of the element");
        Step step;
        if (!name(step.name, false) || !predicate(step)) return false;
        path.steps.push_back(std::move(step));
        if (!take("/")) return true;
    }
}

bool TextParser::path(Path& path) {
    const std::size_t begin = next_;
    bool follows = true;
    if (take("/")) {
        path.absolute = true;
    } else if (at("..")) {
        if (!ups(path)) return false;
        follows = at("@") || at_name();
    } else if (take("./")) {
        follows = true;
    } else if (take(".")) {
        follows = false;
    }
    if (follows && !steps(path)) return false;
    if (path.absolute && path.steps.empty())
        return fail(begin, "an absolute path needs the name of the root");
    path.text = text_.substr(begin, next_ - begin);
    return true;
}

bool TextParser::ended(const char* what) {
    skip_blanks();
    if (next_ >= text_.size()) return true;
    return fail(next_, std::string("the ") + what + " should end here, but " + found(text_, next_));
}

std::optional<Path> TextParser::whole_path() {
    Path result;
    skip_blanks();
    if (text_.size() > text_bytes_max) {
        fail(0, "a path has at most " + std::to_string(text_bytes_max) + " bytes");
        return std::nullopt;
    }
    if (!path(result) || !ended("path")) return std::nullopt;
    return result;
}

bool TextParser::any(Condition& condition) {
    if (++depth_ > nesting_max)
        return fail(next_, "parentheses are nested deeper than " + std::to_string(nesting_max));
    Condition first;
    if (!all(first)) return false;
    std::vector<Condition> parts;
    parts.push_back(std::move(first));
    for (skip_blanks(); take_word("or"); skip_blanks()) {
        Condition next;
        if (!all(next)) return false;
        parts.push_back(std::move(next));
    }
    --depth_;
    if (parts.size() == 1) {
        condition = std::move(parts[0]);
    } else {
        condition.kind = Condition::Kind::any;
        condition.parts = std::move(parts);
    }
    return true;
}

bool TextParser::all(Condition& condition) {
    Condition first;
    if (!one(first)) return false;
    std::vector<Condition> parts;
    parts.push_back(std::move(first));
    for (skip_blanks(); take_word("and"); skip_blanks()) {
        Condition next;
        if (!one(next)) return false;
        parts.push_back(std::move(next));
    }
    if (parts.size() == 1) {
        condition = std::move(parts[0]);
    } else {
        condition.kind = Condition::Kind::all;
        condition.parts = std::move(parts);
    }
    return true;
}

bool TextParser::one(Condition& condition) {
    skip_blanks();
    const std::size_t begin = next_;
    const bool negated = take_word("not");
    if (negated) skip_blanks();
    if (negated && !at("(")) next_ = begin;  // an element named "not"
    const std::size_t open = next_;
    if (!take("(")) return comparison(condition);
    Condition inner;
    if (!any(inner)) return false;
    skip_blanks();
    if (!take(")"))
        return fail(next_ < text_.size() ? next_ : open, "')' must close the parenthesis");
    if (negated) {
        condition.kind = Condition::Kind::none;
        condition.parts.push_back(std::move(inner));
    } else {
        condition = std::move(inner);
    }
    return true;
}

bool TextParser::operand(std::string& value) {
    skip_blanks();
    if (at("'") || at("\"")) return literal(value);
    if (next_ < text_.size() && (is_digit(text_[next_]) || at("-") || at("+")))
        return number(value);
    return fail(next_,
                "a literal in quotes or a number must stand here, but " + found(text_, next_));
}

bool TextParser::comparison(Condition& condition) {
    using Kind = Condition::Kind;
    static constexpr std::pair<std::string_view, Kind> operators[] = {
        {"!=", Kind::not_equal}, {"<=", Kind::less_equal}, {">=", Kind::greater_equal},
        {"=", Kind::equal},      {"<", Kind::less},        {">", Kind::greater},
    };
    if (at("'") || at("\"") || (next_ < text_.size() && is_digit(text_[next_])))
        return fail(next_, "a comparison begins with its path: write path = 'literal'");
    if (!path(condition.path)) return false;
    condition.kind = Kind::exists;
    skip_blanks();
    for (const auto& [token, kind] : operators) {
        if (!take(token)) continue;
        condition.kind = kind;
        if (at("=")) return fail(next_, "equality is written with one '='");
        return operand(condition.literal);
    }
    return true;
}

std::optional<Condition> TextParser::whole_condition() {
    Condition result;
    skip_blanks();
    if (text_.size() > text_bytes_max) {
        fail(0, "a condition has at most " + std::to_string(text_bytes_max) + " bytes");
        return std::nullopt;
    }
    if (!any(result) || !ended("condition")) return std::nullopt;
    result.text = text_;
    return result;
}

namespace {

std::string described(std::string_view text, const TextFault& fault) {
    return fault.text + " (character " + std::to_string(character_number(text, fault.at)) + ")";
}

}  // namespace

std::optional<Path> parse_path(std::string_view text, const PrefixLookup& prefixes,
                               std::string& error) {
    TextParser parser(text, prefixes);
    auto result = parser.whole_path();
    if (!result) error = described(text, parser.fault());
    return result;
}

std::optional<Condition> parse_condition(std::string_view text, const PrefixLookup& prefixes,
                                         std::string& error) {
    TextParser parser(text, prefixes);
    auto result = parser.whole_condition();
    if (!result) error = described(text, parser.fault());
    return result;
}

}  // namespace job
