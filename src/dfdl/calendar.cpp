#include "dfdl/calendar.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace dfdl {

namespace {

constexpr std::array<std::string_view, 12> months = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> days = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};

struct Moment {
    int year = 0;
    unsigned month = 1, day = 1, hour = 0, minute = 0, second = 0;
    unsigned day_of_year = 0;
    bool afternoon = false, twelve = false;
    std::string fraction, zone;  // zone as xs writes it
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

unsigned days_in(int year, unsigned month) {
    constexpr std::array<unsigned, 12> length = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : length[month - 1];
}

// 0: Sunday.
unsigned weekday(int year, unsigned month, unsigned day) {
    constexpr std::array<int, 12> shift = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    if (month < 3) --year;
    return static_cast<unsigned>(
        (year + year / 4 - year / 100 + year / 400 + shift[month - 1] + static_cast<int>(day)) % 7);
}

std::string padded(unsigned number, unsigned width) {
    std::string out = std::to_string(number);
    if (out.size() < width) out.insert(0, width - out.size(), '0');
    return out;
}

// ---- reading ----

class Reading {
  public:
    Reading(const CalendarFormat& format, std::string_view text) : format_(format), text_(text) {}

    std::optional<Moment> all() {
        for (std::size_t i = 0; i < format_.items.size(); ++i)
            if (!item(i)) return {};
        if (!text_.empty()) return {};
        return finish();
    }

  private:
    static bool numeric(const CalendarFormat::Item& item) {
        if (item.letter == 'M') return item.count <= 2;
        return std::string_view("yudDHhkmsS").find(item.letter) != std::string_view::npos &&
               item.letter != 0;
    }

    // A number: of exactly its width where another number follows, or where it is strict about it.
    bool number(std::size_t index, unsigned most, unsigned& value) {
        const CalendarFormat::Item& item = format_.items[index];
        const bool tight = index + 1 < format_.items.size() && numeric(format_.items[index + 1]);
        const std::size_t least = tight || format_.strict ? item.count : 1;
        const std::size_t up_to = tight ? item.count : std::max<std::size_t>(item.count, most);
        std::size_t length = 0;
        value = 0;
        while (length < up_to && length < text_.size() && is_digit(text_[length]))
            value = value * 10 + static_cast<unsigned>(text_[length++] - '0');
        if (length < least || length == 0) return false;
        digits_ = length;
        text_.remove_prefix(length);
        return true;
    }

    bool name(const std::string_view* names, std::size_t count, std::size_t letters, unsigned& at) {
        for (at = 0; at < count; ++at) {
            const std::string_view whole = letters > 3 ? names[at] : names[at].substr(0, 3);
            if (text_.size() < whole.size()) continue;
            const bool same = std::equal(whole.begin(), whole.end(), text_.begin(),
                                         [](char a, char b) { return (a | 0x20) == (b | 0x20); });
            if (!same) continue;
            text_.remove_prefix(whole.size());
            return true;
        }
        return false;
    }

    bool zone() {
        if (!text_.empty() && text_.front() == 'Z') {
            text_.remove_prefix(1);
            moment_.zone = "Z";
            return true;
        }
        if (text_.size() < 3 || (text_[0] != '+' && text_[0] != '-')) return false;
        std::string digits;
        std::size_t at = 1;
        while (at < text_.size() && digits.size() < 4 &&
               (is_digit(text_[at]) || text_[at] == ':')) {
            if (text_[at] != ':') digits.push_back(text_[at]);
            ++at;
        }
        if (digits.size() == 2) digits += "00";
        if (digits.size() != 4 || digits > "1400") return false;
        moment_.zone = std::string(1, text_[0]) + digits.substr(0, 2) + ":" + digits.substr(2);
        if (digits == "0000") moment_.zone = "Z";
        text_.remove_prefix(at);
        return true;
    }

