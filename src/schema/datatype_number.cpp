#include <charconv>
#include <cmath>
#include <limits>

#include "schema/datatype_value.hpp"

namespace schema {

namespace {

std::size_t count_digits(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    return count;
}

Order order_of(int sign) {
    return sign < 0 ? Order::less : sign > 0 ? Order::greater : Order::equal;
}

int compare_magnitude(const Decimal& left, const Decimal& right) {
    if (left.whole.size() != right.whole.size())
        return left.whole.size() < right.whole.size() ? -1 : 1;
    if (const int sign = left.whole.compare(right.whole); sign != 0) return sign;
    return left.fraction.compare(right.fraction);
}

// The mantissa and exponent of a float as the recommendation writes them; also tells whether a
// number that is out of range is too large or too small.
struct FloatForm {
    bool good = false;
    std::int64_t magnitude = 0;  // decimal exponent of the first digit that counts, roughly
};

FloatForm float_form(std::string_view text) {
    FloatForm form;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
    const std::size_t e = text.find_first_of("eE");
    const auto mantissa = parse_decimal(text.substr(0, e));
    if (!mantissa || text[0] == '+' || text[0] == '-') return form;
    form.magnitude = static_cast<std::int64_t>(mantissa->whole.size());
    if (mantissa->whole.empty()) {
        const std::size_t zeros = mantissa->fraction.find_first_not_of('0');
        form.magnitude -= static_cast<std::int64_t>(zeros == std::string_view::npos ? 0 : zeros);
    }
    if (e == std::string_view::npos) {
        form.good = true;
        return form;
    }
    std::string_view exponent = text.substr(e + 1);
    const bool negative = !exponent.empty() && exponent[0] == '-';
    if (negative || (!exponent.empty() && exponent[0] == '+')) exponent.remove_prefix(1);
    form.good = !exponent.empty() && count_digits(exponent) == exponent.size();
    std::int64_t value = 0;
    for (const char c : exponent.substr(0, form.good ? exponent.size() : 0))
        value = value > 1'000'000'000'000 ? value : value * 10 + (c - '0');
    form.magnitude += negative ? -value : value;
    return form;
}

template <class Number>
std::optional<Number> parse_floating(std::string_view text) {
    constexpr Number infinity = std::numeric_limits<Number>::infinity();
    if (text == "INF") return infinity;
    if (text == "-INF") return -infinity;
    if (text == "NaN") return std::numeric_limits<Number>::quiet_NaN();
    const FloatForm form = float_form(text);
    if (!form.good) return std::nullopt;
    const bool negative = text[0] == '-';
    if (text[0] == '+') text.remove_prefix(1);
    Number value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        value = form.magnitude > 0 ? infinity : Number{0};
        if (negative) value = -value;
    }
    return value == 0 ? Number{0} : value;  // there is only one zero
}

template <class Number>
Order compare_floating(Number left, Number right) {
    if (std::isnan(left) || std::isnan(right))
        return std::isnan(left) && std::isnan(right) ? Order::equal : Order::incomparable;
    return order_of(left < right ? -1 : left > right ? 1 : 0);
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    Decimal value;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        value.negative = text[0] == '-';
        text.remove_prefix(1);
    }
    const std::size_t whole = count_digits(text);
    std::size_t fraction = 0;
    if (whole < text.size()) {
        if (text[whole] != '.') return std::nullopt;
        fraction = count_digits(text.substr(whole + 1));
        if (whole + 1 + fraction != text.size()) return std::nullopt;
        value.fraction = text.substr(whole + 1);
    }
    if (whole + fraction == 0) return std::nullopt;
    value.whole = text.substr(0, whole);
    while (!value.whole.empty() && value.whole[0] == '0') value.whole.remove_prefix(1);
    while (!value.fraction.empty() && value.fraction.back() == '0') value.fraction.remove_suffix(1);
    if (value.whole.empty() && value.fraction.empty()) value.negative = false;
    return value;
}

std::optional<double> parse_double(std::string_view text) {
    return parse_floating<double>(text);
}
std::optional<float> parse_float(std::string_view text) {
    return parse_floating<float>(text);
}

Order compare(const Decimal& left, const Decimal& right) {
    if (left.negative != right.negative) return left.negative ? Order::less : Order::greater;
    const int sign = compare_magnitude(left, right);
    return order_of(left.negative ? -sign : sign);
}

Order compare(const Value& left, const Value& right) {
    if (left.index() != right.index()) return Order::incomparable;
    if (const auto* decimal = std::get_if<Decimal>(&left))
        return compare(*decimal, std::get<Decimal>(right));
    if (const auto* number = std::get_if<double>(&left))
        return compare_floating(*number, std::get<double>(right));
    if (const auto* number = std::get_if<float>(&left))
        return compare_floating(*number, std::get<float>(right));
    if (const auto* duration = std::get_if<Duration>(&left))
        return compare(*duration, std::get<Duration>(right));
    if (const auto* moment = std::get_if<Moment>(&left))
        return compare(*moment, std::get<Moment>(right));
    return Order::incomparable;
}

}  // namespace schema
