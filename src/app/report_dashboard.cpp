// sluice report dashboard: one page for operators: tonight, throughput, backlog against deadlines,
// findings by cause and sender, refusals, the journal.
#include <algorithm>
#include <array>
#include <map>

#include "app/forecast.hpp"
#include "app/journal.hpp"
#include "app/report.hpp"
#include "ledger/figures.hpp"
#include "seal/key_roll.hpp"

namespace app {

using pages::Table;
using pages::Value;

static constexpr std::size_t causes_shown = 12;
static constexpr std::size_t waiting_shown = 100;
static constexpr int days_shown = 31;

static Table take(std::vector<Table>& tables, const std::string& key) {
    for (Table& table : tables)
        if (table.key == key) return std::move(table);
    return {};
}

static Table backlog(const Home& home, const Forecast& ahead) {
    Table table{"backlog",
                "Backlog against the deadline",
                {{"days_left", "DAYS LEFT"},
                 {"files", "FILES"},
                 {"megabytes", "MEGABYTES"},
                 {"misses", "WILL MISS"}},
                {}};
    struct Sum {
        std::int64_t files = 0, bytes = 0, misses = 0;
    };
    std::map<int, Sum> days;
    const int today = home.today().days;
    for (const Prediction& one : ahead.files) {
        const int left =
            one.file.deadline_at
                ? home.zone().date(core::Instant{one.file.deadline_at->microseconds - 1}).days -
                      today
                : 999;
        Sum& sum = days[std::clamp(left, -1, 10)];
        ++sum.files;
        sum.bytes += one.file.bytes;
        sum.misses += one.misses ? 1 : 0;
    }
    for (const auto& [left, sum] : days)
        table.rows.push_back({left < 0 ? std::string("overdue")
                                       : std::to_string(left) + (left == 10 ? " or more" : ""),
                              Value::of(sum.files), Value::of(sum.bytes / 1'000'000),
                              Value::of(sum.misses)});
    table.chart = {1};
    return table;
}

static Table waiting(const Home& home, const Forecast& ahead) {
    Table table{"waiting",
                "Tonight, in the order of work",
                {{"file", "FILE"},
                 {"job", "JOB"},
                 {"state", "STATE"},
                 {"bytes", "BYTES"},
                 {"end", "END"},
                 {"deadline", "DEADLINE"},
                 {"misses", "MISSES"},
                 {"help", "HELP"}},
                {}};
    const auto local = [&](const std::optional<core::Instant>& at) {
        return at ? Value(home.zone().to_string(*at).substr(0, 16)) : Value();
    };
    for (const Prediction& one : ahead.files) {
        if (table.rows.size() >= waiting_shown) break;
        table.rows.push_back({one.file.identity.text(), one.file.job, to_string(one.file.state),
                              Value::of(one.file.bytes), local(one.end),
                              local(one.file.deadline_at), Value::flag(one.misses), one.help});
    }
    return table;
}

// One row a day over all jobs, so that the chart has one bar a day.
static Table by_day(const Table& days) {
    Table table{"throughput",
                "Records by day of reception",
                {{"day", "DAY"},
                 {"accepted", "ACCEPTED"},
                 {"rejected", "REJECTED"},
                 {"files", "FILES"},
                 {"files_refused", "REFUSED"}},
                {}};
    std::map<std::string, std::array<std::int64_t, 4>> sums;
    for (const auto& row : days.rows) {
        auto& sum = sums[row[0].text];
        // Columns of the service report: day, job, files, bytes, records, accepted, rejected,
        // delivered, refused.
        sum[0] += row[5].number;
        sum[1] += row[6].number;
        sum[2] += row[2].number;
        sum[3] += row[8].number;
    }
    for (const auto& [day, sum] : sums)
        table.rows.push_back(
            {day, Value::of(sum[0]), Value::of(sum[1]), Value::of(sum[2]), Value::of(sum[3])});
    table.chart = {1, 2};
    return table;
}

pages::Sheet report_dashboard(const ReportRequest& given) {
    Home& home = given.home;
    ReportRequest request = given;
    if (!given.period_given) request.period = last_days(home, days_shown);
    ForecastOptions options;
    options.start = home.now();
    const Forecast ahead = look_ahead(home, options);
    pages::Sheet service = report_service(request), anomalies = report_anomalies(request);
    pages::Sheet sla = report_sla(request);
    pages::Sheet sheet;
    sheet.name = "dashboard";
    sheet.title = home.settings().installation + ": dashboard";
    sheet.period = request.period.text();
    std::int64_t next = 0;
    ledger::senders_with_news(home.ledger(), INT64_MAX, next);
    sheet.figures = {
        {"waiting", "files wait", Value::of(static_cast<std::int64_t>(ahead.files.size()))},
        {"backlog_bytes", "bytes wait", Value::of(ahead.bytes)},
        {"misses", "will miss their deadline", Value::of(ahead.misses)},
        {"stopped", "are held or parked", Value::of(ahead.stopped)}};
    for (const pages::Figure& figure : sla.figures)
        if (figure.key == "percent" || figure.key == "records") sheet.figures.push_back(figure);
    Table standing = standing_alerts(home);
    sheet.figures.push_back(
        {"alerts", "alerts stand", Value::of(static_cast<std::int64_t>(standing.rows.size()))});
    sheet.figures.push_back({"journal_entries", "entries in the journal", Value::of(next)});
    Table causes = take(anomalies.tables, "causes");
    if (causes.rows.size() > causes_shown) causes.rows.resize(causes_shown);
    causes.title = "Findings by cause";
    causes.chart = {3};
    Table senders = take(service.tables, "senders");
    senders.title = "By job and sender";
    const auto checkpoint =
        journal::read_checkpoint(journal_folder(home), seal::log_keys(home.keys_folder()));
    sheet.figures.push_back(
        {"journal_signed", "of them signed",
         checkpoint ? Value::of(static_cast<std::int64_t>(checkpoint->checkpoint.size)) : Value()});
    sheet.tables = {std::move(standing),      waiting(home, ahead),
                    backlog(home, ahead),     by_day(take(service.tables, "days")),
                    take(sla.tables, "days"), std::move(causes),
                    std::move(senders),       take(anomalies.tables, "refusals")};
    return sheet;
}

}  // namespace app
