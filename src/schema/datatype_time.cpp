#include <algorithm>
#include <array>

#include "schema/datatype_value.hpp"

namespace schema {

namespace {

// Greater numbers are cut to this, so that sums of seconds stay within 64 bits.
constexpr std::int64_t number_max = 100'000'000'000;
constexpr std::int64_t day_minutes = 24 * 60;
constexpr int zone_max = 14 * 60;

struct Reader {
    std::string_view rest;

    bool take(char c) {
        if (rest.empty() || rest[0] != c) return false;
        rest.remove_prefix(1);
        return true;
    }

    // One or more digits; -1 if there is none.
    std::int64_t number(std::size_t& digits) {
        std::int64_t value = 0;
        digits = 0;
        for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits)
            value = std::min(value * 10 + (rest[digits] - '0'), number_max);
        rest.remove_prefix(digits);
        return digits == 0 ? -1 : value;
    }

    // Exactly two digits within bounds; -1 otherwise.
    int two(int least, int greatest) {
        if (rest.size() < 2) return -1;
        const int tens = rest[0] - '0', ones = rest[1] - '0';
        if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return -1;
        rest.remove_prefix(2);
        const int value = tens * 10 + ones;
        return value >= least && value <= greatest ? value : -1;
    }

    // ".123", without its trailing zeros, or nothing. False when digits are missing.
    bool fraction(std::string_view& digits) {
        if (!take('.')) return true;
        const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
        digits = rest.substr(0, end);
        rest.remove_prefix(end);
        if (end == 0) return false;
        while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
        return true;
    }
};

bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int month_days(std::int64_t year, int month) {
    constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// Days since 0000-03-01 of the Gregorian calendar carried on in both directions.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t of_era = year - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
}

struct Civil {
    std::int64_t year = 1972;  // a leap year, for the forms without one
    int month = 1, day = 1, hour = 0, minute = 0;
};

bool read_year(Reader& reader, std::int64_t& year) {
    const bool negative = reader.take('-');
    const bool zero = !reader.rest.empty() && reader.rest[0] == '0';
    std::size_t digits = 0;
    year = reader.number(digits);
    if (digits < 4 || (digits > 4 && zero) || year == 0) return false;
    if (negative) year = -year;
    return true;
}

bool read_time(Reader& reader, Civil& civil, Moment& moment) {
    civil.hour = reader.two(0, 24);
    if (civil.hour < 0 || !reader.take(':')) return false;
    civil.minute = reader.two(0, 59);
    if (civil.minute < 0 || !reader.take(':')) return false;
    const int second = reader.two(0, 59);
    if (second < 0 || !reader.fraction(moment.fraction)) return false;
    moment.second = static_cast<std::uint8_t>(second);
    return civil.hour < 24 || (civil.minute == 0 && second == 0 && moment.fraction.empty());
}

bool read_zone(Reader& reader, Moment& moment) {
    if (reader.rest.empty()) return true;
    moment.zoned = true;
    if (reader.take('Z')) return reader.rest.empty();
    const bool negative = reader.take('-');
    if (!negative && !reader.take('+')) return false;
    const int hours = reader.two(0, 14);
    if (hours < 0 || !reader.take(':')) return false;
    const int minutes = reader.two(0, 59);
    if (minutes < 0 || hours * 60 + minutes > zone_max) return false;
    moment.zone = static_cast<std::int16_t>((negative ? -1 : 1) * (hours * 60 + minutes));
    return reader.rest.empty();
}

bool read_month(Reader& reader, Civil& civil) {
    civil.month = reader.two(1, 12);
    return civil.month > 0;
}

bool read_day(Reader& reader, Civil& civil) {
    civil.day = reader.two(1, 31);
    return civil.day > 0 && civil.day <= month_days(civil.year, civil.month);
}

bool read_fields(MomentForm form, Reader& reader, Civil& civil, Moment& moment) {
    switch (form) {
        case MomentForm::date_time:
        case MomentForm::date:
            return read_year(reader, civil.year) && reader.take('-') && read_month(reader, civil) &&
                   reader.take('-') && read_day(reader, civil) &&
                   (form == MomentForm::date ||
                    (reader.take('T') && read_time(reader, civil, moment)));
        case MomentForm::time:
            return read_time(reader, civil, moment);
        case MomentForm::year_month:
            return read_year(reader, civil.year) && reader.take('-') && read_month(reader, civil);
        case MomentForm::year:
            return read_year(reader, civil.year);
        case MomentForm::month_day:
            return reader.take('-') && reader.take('-') && read_month(reader, civil) &&
                   reader.take('-') && read_day(reader, civil);
        case MomentForm::day:
            return reader.take('-') && reader.take('-') && reader.take('-') &&
                   read_day(reader, civil);
        case MomentForm::month:
            return reader.take('-') && reader.take('-') && read_month(reader, civil);
    }
    return false;
}

std::int64_t minutes_of(MomentForm form, const Civil& civil, const Moment& moment) {
    std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
    // There is no year 0000: the last day of -0001 is followed by the first of 0001.
    if (civil.year < 0) days += 366;
    const std::int64_t minutes = days * day_minutes + civil.hour * 60 + civil.minute - moment.zone;
    if (form != MomentForm::time) return minutes;
    // A time recurs every day.
    return (minutes % day_minutes + day_minutes) % day_minutes;
}

int compare_instants(std::int64_t left_minutes, const Moment& left, std::int64_t right_minutes,
                     const Moment& right) {
    if (left_minutes != right_minutes) return left_minutes < right_minutes ? -1 : 1;
    if (left.second != right.second) return left.second < right.second ? -1 : 1;
    return left.fraction.compare(right.fraction);
}

// The span in seconds from a first of month on, without the fraction.
std::int64_t span_from(std::int64_t year, int month, const Duration& span) {
    const std::int64_t sign = span.negative ? -1 : 1;
    const std::int64_t months = year * 12 + (month - 1) + sign * span.months;
    const std::int64_t to_year = (months >= 0 ? months : months - 11) / 12;
    const int to_month = static_cast<int>(months - to_year * 12) + 1;
    const std::int64_t days =
        days_from_civil(to_year, to_month, 1) - days_from_civil(year, month, 1);
    return days * 86'400 + sign * span.seconds;
}

int compare_fractions(const Duration& left, const Duration& right) {
    const bool left_below = left.negative && !left.fraction.empty();
    const bool right_below = right.negative && !right.fraction.empty();
    if (left_below != right_below) return left_below ? -1 : 1;
    const int sign = left.fraction.compare(right.fraction);
    return left_below ? -sign : sign;
}

}  // namespace

