#include "app/report_period.hpp"

#include <algorithm>

#include "core/fault.hpp"

namespace app {

std::string Period::text() const {
    return first == last ? core::to_string(first)
                         : core::to_string(first) + " .. " + core::to_string(last);
}

Period period_of(const Home& home, core::Date first, core::Date last) {
    Period period;
    period.first = first;
    period.last = last;
    period.from = home.zone().start_of_day(first);
    period.to = home.zone().start_of_day(core::Date{last.days + 1});
    return period;
}

Period last_days(const Home& home, int days) {
    const core::Date today = home.today();
    return period_of(home, core::Date{today.days - days + 1}, today);
}

static std::optional<int> digits(std::string_view text) {
    if (text.empty() || text.size() > 4) return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// `count` months from the first of `month`.
static Period months(const Home& home, int year, int month, int count) {
    const int end = year * 12 + month - 1 + count;
    return period_of(home, core::date_of(year, month, 1),
                     core::Date{core::date_of(end / 12, end % 12 + 1, 1).days - 1});
}

static std::optional<Period> one_word(const Home& home, std::string_view text) {
    if (const auto date = core::parse_date(text)) return period_of(home, *date, *date);
    const auto year = digits(text.substr(0, 4));
    if (!year || text.size() < 4 || *year < 1970) return std::nullopt;
    const std::string_view rest = text.substr(4);
    if (rest.empty()) return months(home, *year, 1, 12);
    const auto number = digits(rest.substr(1));
    if (!number) return std::nullopt;
    if (rest[0] == 'Q' && rest.size() == 2 && *number >= 1 && *number <= 4)
        return months(home, *year, *number * 3 - 2, 3);
    if (rest[0] == '-' && rest.size() == 3 && *number >= 1 && *number <= 12)
        return months(home, *year, *number, 1);
    return std::nullopt;
}

Period parse_period(const Home& home, const std::string& text) {
    if (text.empty()) {
        const core::YearMonthDay day = core::civil(home.today());
        return months(home, day.year, day.month, 1);
    }
    std::optional<Period> period;
    if (const std::size_t dots = text.find(".."); dots != std::string::npos) {
        const auto from = one_word(home, std::string_view(text).substr(0, dots));
        const auto to = one_word(home, std::string_view(text).substr(dots + 2));
        if (from && to && from->first <= to->last) period = period_of(home, from->first, to->last);
    } else {
        period = one_word(home, text);
    }
    if (!period)
        throw core::Fault(core::FaultKind::usage, "read the option", "--period",
                          "'" + text + "' is no period",
                          "write it like 2026-11-22, 2026-11, 2026Q4, 2026 or "
                          "2026-01-01..2026-03-31");
    return *period;
}

}  // namespace app
