#pragma once
// Reports: what one is asked for, and the table of all that there are. Each is a function from a
// request to a sheet (pages/sheet.hpp); command_report.cpp prints sheets in every format.
#include <optional>
#include <string>
#include <string_view>

#include "app/home.hpp"
#include "core/instant.hpp"
#include "pages/sheet.hpp"

namespace app {

// Civil days of the home's zone, both included, and the instants at which they begin and end.
struct Period {
    core::Date first, last;
    core::Instant from, to;  // from <= at < to
    std::string text() const;
};

// 2026-11-22, 2026-11, 2026Q4, 2026, 2026-01-01..2026-03-31; empty: the month of `now`. A Fault
// (usage) otherwise.
Period parse_period(const Home& home, const std::string& text);
// Where no period was asked for: the last `days` days, today included.
Period last_days(const Home& home, int days);

struct ReportRequest {
    Home& home;
    Period period;
    bool period_given = false;
    std::string job, sender;  // empty: all
    std::int64_t days = -1;   // --days; -1: not given
    std::int64_t limit = 0;   // --limit; rows of a table at most, 0: the report's own choice
};

struct Report {
    std::string_view name;     // the NAME of `sluice report NAME`
    std::string_view summary;  // one line, lower case, no full stop
    pages::Sheet (*make)(const ReportRequest&);
};

// Rows of the table in command_report.cpp, each defined in its own report_NAME.cpp.
pages::Sheet report_sla(const ReportRequest& request);
pages::Sheet report_service(const ReportRequest& request);
pages::Sheet report_availability(const ReportRequest& request);
pages::Sheet report_anomalies(const ReportRequest& request);
pages::Sheet report_orphans(const ReportRequest& request);
pages::Sheet report_flash(const ReportRequest& request);
pages::Table standing_alerts(Home& home);
pages::Sheet report_dashboard(const ReportRequest& request);
pages::Sheet report_directory(const ReportRequest& request);
pages::Sheet report_access(const ReportRequest& request);
pages::Sheet report_calendar(const ReportRequest& request);
std::string calendar_ics(Home& home);  // absences to come, for `report calendar --format ics`
pages::Sheet report_incidents(const ReportRequest& request);
pages::Sheet report_partners(const ReportRequest& request);

}  // namespace app
