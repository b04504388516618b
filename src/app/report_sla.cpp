// sluice report sla: of the records received on each day, the share finished within the deadline
// (contract 2022-2025, art. 7, 2, b: 99 % within 4 days). Counted in records, not in files.
#include <algorithm>
#include <map>

#include "app/agreement_time.hpp"
#include "app/receiving.hpp"
#include "app/report.hpp"

namespace app {

using pages::Value;

namespace {

struct Count {
    std::int64_t files = 0, records = 0, in_time = 0, adjusted = 0, late = 0, open = 0, unread = 0;
    std::int64_t accepted = 0, rejected = 0, refused = 0, apart = 0;
};

struct Cause {
    std::int64_t files = 0, records = 0;
    std::string example;
};

class Sla {
  public:
    explicit Sla(const ReportRequest& request) : request_(request) {}
    pages::Sheet sheet();

  private:
    void add(const ledger::History& history);
    void add(Count& count, const FileTime& time) const;
    std::int64_t estimated(const ledger::History& history) const;
    core::Instant due_otherwise(const ledger::History& history);
    pages::Table table(std::string key, std::string title, std::string first, std::string heading,
                       const std::map<std::string, Count>& counts) const;
    pages::Table causes() const;

    const ReportRequest& request_;
    core::Instant as_of_ = request_.home.now();
    std::map<std::string, Count> days_, jobs_, senders_;
    std::map<std::string, Cause> causes_;
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> sizes_;  // job: bytes, records
    Count all_;
};

core::Instant Sla::due_otherwise(const ledger::History& history) {
    Home& home = request_.home;
    if (const auto found = home.find_job(history.job))
        return deadline_of(home, *found, history.sender, history.received_at);
    const core::Date day = home.zone().date(history.received_at);
    return home.zone().start_of_day(core::Date{day.days + job::Deadline{}.days + 1});
}

// A file that nobody has read yet counts with the records that its size lets expect: leaving it
// out would flatter the share.
std::int64_t Sla::estimated(const ledger::History& history) const {
    const auto found = sizes_.find(history.job);
    if (found == sizes_.end() || found->second.second == 0) return 1;
    const double mean =
        static_cast<double>(found->second.first) / static_cast<double>(found->second.second);
    return std::max<std::int64_t>(
        1, static_cast<std::int64_t>(static_cast<double>(history.bytes) / mean));
}

void Sla::add(Count& count, const FileTime& time) const {
    if (time.outcome == Outcome::refused) ++count.refused;
    if (time.outcome == Outcome::apart) ++count.apart;
    if (time.outcome == Outcome::refused || time.outcome == Outcome::apart) return;
    ++count.files;
    if (!time.records_known) ++count.unread;
    count.records += time.records;
    count.rejected += time.rejected;
    if (time.records_known) count.accepted += time.records - time.rejected;
    const bool open = time.outcome == Outcome::open;
    if (open && time.in_time(as_of_)) {
        count.open += time.records;
        return;
    }
    (time.in_time(as_of_) ? count.in_time : count.late) += time.records;
    if (time.in_time_adjusted(as_of_)) count.adjusted += time.records;
}

void Sla::add(const ledger::History& history) {
    FileTime time = time_of(history, request_.home.calendar(), due_otherwise(history), as_of_);
    if (time.records_known) {
        sizes_[history.job].first += history.bytes;
        sizes_[history.job].second += time.records;
    } else if (time.outcome == Outcome::open) {
        time.records = std::max(time.records, estimated(history));
    }
    const std::string day = core::to_string(request_.home.zone().date(history.received_at));
    for (Count* count : {&days_[day], &jobs_[history.job.empty() ? "-" : history.job],
                         &senders_[history.sender], &all_})
        add(*count, time);
    if (time.outcome != Outcome::processed && time.outcome != Outcome::open) return;
    const std::string cause = time.cause(as_of_);
    if (cause.empty()) return;
    Cause& one = causes_[cause];
    ++one.files;
    one.records += time.records;
    if (one.example.empty()) one.example = history.identity;
}

pages::Table Sla::table(std::string key, std::string title, std::string first, std::string heading,
                        const std::map<std::string, Count>& counts) const {
    pages::Table table{std::move(key),
                       std::move(title),
                       {{std::move(first), std::move(heading)},
                        {"files", "FILES"},
                        {"records", "RECORDS"},
                        {"in_time", "IN TIME"},
                        {"late", "LATE"},
                        {"open", "OPEN"},
                        {"percent", "SHARE"},
                        {"percent_adjusted", "ADJUSTED"},
                        {"met", "MET"},
                        {"accepted", "ACCEPTED"},
                        {"rejected", "REJECTED"},
                        {"files_refused", "FILES REFUSED"},
                        {"files_unread", "FILES UNREAD"}},
                       {}};
    for (const auto& [name, count] : counts) {
        const std::int64_t due = count.in_time + count.late;
        table.rows.push_back({name, Value::of(count.files), Value::of(count.records),
                              Value::of(count.in_time), Value::of(count.late),
                              Value::of(count.open), Value::share(count.in_time, due),
                              Value::share(count.adjusted, due),
                              due == 0 ? Value() : Value::flag(count.in_time * 100 >= due * 99),
                              Value::of(count.accepted), Value::of(count.rejected),
                              Value::of(count.refused), Value::of(count.unread)});
    }
    return table;
}

pages::Table Sla::causes() const {
    static const std::map<std::string, const char*> meanings{
        {"supplier", "a supplier or the partner was not available (calendar)"},
        {"held", "held by an operator or for want of space"},
        {"capacity", "waited for its turn longer than anything else took"},
        {"volume", "its own processing took longest"},
        {"delivery", "its delivery took longest"}};
    pages::Table table{"causes",
                       "Causes of the late ones",
                       {{"cause", "CAUSE"},
                        {"meaning", "MEANING"},
                        {"files", "FILES"},
                        {"records", "RECORDS"},
                        {"percent", "SHARE"},
                        {"example", "FIRST"}},
                       {}};
    for (const auto& [name, cause] : causes_)
        table.rows.push_back({name, meanings.at(name), Value::of(cause.files),
                              Value::of(cause.records), Value::share(cause.records, all_.late),
                              cause.example});
    return table;
}

pages::Sheet Sla::sheet() {
    ledger::HistoryFilter filter;
    filter.from = request_.period.from;
    filter.to = request_.period.to;
    filter.as_of = as_of_;
    filter.sender = request_.sender;
    filter.job = request_.job;
    ledger::each_history(request_.home.ledger(), filter, [&](const ledger::History& history) {
        // A question about the state of a file is answered at once and is no data.
        if (history.subject != "STAT") add(history);
        return true;
    });
    const std::int64_t due = all_.in_time + all_.late;
    std::int64_t days_missed = 0;
    for (const auto& [day, count] : days_)
        if (count.in_time * 100 < (count.in_time + count.late) * 99) ++days_missed;
    pages::Sheet sheet;
    sheet.name = "sla";
    sheet.title = "Records finished in time";
    sheet.period = request_.period.text();
    sheet.figures = {
        {"records", "records received", Value::of(all_.records)},
        {"in_time", "finished in time", Value::of(all_.in_time)},
        {"late", "late", Value::of(all_.late)},
        {"open", "not due yet", Value::of(all_.open)},
        {"percent", "share in time", Value::share(all_.in_time, due)},
        {"percent_adjusted", "share without suppliers' absence", Value::share(all_.adjusted, due)},
        {"target", "target", Value::percent(99)},
        {"met", "target met", due == 0 ? Value() : Value::flag(all_.in_time * 100 >= due * 99)},
        {"days", "days with files", Value::of(static_cast<std::int64_t>(days_.size()))},
        {"days_missed", "days below the target", Value::of(days_missed)},
        {"accepted", "records accepted", Value::of(all_.accepted)},
        {"rejected", "records rejected with a reason", Value::of(all_.rejected)},
        {"files_refused", "files refused with a reason", Value::of(all_.refused)},
        {"files_apart", "files cancelled, quarantined or known already", Value::of(all_.apart)}};
    sheet.tables = {table("days", "By day of reception", "day", "DAY", days_),
                    table("jobs", "By job", "job", "JOB", jobs_),
                    table("senders", "By sender", "sender", "SENDER", senders_), causes()};
    if (all_.unread > 0)
        sheet.notes.push_back(
            "Files that were not read yet count with as many records as their size lets expect.");
    return sheet;
}

}  // namespace

pages::Sheet report_sla(const ReportRequest& request) {
    return Sla(request).sheet();
}

}  // namespace app