std::optional<Moment> parse_moment(MomentForm form, std::string_view text) {
    Reader reader{text};
    Civil civil;
    Moment moment;
    if (!read_fields(form, reader, civil, moment) || !read_zone(reader, moment))
        return std::nullopt;
    moment.minutes = minutes_of(form, civil, moment);
    return moment;
}

Order compare(const Moment& left, const Moment& right) {
    if (left.zoned == right.zoned) {
        const int sign = compare_instants(left.minutes, left, right.minutes, right);
        return sign < 0 ? Order::less : sign > 0 ? Order::greater : Order::equal;
    }
    // The one without a zone may lie 14 hours to either side.
    const std::int64_t left_slack = left.zoned ? 0 : zone_max;
    const std::int64_t right_slack = right.zoned ? 0 : zone_max;
    if (compare_instants(left.minutes + left_slack, left, right.minutes - right_slack, right) < 0)
        return Order::less;
    if (compare_instants(left.minutes - left_slack, left, right.minutes + right_slack, right) > 0)
        return Order::greater;
    return Order::incomparable;
}

std::optional<Duration> parse_duration(std::string_view text) {
    Reader reader{text};
    Duration span;
    span.negative = reader.take('-');
    if (!reader.take('P') || reader.rest.empty()) return std::nullopt;
    // The first three units stand before 'T', the others behind it, each once and in this order.
    constexpr std::string_view units = "YMDHMS";
    constexpr std::array<std::int64_t, 6> factors = {12, 1, 86'400, 3'600, 60, 1};
    bool in_time = false;
    std::size_t unit = 0;
    while (!reader.rest.empty()) {
        if (reader.take('T')) {
            if (in_time || reader.rest.empty()) return std::nullopt;
            in_time = true;
            unit = 3;
        }
        const std::size_t last = in_time ? 6 : 3;
        std::size_t digits = 0;
        const std::int64_t number = reader.number(digits);
        const bool has_fraction = !reader.rest.empty() && reader.rest[0] == '.';
        if (number < 0 || !reader.fraction(span.fraction) || reader.rest.empty())
            return std::nullopt;
        while (unit < last && units[unit] != reader.rest[0]) ++unit;
        if (unit == last || (has_fraction && unit != 5)) return std::nullopt;
        reader.rest.remove_prefix(1);
        (unit < 2 ? span.months : span.seconds) += number * factors[unit];
        ++unit;
    }
    if (span.months == 0 && span.seconds == 0 && span.fraction.empty()) span.negative = false;
    return span;
}

Order compare(const Duration& left, const Duration& right) {
    struct Start {
        std::int64_t year;
        int month;
    };
    // Section 3.2.6.2: these four tell all cases apart.
    constexpr std::array<Start, 4> starts = {{{1696, 9}, {1697, 2}, {1903, 3}, {1903, 7}}};
    std::optional<int> agreed;
    for (const Start& start : starts) {
        const std::int64_t a = span_from(start.year, start.month, left);
        const std::int64_t b = span_from(start.year, start.month, right);
        int sign = a < b ? -1 : a > b ? 1 : compare_fractions(left, right);
        sign = sign < 0 ? -1 : sign > 0 ? 1 : 0;
        if (agreed && *agreed != sign) return Order::incomparable;
        agreed = sign;
    }
    return *agreed < 0 ? Order::less : *agreed > 0 ? Order::greater : Order::equal;
}

}  // namespace schema
