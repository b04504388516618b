#include "dfdl/number.hpp"

#include <algorithm>

namespace dfdl {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

struct Decimal {
    bool negative = false;
    std::string whole, fraction;  // without zeros in front, or behind
    bool zero() const { return whole.empty() && fraction.empty(); }
};

void normalise(Decimal& number) {
    number.whole.erase(0, std::min(number.whole.find_first_not_of('0'), number.whole.size()));
    const std::size_t last = number.fraction.find_last_not_of('0');
    number.fraction.resize(last == std::string::npos ? 0 : last + 1);
    if (number.zero()) number.negative = false;
}

std::string lexical(const Decimal& number) {
    std::string out = number.negative ? "-" : "";
    out += number.whole.empty() ? "0" : number.whole;
    if (!number.fraction.empty()) out += "." + number.fraction;
    return out;
}

std::optional<Decimal> decimal(std::string_view text) {
    text = trimmed(text);
    Decimal number;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        number.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    number.whole = text.substr(0, point);
    if (point < text.size()) number.fraction = text.substr(point + 1);
    if (number.whole.empty() && number.fraction.empty()) return {};
    if (!std::all_of(number.whole.begin(), number.whole.end(), is_digit) ||
        !std::all_of(number.fraction.begin(), number.fraction.end(), is_digit))
        return {};
    normalise(number);
    return number;
}

// ---- the pattern ----

// Takes literal text (quoted or not) off the front.
std::string affix(std::string_view& pattern) {
    std::string out;
    while (!pattern.empty()) {
        const char c = pattern.front();
        if (c == '\'') {
            const std::size_t end = pattern.find('\'', 1);
            if (end == std::string_view::npos) throw std::string("a quote is not closed");
            out += end == 1 ? "'" : std::string(pattern.substr(1, end - 1));
            pattern.remove_prefix(end + 1);
            continue;
        }
        if (c == '*' || c == '@' || c == '%') {
            throw std::string("'") + c + "' in a number's pattern is outside the subset";
        }
        if (c == '#' || is_digit(c) || c == ',' || c == '.' || c == ';' || c == 'V' || c == 'P' ||
            c == 'E')
            break;
        out.push_back(c);
        pattern.remove_prefix(1);
    }
    return out;
}

void digits_of(std::string_view& pattern, NumberFormat& format) {
    bool behind = false, seen_group = false;
    unsigned since_group = 0, whole = 0;
    format.least_whole = format.least_fraction = format.most_fraction = 0;
    for (; !pattern.empty(); pattern.remove_prefix(1)) {
        const char c = pattern.front();
        if (c == 'P' || c == 'E' || (is_digit(c) && c != '0'))
            throw std::string("'") + c + "' in a number's pattern is outside the subset";
        if (c == '.' || c == 'V') {
            if (behind) throw std::string("a number's pattern has two decimal points");
            behind = true;
            if (c == 'V') format.implied_fraction = 0;
        } else if (c == ',') {
            if (behind) throw std::string("a group separator stands behind the decimal point");
            seen_group = true;
            since_group = 0;
        } else if (c == '0' || c == '#') {
            if (behind) {
                ++format.most_fraction;
                if (c == '0') format.least_fraction = format.most_fraction;
                if (format.implied_fraction) ++*format.implied_fraction;
            } else {
                ++whole;
                ++since_group;
                if (c == '0') ++format.least_whole;
            }
        } else {
            break;
        }
    }
    if (whole + format.most_fraction == 0) throw std::string("a number's pattern has no digit");
    if (seen_group) format.grouping = since_group;
}

std::optional<char> zoned_digit(const NumberFormat& format, char c, bool& negative) {
    negative = false;
    if (is_digit(c)) return c;
    const bool translated =
        format.ebcdic || format.style == NumberFormat::SignStyle::translated_ebcdic;
    if (translated) {
        if (c == '{') return '0';
        if (c >= 'A' && c <= 'I') return static_cast<char>('1' + (c - 'A'));
        negative = true;
        if (c == '}') return '0';
        if (c >= 'J' && c <= 'R') return static_cast<char>('1' + (c - 'J'));
        return {};
    }
    negative = true;
    if (format.style == NumberFormat::SignStyle::ca_realia)
        return c >= ' ' && c <= ')' ? std::optional<char>(static_cast<char>('0' + (c - ' ')))
                                    : std::nullopt;
    return c >= 'p' && c <= 'y' ? std::optional<char>(static_cast<char>('0' + (c - 'p')))
                                : std::nullopt;
}

char overpunched(const NumberFormat& format, char digit, bool negative) {
    const int value = digit - '0';
    if (format.ebcdic || format.style == NumberFormat::SignStyle::translated_ebcdic) {
        if (value == 0) return negative ? '}' : '{';
        return static_cast<char>((negative ? 'J' : 'A') + value - 1);
    }
    if (!negative) return digit;
    const char base = format.style == NumberFormat::SignStyle::ca_realia ? ' ' : 'p';
    return static_cast<char>(base + value);
}

bool wrapped(std::string_view text, const std::string& before, const std::string& behind,
             std::string_view& inner) {
    if (text.size() < before.size() + behind.size()) return false;
    if (text.substr(0, before.size()) != before) return false;
    if (text.substr(text.size() - behind.size()) != behind) return false;
    inner = text.substr(before.size(), text.size() - before.size() - behind.size());
    return true;
}

void split_implied(const NumberFormat& format, std::string digits, Decimal& number) {
    const std::size_t behind = format.implied_fraction.value_or(0);
    if (digits.size() < behind) digits.insert(0, behind - digits.size(), '0');
    number.whole = digits.substr(0, digits.size() - behind);
    number.fraction = digits.substr(digits.size() - behind);
}

std::optional<std::string> parse_zoned(const NumberFormat& format, std::string_view text) {
    std::string digits(text);
    if (digits.empty()) return {};
    Decimal number;
    if (format.sign != NumberFormat::Sign::none) {
        char& at = format.sign == NumberFormat::Sign::leading ? digits.front() : digits.back();
        const auto digit = zoned_digit(format, at, number.negative);
        if (!digit) return {};
        at = *digit;
    }
    if (!std::all_of(digits.begin(), digits.end(), is_digit)) return {};
    split_implied(format, std::move(digits), number);
    normalise(number);
    return lexical(number);
}

// What stands between prefix and suffix: digits, group separators, the point.
bool read_digits(const NumberFormat& format, std::string_view inner, Decimal& number) {
    bool behind = false, groups = false;
    std::size_t since = 0;  // digits since the last group separator
    const auto group_ends = [&] { return !groups || since == format.grouping; };
    while (!inner.empty()) {
        if (is_digit(inner.front())) {
            ++since;
            (behind ? number.fraction : number.whole).push_back(inner.front());
            inner.remove_prefix(1);
        } else if (!behind && !format.implied_fraction && !format.point.empty() &&
                   inner.substr(0, format.point.size()) == format.point) {
            if (!group_ends()) return false;
            behind = true;
            groups = false;
            inner.remove_prefix(format.point.size());
        } else if (!behind && format.grouping > 0 && !format.group.empty() &&
                   inner.substr(0, format.group.size()) == format.group) {
            // "1.5" where the point groups thousands is not fifteen.
            if (since == 0 || since > format.grouping || !group_ends()) return false;
            groups = true;
            since = 0;
            inner.remove_prefix(format.group.size());
        } else {
            return false;
        }
    }
    if (!group_ends()) return false;
    if (number.whole.empty() && number.fraction.empty()) return false;
    if (format.integral && behind && !number.fraction.empty() &&
        number.fraction.find_first_not_of('0') != std::string::npos)
        return false;
    if (format.implied_fraction) split_implied(format, number.whole, number);
    return true;
}

std::string grouped(std::string digits, const NumberFormat& format) {
    if (format.grouping == 0) return digits;
    for (std::size_t at = digits.size(); at > format.grouping;) {
        at -= format.grouping;
        digits.insert(at, format.group);
    }
    return digits;
}

}  // namespace

