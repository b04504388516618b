// sluice report calendar: when engine, suppliers and partners are not available, and the holidays.
#include "app/page.hpp"
#include "app/report.hpp"
#include "pages/ical.hpp"

namespace app {

using pages::Value;

pages::Sheet report_calendar(const ReportRequest& request) {
    Home& home = request.home;
    pages::Table absences{"absences",
                          "Absences",
                          {{"who", "WHO"},
                           {"name", "NAME"},
                           {"job", "JOB"},
                           {"from", "FROM"},
                           {"to", "TO"},
                           {"planned", "PLANNED"},
                           {"holds", "NOW"},
                           {"text", "TEXT"}},
                          {}};
    for (const job::Unavailability& one : home.calendar().unavailable) {
        if (one.from >= request.period.to || (one.to && *one.to <= request.period.from)) continue;
        if (!request.job.empty() && !one.job.empty() && one.job != request.job) continue;
        absences.rows.push_back(
            {to_string(one.who), one.name.empty() ? Value() : Value(one.name),
             one.job.empty() ? Value() : Value(one.job), core::to_string(one.from),
             one.to ? Value(core::to_string(*one.to)) : Value(), Value::flag(one.planned),
             Value::flag(one.holds(home.now())), one.texts.front()});
    }
    pages::Table days{"holidays", "Days on which no work is counted", {{"day", "DAY"}}, {}};
    std::int64_t working = 0;
    for (core::Date day = request.period.first; day <= request.period.last; ++day.days) {
        working += home.calendar().is_working_day(day) ? 1 : 0;
        if (home.calendar().is_holiday(day)) days.rows.push_back({core::to_string(day)});
    }
    pages::Sheet sheet;
    sheet.name = "calendar";
    sheet.title = "Absences and holidays";
    sheet.period = request.period.text();
    sheet.figures = {
        {"absences", "absences", Value::of(static_cast<std::int64_t>(absences.rows.size()))},
        {"working_days", "working days", Value::of(working)}};
    sheet.tables = {std::move(absences), std::move(days)};
    return sheet;
}

std::string calendar_ics(Home& home) {
    return pages::ics_of(home.settings().installation, core::to_string(home.now()),
                         absences_ahead(home, {}, core::Language::en), core::Language::en);
}

}  // namespace app