    bool item(std::size_t index) {
        const CalendarFormat::Item& item = format_.items[index];
        unsigned ignored = 0, value = 0;
        switch (item.letter) {
            case 0:
                if (text_.substr(0, item.text.size()) != item.text) return false;
                text_.remove_prefix(item.text.size());
                return true;
            case 'y':
            case 'u':
                if (!number(index, item.count == 2 ? 2 : 4, value)) return false;
                moment_.year = static_cast<int>(value);
                if (item.count == 2) {
                    const unsigned start = format_.century_start;
                    moment_.year += value >= start ? 1900 : 2000;
                }
                return true;
            case 'M':
                if (item.count <= 2) return number(index, 2, moment_.month);
                if (!name(months.data(), months.size(), item.count, moment_.month)) return false;
                ++moment_.month;
                return true;
            case 'd':
                return number(index, 2, moment_.day);
            case 'D':
                return number(index, 3, moment_.day_of_year);
            case 'E':
                return name(days.data(), days.size(), item.count, ignored);
            case 'H':
                return number(index, 2, moment_.hour);
            case 'h':
                moment_.twelve = true;
                return number(index, 2, moment_.hour);
            case 'a':
                if (text_.size() < 2 || (text_[1] | 0x20) != 'm') return false;
                moment_.afternoon = (text_[0] | 0x20) == 'p';
                if (!moment_.afternoon && (text_[0] | 0x20) != 'a') return false;
                text_.remove_prefix(2);
                return true;
            case 'm':
                return number(index, 2, moment_.minute);
            case 's':
                return number(index, 2, moment_.second);
            case 'S':
                if (!number(index, item.count, value)) return false;
                moment_.fraction = padded(value, static_cast<unsigned>(digits_));
                return true;
            default:
                return zone();
        }
    }

    std::optional<Moment> finish() {
        Moment& m = moment_;
        if (m.twelve) {
            if (m.hour < 1 || m.hour > 12) return {};
            m.hour = m.hour % 12 + (m.afternoon ? 12 : 0);
        }
        if (format_.has_date && m.year < 1) return {};
        if (m.day_of_year > 0) {
            if (m.day_of_year > (leap(m.year) ? 366U : 365U)) return {};
            m.day = m.day_of_year;
            for (m.month = 1; m.day > days_in(m.year, m.month); ++m.month)
                m.day -= days_in(m.year, m.month);
        }
        if (m.month < 1 || m.month > 12 || m.day < 1 || m.day > days_in(m.year, m.month)) return {};
        if (m.hour > 23 || m.minute > 59 || m.second > 59) return {};
        return m;
    }

