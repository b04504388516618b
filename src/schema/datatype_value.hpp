#pragma once
// Values of the ordered primitive types: parsed without allocation (long digit strings stay views
// into the text), compared exactly. Numbers have no greatest length.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace schema {

enum class Order : std::uint8_t { less, equal, greater, incomparable };

// 0 is: not negative, no digits at all.
struct Decimal {
    bool negative = false;
    std::string_view whole;     // digits before the point, no leading zeros
    std::string_view fraction;  // digits behind it, no trailing zeros
};

// A point on the time line, or a recurring one laid into a fixed year. Years beyond 10^15 are kept
// in order only roughly.
struct Moment {
    std::int64_t minutes = 0;  // since 0000-03-01T00:00, in UTC where there is a zone
    std::uint8_t second = 0;
    std::string_view fraction;  // of the second, no trailing zeros
    bool zoned = false;
    std::int16_t zone = 0;  // minutes, as written
};

// Months and seconds of the same sign.
struct Duration {
    bool negative = false;
    std::int64_t months = 0;   // saturates at 10^15
    std::int64_t seconds = 0;  // saturates at 10^18
    std::string_view fraction;
};

using Value = std::variant<std::monostate, Decimal, double, float, Duration, Moment>;

Order compare(const Value& left, const Value& right);
Order compare(const Decimal& left, const Decimal& right);
Order compare(const Duration& left, const Duration& right);
Order compare(const Moment& left, const Moment& right);

// The parsers take text without white space at its ends.
std::optional<Decimal> parse_decimal(std::string_view text);  // also integers
std::optional<double> parse_double(std::string_view text);
std::optional<float> parse_float(std::string_view text);
std::optional<Duration> parse_duration(std::string_view text);

// Which fields a date has.
enum class MomentForm : std::uint8_t {
    date_time,
    time,
    date,
    year_month,
    year,
    month_day,
    day,
    month
};
std::optional<Moment> parse_moment(MomentForm form, std::string_view text);

}  // namespace schema
