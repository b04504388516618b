#include "core/instant.hpp"

#include <array>
#include <cstdio>

namespace core {

// Days from civil and back: Howard Hinnant's algorithms, "chrono-Compatible Low-Level Date
// Algorithms".
static std::int32_t days_from_civil(int y, int m, int d) {
    y -= m <= 2;
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int yoe = y - era * 400;
    const int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

YearMonthDay civil(Date date) {
    const int z = date.days + 719468;
    const int era = (z >= 0 ? z : z - 146096) / 146097;
    const int doe = z - era * 146097;
    const int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int mp = (5 * doy + 2) / 153;
    const int month = mp < 10 ? mp + 3 : mp - 9;
    return {yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}

bool is_calendar_date(int year, int month, int day) {
    if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    static constexpr std::array<int, 12> length{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= length[static_cast<unsigned>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

Date date_of(int year, int month, int day) {
    return {days_from_civil(year, month, day)};
}

static bool digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
    if (at + count > text.size()) return false;
    value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    return true;
}

std::optional<Date> parse_date(std::string_view text) {
    int y = 0, m = 0, d = 0;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 0, 4, y) ||
        !digits(text, 5, 2, m) || !digits(text, 8, 2, d) || !is_calendar_date(y, m, d))
        return std::nullopt;
    return date_of(y, m, d);
}

std::string to_string(Date date) {
    const YearMonthDay c = civil(date);
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", c.year, c.month, c.day);
    return buffer.data();
}

std::optional<Instant> parse_instant(std::string_view text) {
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    int h = 0, min = 0, s = 0;
    if (!date || text[13] != ':' || text[16] != ':' || !digits(text, 11, 2, h) ||
        !digits(text, 14, 2, min) || !digits(text, 17, 2, s) || h > 23 || min > 59 || s > 59)
        return std::nullopt;
    std::size_t at = 19;
    std::int64_t micros = 0;
    if (text[at] == '.') {
        std::int64_t unit = 100000;
        std::size_t count = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9';
             ++at, ++count, unit /= 10)
            micros += (text[at] - '0') * unit;
        if (count == 0 || count > 9) return std::nullopt;
    }
    int offset_minutes = 0;
    const std::string_view zone = text.substr(at);
    if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
        int oh = 0, om = 0;
        if (!digits(zone, 1, 2, oh) || !digits(zone, 4, 2, om) || oh > 23 || om > 59)
            return std::nullopt;
        offset_minutes = (oh * 60 + om) * (zone[0] == '-' ? -1 : 1);
    } else if (zone != "Z" && zone != "z") {
        return std::nullopt;
    }
    const std::int64_t seconds = static_cast<std::int64_t>(date->days) * 86400 + h * 3600 +
                                 min * 60 + s - offset_minutes * 60;
    return Instant{seconds * 1'000'000 + micros};
}

std::string to_string(Instant instant) {
    std::int64_t day = instant.microseconds / 86'400'000'000;
    std::int64_t rest = instant.microseconds % 86'400'000'000;
    if (rest < 0) {
        rest += 86'400'000'000;
        --day;
    }
    const auto ms = static_cast<int>(rest / 1000);
    std::array<char, 40> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%sT%02d:%02d:%02d.%03dZ",
                  to_string(Date{static_cast<std::int32_t>(day)}).c_str(), ms / 3'600'000,
                  ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
    return buffer.data();
}

}  // namespace core
