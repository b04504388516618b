// sluice report NAME: the table of reports, and sheets as text, JSON, CSV and HTML.
#include <algorithm>
#include <iostream>
#include <vector>

#include "app/command_list.hpp"
#include "app/report.hpp"
#include "app/report_print.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"

namespace app {

// One row a report; `sluice report` alone lists them in this order.
static const std::vector<Report>& reports() {
    static const std::vector<Report> table{
        {"sla", "share of each day's records that were finished in time", report_sla},
        {"service", "permanent figures of each service", report_service},
        {"availability", "availability against the promised service periods", report_availability},
        {"anomalies", "what goes wrong, since when, at whom, how often", report_anomalies},
        {"orphans", "rejected documents that nobody sent again", report_orphans},
        {"flash", "what the day before came to, and what is at risk today", report_flash},
        {"dashboard", "one page for operators (--format html)", report_dashboard},
        {"directory", "content, evolution and quality of the reference directory",
         report_directory},
        {"access", "refusals by reason and actor, rights not used, rows without a deliberation",
         report_access},
        {"calendar", "absences of engine, suppliers and partners, holidays", report_calendar},
        {"incidents", "incidents and their follow-up", report_incidents},
        {"partners", "channels, states and coming expiries", report_partners},
    };
    return table;
}

static const Report& find_report(const std::string& name) {
    const auto& all = reports();
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const Report& report) { return report.name == name; });
    if (at != all.end()) return *at;
    std::string names;
    for (const Report& report : all)
        names += (names.empty() ? "" : ", ") + std::string(report.name);
    throw core::Fault(core::FaultKind::usage, "find the report", name, "there is none of this name",
                      "there are " + names);
}

static int list_reports() {
    TextTable table;
    for (const Report& report : reports())
        table.row({{std::string(report.name), Colour::bold}, {std::string(report.summary)}});
    std::cout << table.str();
    return 0;
}

static int run_report(const Arguments& arguments) {
    if (arguments.operands().empty()) return list_reports();
    const Report& report = find_report(arguments.operand(0));
    const std::string format = arguments.get("format", arguments.has("json") ? "json" : "table");
    const bool ics = format == "ics" && report.name == "calendar";
    if (format != "table" && format != "json" && format != "csv" && format != "html" && !ics)
        throw core::Fault(core::FaultKind::usage, "read the option", "--format",
                          "'" + format + "' is not table, json, csv or html",
                          "see: sluice help report");
    Home home(arguments);
    if (ics) {
        std::cout << calendar_ics(home);
        return 0;
    }
    const ReportRequest request{home,
                                parse_period(home, arguments.get("period")),
                                arguments.has("period"),
                                arguments.get("job"),
                                arguments.get("sender"),
                                arguments.number("days", -1, 0, 36'500),
                                arguments.number("limit", 0, 0, 10'000'000)};
    const pages::Sheet sheet = report.make(request);
    if (format == "json")
        std::cout << json_of(sheet);
    else if (format == "csv")
        std::cout << pages::csv_of(sheet);
    else if (format == "html")
        std::cout << pages::html_of(sheet, home.zone().to_string(home.now()));
    else
        std::cout << text_of(sheet);
    return 0;
}

static constexpr Option options[] = {
    {"period", "P",
     "2026-11-22, 2026-11, 2026Q4, 2026 or FROM..TO, civil days (default: this month)"},
    {"job", "J", "only files of this job"},
    {"sender", "N", "only files of this partner"},
    {"days", "N", "of orphans: how long a rejected document may wait for its successor"},
    {"limit", "N", "rows of a table at most"},
    {"format", "F", "table (default), json, csv or html; of calendar also ics"},
    {"json", "", "short for --format json: one object a line, a summary last"},
};

const Command report_command{
    "report",
    "[NAME]",
    "figures of any period, from the ledger's entries",
    "Prints the report NAME; without a name, the list of reports. All figures come from the "
    "entries\n"
    "of the ledger, so that a report about a past period is the same whenever it is made.",
    "sluice report sla --period 2026Q4 --format csv",
    options,
    0,
    1,
    run_report};

}  // namespace app