    const CalendarFormat& format_;
    std::string_view text_;
    Moment moment_;
    std::size_t digits_ = 0;
};

std::string lexical(const CalendarFormat& format, const Moment& moment) {
    std::string out;
    if (format.has_date) {
        out = padded(static_cast<unsigned>(moment.year), 4) + "-" + padded(moment.month, 2) + "-" +
              padded(moment.day, 2);
        if (format.has_time) out += "T";
    }
    if (format.has_time) {
        out += padded(moment.hour, 2) + ":" + padded(moment.minute, 2) + ":" +
               padded(moment.second, 2);
        std::string fraction = moment.fraction;
        fraction.erase(fraction.find_last_not_of('0') + 1);
        if (!fraction.empty()) out += "." + fraction;
    }
    return out + moment.zone;
}

// The lexical forms as patterns of our own, one for each end.
const CalendarFormat& canonical_format(const CalendarFormat& like, bool fraction, bool zone) {
    static const auto made = [] {
        std::vector<CalendarFormat> all;
        for (int i = 0; i < 16; ++i) {
            CalendarFormat format;
            format.has_date = (i & 1) != 0;
            format.has_time = (i & 2) != 0;
            std::string pattern;
            if (format.has_date) pattern += "yyyy-MM-dd";
            if (format.has_date && format.has_time) pattern += "'T'";
            if (format.has_time) pattern += (i & 4) != 0 ? "HH:mm:ss.S" : "HH:mm:ss";
            if ((i & 8) != 0) pattern += "XXX";
            if (!pattern.empty()) compile_pattern(pattern, format);
            if ((i & 6) == 6)
                for (CalendarFormat::Item& item : format.items)
                    if (item.letter == 'S') {
                        item.count = 9;
                        format.strict = false;
                    }
            all.push_back(std::move(format));
        }
        return all;
    }();
    return made[(like.has_date ? 1U : 0U) | (like.has_time ? 2U : 0U) |
                (fraction && like.has_time ? 4U : 0U) | (zone ? 8U : 0U)];
}

std::optional<Moment> read_lexical(const CalendarFormat& like, std::string_view text) {
    const std::string_view behind_date = text.substr(std::min<std::size_t>(text.size(), 10));
    const bool zone = !text.empty() && (text.back() == 'Z' ||
                                        (like.has_date ? behind_date : text).find_first_of("+-") !=
                                            std::string_view::npos);
    const bool fraction = text.find('.') != std::string_view::npos;
    return Reading(canonical_format(like, fraction, zone), text).all();
}

std::string written(const CalendarFormat::Item& item, const Moment& m) {
    switch (item.letter) {
        case 0:
            return item.text;
        case 'y':
        case 'u':
            if (item.count == 2) return padded(static_cast<unsigned>(m.year % 100), 2);
            return padded(static_cast<unsigned>(m.year), item.count);
        case 'M':
            if (item.count <= 2) return padded(m.month, item.count);
            return std::string(item.count > 3 ? months[m.month - 1]
                                              : months[m.month - 1].substr(0, 3));
        case 'd':
            return padded(m.day, item.count);
        case 'D': {
            unsigned day = m.day;
            for (unsigned month = 1; month < m.month; ++month) day += days_in(m.year, month);
            return padded(day, item.count);
        }
        case 'E': {
            const std::string_view name = days[weekday(m.year, m.month, m.day)];
            return std::string(item.count > 3 ? name : name.substr(0, 3));
        }
        case 'H':
            return padded(m.hour, item.count);
        case 'h':
            return padded(m.hour % 12 == 0 ? 12 : m.hour % 12, item.count);
        case 'a':
            return m.hour < 12 ? "AM" : "PM";
        case 'm':
            return padded(m.minute, item.count);
        case 's':
            return padded(m.second, item.count);
        case 'S': {
            std::string fraction = m.fraction;
            fraction.resize(item.count, '0');
            return fraction;
        }
        default:
            break;
    }
    if (m.zone == "Z") return item.letter == 'X' ? "Z" : (item.count == 3 ? "+00:00" : "+0000");
    if (item.letter == 'Z' || item.count == 2)
        return m.zone.size() == 6 ? m.zone.substr(0, 3) + m.zone.substr(4) : m.zone;
    return m.zone;
}

}  // namespace

void compile_pattern(std::string_view pattern, CalendarFormat& format) {
    const auto literal = [&](std::string_view text) {
        if (format.items.empty() || format.items.back().letter != 0) format.items.push_back({});
        format.items.back().text += text;
    };
    while (!pattern.empty()) {
        const char c = pattern.front();
        if (c == '\'') {
            const std::size_t end = pattern.find('\'', 1);
            if (end == std::string_view::npos) throw std::string("a quote is not closed");
            literal(end == 1 ? std::string_view("'") : pattern.substr(1, end - 1));
            pattern.remove_prefix(end + 1);
            continue;
        }
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter) {
            literal(pattern.substr(0, 1));
            pattern.remove_prefix(1);
            continue;
        }
        if (std::string_view("yuMdDEHhamsSZXx").find(c) == std::string_view::npos)
            throw std::string("'") + c + "' in a calendar pattern is outside the subset";
        const std::size_t count = std::min(pattern.find_first_not_of(c), pattern.size());
        if (count > 9) throw std::string("a field of a calendar pattern is too long");
        format.items.push_back({c, static_cast<unsigned>(count), {}});
        pattern.remove_prefix(count);
    }
    if (format.items.empty()) throw std::string("the calendar pattern is empty");
}

std::optional<std::string> parse_calendar(const CalendarFormat& format, std::string_view text) {
    const auto moment =
        format.items.empty() ? read_lexical(format, text) : Reading(format, text).all();
    if (!moment) return {};
    return lexical(format, *moment);
}

std::optional<std::string> format_calendar(const CalendarFormat& format, std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) return {};
    text = text.substr(begin, text.find_last_not_of(white) - begin + 1);
    const auto moment = read_lexical(format, text);
    if (!moment) return {};
    const std::string canonical = lexical(format, *moment);
    if (format.items.empty()) return canonical;
    std::string out;
    for (const CalendarFormat::Item& item : format.items) out += written(item, *moment);
    // What the pattern does not say would be lost.
    if (parse_calendar(format, out) != canonical) return {};
    return out;
}

}  // namespace dfdl
