// sluice report service: the permanent figures of every service (contract, art. 10, 2, b): what
// came in, what became of it, how long it took, what waits.
#include <algorithm>
#include <map>

#include "app/agreement_time.hpp"
#include "app/receiving.hpp"
#include "app/report.hpp"
#include "core/code_table.hpp"

namespace app {

using pages::Value;

namespace {

constexpr double microseconds_in_hour = 3.6e9;

struct Figures {
    std::int64_t files = 0, records = 0, accepted = 0, rejected = 0, bytes = 0;
    std::int64_t refused = 0, answered = 0, waiting = 0, delivered = 0, withheld = 0;
    std::vector<double> hours;  // from reception to the end, of finished files
};

// Nearest rank; unknown where there is nothing.
Value percentile(std::vector<double> values, int percent) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const std::size_t rank = (values.size() * static_cast<std::size_t>(percent) + 99) / 100;
    return Value::of(values.at(std::max<std::size_t>(rank, 1) - 1));
}

class Service {
  public:
    explicit Service(const ReportRequest& request) : request_(request) {}
    pages::Sheet sheet();

  private:
    void add(const ledger::History& history);
    pages::Table table(std::string key, std::string title, const std::vector<pages::Column>& names,
                       const std::map<std::vector<std::string>, Figures>& figures) const;
    pages::Table codes() const;
    pages::Table recipients() const;
    ledger::HistoryFilter filter() const;

    const ReportRequest& request_;
    core::Instant as_of_ = request_.home.now();
    std::map<std::vector<std::string>, Figures> jobs_, days_, senders_;
    std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::int64_t>>
        parcels_;  // job, recipient: parcels, records
    Figures all_;
};

void Service::add(const ledger::History& history) {
    // Which deadline is meant makes no difference here: only outcomes and durations are read.
    const FileTime time = time_of(history, request_.home.calendar(), as_of_, as_of_);
    const std::string job = history.job.empty() ? "-" : history.job;
    const std::string day = core::to_string(request_.home.zone().date(history.received_at));
    std::int64_t published = 0;
    for (const ParcelTime& parcel : parcels_of(history)) {
        if (!parcel.published) continue;
        auto& [parcels, records] = parcels_[{job, parcel.recipient}];
        ++parcels;
        records += parcel.records;
        published += parcel.records;
    }
    for (Figures* one :
         {&jobs_[{job}], &days_[{day, job}], &senders_[{job, history.sender}], &all_}) {
        ++one->files;
        one->bytes += history.bytes;
        one->records += time.records;
        one->rejected += time.rejected;
        one->delivered += published;
        if (time.records_known) one->accepted += time.records - time.rejected;
        if (time.outcome == Outcome::refused) ++one->refused;
        if (time.outcome == Outcome::open) ++one->waiting;
        if (time.finished) ++one->answered;
        if (time.outcome == Outcome::processed)
            one->hours.push_back(
                static_cast<double>(time.finished->microseconds - time.received.microseconds) /
                microseconds_in_hour);
    }
}

pages::Table Service::table(std::string key, std::string title,
                            const std::vector<pages::Column>& names,
                            const std::map<std::vector<std::string>, Figures>& figures) const {
    pages::Table table{std::move(key), std::move(title), names, {}};
    const std::vector<pages::Column> columns{
        {"files", "FILES"},           {"bytes", "BYTES"},
        {"records", "RECORDS"},       {"accepted", "ACCEPTED"},
        {"rejected", "REJECTED"},     {"delivered", "DELIVERED"},
        {"files_refused", "REFUSED"}, {"files_answered", "ANSWERED"},
        {"backlog", "BACKLOG"},       {"hours_p50", "HOURS P50"},
        {"hours_p95", "P95"},         {"hours_p99", "P99"},
        {"hours_max", "LONGEST"}};
    table.columns.insert(table.columns.end(), columns.begin(), columns.end());
    for (const auto& [name, one] : figures) {
        std::vector<Value> row(name.begin(), name.end());
        for (const std::int64_t number :
             {one.files, one.bytes, one.records, one.accepted, one.rejected, one.delivered,
              one.refused, one.answered, one.waiting})
            row.push_back(Value::of(number));
        for (const int percent : {50, 95, 99, 100}) row.push_back(percentile(one.hours, percent));
        table.rows.push_back(std::move(row));
    }
    return table;
}

ledger::HistoryFilter Service::filter() const {
    ledger::HistoryFilter filter;
    filter.from = request_.period.from;
    filter.to = request_.period.to;
    filter.as_of = as_of_;
    filter.sender = request_.sender;
    filter.job = request_.job;
    filter.parcels = true;
    return filter;
}

pages::Table Service::codes() const {
    pages::Table table{"codes",
                       "Findings by code",
                       {{"job", "JOB"},
                        {"code", "CODE"},
                        {"severity", "SEVERITY"},
                        {"meaning", "MEANING"},
                        {"findings", "FINDINGS"},
                        {"files", "FILES"}},
                       {}};
    std::map<std::tuple<std::string, std::string, std::string>,
             std::pair<std::int64_t, std::int64_t>>
        sums;
    for (const auto& group : ledger::finding_groups(request_.home.ledger(), filter())) {
        auto& [findings, files] = sums[{group.job, group.code, group.severity}];
        findings += group.findings;
        files += group.files;
    }
    for (const auto& [key, sum] : sums)
        table.rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key),
                              core::label(std::get<1>(key), core::Language::en),
                              Value::of(sum.first), Value::of(sum.second)});
    return table;
}

pages::Table Service::recipients() const {
    pages::Table table{"recipients",
                       "By recipient",
                       {{"job", "JOB"},
                        {"recipient", "RECIPIENT"},
                        {"parcels", "PARCELS"},
                        {"records", "RECORDS"}},
                       {}};
    for (const auto& [key, sum] : parcels_)
        table.rows.push_back({key.first, key.second, Value::of(sum.first), Value::of(sum.second)});
    return table;
}

pages::Sheet Service::sheet() {
    ledger::each_history(request_.home.ledger(), filter(), [&](const ledger::History& history) {
        if (history.subject != "STAT") add(history);
        return true;
    });
    pages::Sheet sheet;
    sheet.name = "service";
    sheet.title = "Figures of the services";
    sheet.period = request_.period.text();
    sheet.figures = {
        {"files", "files", Value::of(all_.files)},
        {"records", "records", Value::of(all_.records)},
        {"accepted", "accepted", Value::of(all_.accepted)},
        {"rejected", "rejected", Value::of(all_.rejected)},
        {"delivered", "delivered to recipients", Value::of(all_.delivered)},
        {"files_refused", "files refused", Value::of(all_.refused)},
        {"backlog", "files not finished", Value::of(all_.waiting)},
        {"hours_p50", "hours from reception to end, median", percentile(all_.hours, 50)},
        {"hours_p99", "99 of 100 within hours", percentile(all_.hours, 99)}};
    sheet.tables = {table("jobs", "By job", {{"job", "JOB"}}, jobs_),
                    table("days", "By day of reception", {{"day", "DAY"}, {"job", "JOB"}}, days_),
                    table("senders", "By sender", {{"job", "JOB"}, {"sender", "SENDER"}}, senders_),
                    recipients(), codes()};
    return sheet;
}

}  // namespace

pages::Sheet report_service(const ReportRequest& request) {
    return Service(request).sheet();
}

}  // namespace app
