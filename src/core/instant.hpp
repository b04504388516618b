#pragma once
// Points in time and civil dates. An Instant is UTC; a Date is a day of the proleptic Gregorian
// calendar with no zone. Time zones need the C library's data and live in io/zone.hpp.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

struct Instant {
    std::int64_t microseconds = 0;  // since 1970-01-01T00:00:00Z
    auto operator<=>(const Instant&) const = default;
};

struct Date {
    std::int32_t days = 0;  // since 1970-01-01
    auto operator<=>(const Date&) const = default;
};

struct YearMonthDay {
    int year, month, day;
};

bool is_calendar_date(int year, int month, int day);
Date date_of(int year, int month, int day);  // the three must form a calendar date
YearMonthDay civil(Date date);

// YYYY-MM-DD
std::optional<Date> parse_date(std::string_view text);
std::string to_string(Date date);
// RFC 3339 with any offset, up to 9 fractional digits (kept to the microsecond).
std::optional<Instant> parse_instant(std::string_view text);
std::string to_string(Instant instant);  // YYYY-MM-DDThh:mm:ss.mmmZ

}  // namespace core
