// sluice report flash: one page in the morning: what yesterday came to, what is at risk today.
#include <algorithm>

#include "app/alert.hpp"
#include "app/forecast.hpp"
#include "app/incident.hpp"
#include "app/report.hpp"

namespace app {

using pages::Table;
using pages::Value;

static constexpr std::size_t risks_shown = 200;

// Of the reports that there are already; nothing is counted a second time.
static void take_figures(const pages::Sheet& from, const char* const* keys, std::size_t count,
                         pages::Sheet& to) {
    for (std::size_t i = 0; i < count; ++i)
        for (const pages::Figure& figure : from.figures)
            if (figure.key == keys[i]) to.figures.push_back(figure);
}

static Table take_table(pages::Sheet& from, const std::string& key, const std::string& title) {
    for (Table& table : from.tables)
        if (table.key == key) {
            table.title = title;
            return std::move(table);
        }
    return {};
}

static Table risks(const Home& home, const Forecast& ahead) {
    Table table{"at_risk",
                "At risk today",
                {{"file", "FILE"},
                 {"job", "JOB"},
                 {"state", "STATE"},
                 {"deadline", "DEADLINE"},
                 {"end", "END"},
                 {"misses", "MISSES"},
                 {"why", "WHY"},
                 {"help", "HELP"}},
                {}};
    const core::Instant midnight = home.zone().start_of_day(core::Date{home.today().days + 1});
    const auto local = [&](const std::optional<core::Instant>& at) {
        return at ? Value(home.zone().to_string(*at).substr(0, 16)) : Value();
    };
    for (const Prediction& one : ahead.files) {
        const bool due = one.file.deadline_at && *one.file.deadline_at <= midnight;
        if ((!one.misses && !due) || one.file.identity.environment != core::Environment::R)
            continue;
        if (table.rows.size() >= risks_shown) break;
        table.rows.push_back({one.file.identity.text(), one.file.job, to_string(one.file.state),
                              local(one.file.deadline_at), local(one.end), Value::flag(one.misses),
                              one.why.empty() ? Value() : Value(one.why),
                              one.help.empty() ? Value() : Value(one.help)});
    }
    return table;
}

Table standing_alerts(Home& home) {
    Table table{"alerts",
                "Alerts that stand",
                {{"alert", "ALERT"},
                 {"state", "STATE"},
                 {"raised_at", "RAISED"},
                 {"rule", "RULE"},
                 {"what", "WHAT"}},
                {}};
    for (const Alert& one : standing_alerts(home.ledger()))
        table.rows.push_back({Value::of(one.number), one.state(),
                              home.zone().to_string(one.raised_at).substr(0, 16), one.what.rule,
                              one.what.text});
    return table;
}

pages::Sheet report_flash(const ReportRequest& given) {
    Home& home = given.home;
    ReportRequest request = given;
    if (!given.period_given)
        request.period = parse_period(home, core::to_string(core::Date{home.today().days - 1}));
    pages::Sheet service = report_service(request), sla = report_sla(request),
                 anomalies = report_anomalies(request);
    ForecastOptions options;
    options.start = home.now();
    const Forecast ahead = look_ahead(home, options);
    pages::Sheet sheet;
    sheet.name = "flash";
    sheet.title = home.settings().installation + ": the day before, and today";
    sheet.period = request.period.text();
    static constexpr const char* of_service[] = {"files", "delivered"};
    static constexpr const char* of_sla[] = {"records",       "accepted", "rejected",
                                             "files_refused", "percent",  "met"};
    take_figures(service, of_service, std::size(of_service), sheet);
    take_figures(sla, of_sla, std::size(of_sla), sheet);
    Table standing = standing_alerts(home);
    const auto all = incidents(home);
    const auto open =
        std::count_if(all.begin(), all.end(), [](const Incident& one) { return !one.closed_at; });
    sheet.figures.push_back(
        {"waiting", "files wait now", Value::of(static_cast<std::int64_t>(ahead.files.size()))});
    sheet.figures.push_back({"misses", "will miss their deadline", Value::of(ahead.misses)});
    sheet.figures.push_back(
        {"alerts", "alerts stand", Value::of(static_cast<std::int64_t>(standing.rows.size()))});
    sheet.figures.push_back({"incidents", "incidents are open", Value::of(std::int64_t{open})});
    sheet.tables = {risks(home, ahead),
                    std::move(standing),
                    take_table(service, "jobs", "The day before, by job"),
                    take_table(sla, "causes", "Causes of late records"),
                    take_table(anomalies, "causes", "Findings by cause"),
                    take_table(anomalies, "refusals", "Files refused")};
    return sheet;
}

}  // namespace app
