#include "job/calendar.hpp"

#include <algorithm>

namespace job {

bool is_job_file(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    return file.extension() == ".xml" && name != "partners.xml" && name != "calendar.xml" &&
           name != "agreements.xml" && name != "roles.xml" && name != "registers.xml";
}

core::Date easter(int year) {
    const int a = year % 19, b = year / 100, c = year % 100;
    const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    const int h = (19 * a + b - d - g + 15) % 30;
    const int i = c / 4, k = c % 4;
    const int l = (32 + 2 * e + 2 * i - h - k) % 7;
    const int m = (a + 11 * h + 22 * l) / 451;
    const int n = h + l - 7 * m + 114;
    return core::date_of(year, n / 31, n % 31 + 1);
}

std::vector<core::Date> belgian_holidays(int year) {
    const int sunday = easter(year).days;
    std::vector<core::Date> days{core::date_of(year, 1, 1),     // New Year
                                 core::Date{sunday + 1},        // Easter Monday
                                 core::date_of(year, 5, 1),     // Labour Day
                                 core::Date{sunday + 39},       // Ascension
                                 core::Date{sunday + 50},       // Whit Monday
                                 core::date_of(year, 7, 21),    // National Day
                                 core::date_of(year, 8, 15),    // Assumption
                                 core::date_of(year, 11, 1),    // All Saints
                                 core::date_of(year, 11, 11),   // Armistice
                                 core::date_of(year, 12, 25)};  // Christmas
    std::sort(days.begin(), days.end());
    return days;
}

int weekday(core::Date date) {
    return ((date.days + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
}

std::string_view to_string(Unavailability::Who who) {
    switch (who) {
        case Unavailability::Who::engine:
            return "engine";
        case Unavailability::Who::supplier:
            return "supplier";
        case Unavailability::Who::partner:
            return "partner";
    }
    return "";
}

bool Calendar::is_holiday(core::Date date) const {
    if (working.count(date) > 0) return false;
    if (holidays.count(date) > 0) return true;
    if (!belgian) return false;
    const auto legal = belgian_holidays(core::civil(date).year);
    return std::binary_search(legal.begin(), legal.end(), date);
}

bool Calendar::is_working_day(core::Date date) const {
    return weekday(date) < 5 && !is_holiday(date);
}

core::Date Calendar::last_day(core::Date received, int days, bool working_days) const {
    core::Date day = received;
    if (!working_days) return core::Date{day.days + days};
    // No run of free days is longer than the year: the bound only guards against a calendar that
    // declares every day a holiday.
    for (int guard = 0; days > 0 && guard < 3660; ++guard) {
        ++day.days;
        if (is_working_day(day)) --days;
    }
    return day;
}

std::vector<const Unavailability*> Calendar::holding(core::Instant at, std::string_view partner,
                                                     std::string_view job_name) const {
    std::vector<const Unavailability*> list;
    for (const Unavailability& one : unavailable) {
        const bool theirs = one.who != Unavailability::Who::partner || one.name == partner;
        const bool jobs = one.job.empty() || job_name.empty() || one.job == job_name;
        if (theirs && jobs && one.holds(at)) list.push_back(&one);
    }
    return list;
}

}  // namespace job