std::optional<std::string> canonical_decimal(std::string_view text) {
    const auto number = decimal(text);
    if (!number) return {};
    return lexical(*number);
}

void compile_pattern(std::string_view pattern, NumberFormat& format) {
    format.plain = false;
    if (format.zoned) {
        if (!pattern.empty() && pattern.front() == '+') {
            format.sign = NumberFormat::Sign::leading;
            pattern.remove_prefix(1);
        }
        digits_of(pattern, format);
        if (!pattern.empty() && pattern.front() == '+') {
            if (format.sign != NumberFormat::Sign::none)
                throw std::string("a zoned pattern has one sign");
            format.sign = NumberFormat::Sign::trailing;
            pattern.remove_prefix(1);
        }
        if (!pattern.empty())
            throw std::string("a zoned pattern has digits, V, and one + in front or behind");
        return;
    }
    format.prefix = affix(pattern);
    digits_of(pattern, format);
    format.suffix = affix(pattern);
    format.negative_prefix = "-" + format.prefix;
    format.negative_suffix = format.suffix;
    if (!format.prefix.empty() && format.prefix.front() == '+')
        format.negative_prefix = "-" + format.prefix.substr(1);
    if (!format.suffix.empty() && format.suffix.back() == '+' && format.prefix.empty()) {
        format.negative_prefix.clear();
        format.negative_suffix = format.suffix.substr(0, format.suffix.size() - 1) + "-";
    }
    if (pattern.empty()) return;
    if (pattern.front() != ';') throw std::string("this number's pattern is outside the subset");
    pattern.remove_prefix(1);
    NumberFormat other;
    format.negative_prefix = affix(pattern);
    digits_of(pattern, other);
    format.negative_suffix = affix(pattern);
    if (!pattern.empty()) throw std::string("this number's pattern is outside the subset");
}

