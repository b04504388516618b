#include "parse/decimal.hpp"

#include <algorithm>

namespace parse {

namespace {

constexpr int fraction_digits = 9;
constexpr std::int64_t one = 1'000'000'000;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

Decimal::Decimal(std::uint64_t whole) : units_(static_cast<Wide>(whole) * one) {}

std::optional<Decimal> Decimal::parse(std::string_view text, std::size_t digits_max) {
    text = trimmed(text);
    bool negative = false;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point < text.size() ? text.substr(point + 1) : std::string_view{};
    if (whole.empty() && fraction.empty()) return {};
    while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
    if (whole.size() > digits_max || fraction.size() > fraction_digits) return {};
    Wide units = 0;
    for (char c : whole) {
        if (!is_digit(c)) return {};
        units = units * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < fraction_digits; ++i) {
        const char c = i < fraction.size() ? fraction[i] : '0';
        if (!is_digit(c)) return {};
        units = units * 10 + (c - '0');
    }
    Decimal result;
    result.units_ = negative ? -units : units;
    return result;
}

Decimal& Decimal::operator+=(const Decimal& other) {
    units_ += other.units_;
    return *this;
}

Decimal& Decimal::operator-=(const Decimal& other) {
    units_ -= other.units_;
    return *this;
}

std::string Decimal::text() const {
    Wide rest = units_ < 0 ? -units_ : units_;
    std::string digits;
    for (int i = 0; i < fraction_digits || rest != 0; ++i) {
        digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
    }
    if (digits.size() == fraction_digits) digits.push_back('0');
    std::reverse(digits.begin(), digits.end());
    std::string whole = digits.substr(0, digits.size() - fraction_digits);
    std::string fraction = digits.substr(digits.size() - fraction_digits);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    std::string result = units_ < 0 ? "-" : "";
    result += whole;
    if (!fraction.empty()) result += "." + fraction;
    return result;
}

}  // namespace parse