std::optional<std::string> parse_number(const NumberFormat& format, std::string_view text) {
    if (format.zoned) return parse_zoned(format, text);
    if (std::find(format.zeros.begin(), format.zeros.end(), text) != format.zeros.end()) return "0";
    if (format.floating) {
        if (text == format.infinity) return "INF";
        if (text == format.not_a_number) return "NaN";
        const bool taken =
            !text.empty() && text.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
        if (format.plain) return taken ? std::optional<std::string>(text) : std::nullopt;
    }
    if (format.plain) {
        const auto number = decimal(text);
        if (!number || trimmed(text).size() != text.size()) return {};
        if (format.integral && text.find('.') != std::string_view::npos) return {};
        return lexical(*number);
    }
    Decimal number;
    std::string_view inner;
    // A pattern whose negative form is the longer one is tried with it first: "-#" before "#".
    const bool negative_first = format.negative_prefix.size() + format.negative_suffix.size() >=
                                format.prefix.size() + format.suffix.size();
    for (int attempt = 0; attempt < 2; ++attempt) {
        const bool negative = (attempt == 0) == negative_first;
        number = {};
        number.negative = negative;
        const bool fits = negative
                              ? wrapped(text, format.negative_prefix, format.negative_suffix, inner)
                              : wrapped(text, format.prefix, format.suffix, inner);
        if (!fits || !read_digits(format, inner, number)) continue;
        normalise(number);
        return lexical(number);
    }
    return {};
}

std::optional<std::string> format_number(const NumberFormat& format, std::string_view text) {
    text = trimmed(text);
    if (format.floating) {
        if (text == "INF") return format.infinity;
        if (text == "NaN") return format.not_a_number;
        if (format.plain) return std::string(text);
    }
    const auto number = decimal(text);
    if (!number) return {};
    if (format.plain) return lexical(*number);
    std::string whole = number->whole, fraction = number->fraction;
    if (whole.size() < format.least_whole) whole.insert(0, format.least_whole - whole.size(), '0');
    if (fraction.size() > format.most_fraction) return {};
    if (fraction.size() < format.least_fraction)
        fraction.append(format.least_fraction - fraction.size(), '0');
    if (format.implied_fraction) {
        fraction.append(*format.implied_fraction - fraction.size(), '0');
        whole += fraction;
        fraction.clear();
    }
    if (format.zoned) {
        if (whole.empty()) whole = "0";
        if (format.sign == NumberFormat::Sign::none) {
            if (number->negative) return {};
            return whole;
        }
        char& at = format.sign == NumberFormat::Sign::leading ? whole.front() : whole.back();
        at = overpunched(format, at, number->negative);
        return whole;
    }
    if (whole.empty() && fraction.empty()) whole = "0";
    std::string out = number->negative ? format.negative_prefix : format.prefix;
    out += grouped(std::move(whole), format);
    if (!fraction.empty()) out += format.point + fraction;
    return out + (number->negative ? format.negative_suffix : format.suffix);
}

}  // namespace dfdl
