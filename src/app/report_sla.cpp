// sluice report sla: of the records received on each day, the share finished within the deadline
// (contract 2022-2025, art. 7, 2, b: 99 % within 4 days, where an agreement has no other target).
// Counted in records, not in files.
#include <algorithm>
#include <map>
#include <set>

#include "app/agreement_time.hpp"
#include "app/receiving.hpp"
#include "app/report.hpp"

namespace app {

using pages::Value;

namespace {

constexpr double target_otherwise = 99;  // percent, where nothing else was agreed

struct Count {
    std::int64_t files = 0, records = 0, in_time = 0, adjusted = 0, late = 0, open = 0, unread = 0;
    std::int64_t accepted = 0, rejected = 0, refused = 0, apart = 0;
    double needed = 0;  // records of those due that the agreements want in time

    std::int64_t due() const { return in_time + late; }
    Value target() const {
        return due() == 0 ? Value() : Value::percent(100 * needed / static_cast<double>(due()));
    }
    Value met() const {
        return due() == 0 ? Value() : Value::flag(static_cast<double>(in_time) >= needed);
    }
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
    void add(Count& count, const FileTime& time, double target) const;
    void add_parcels(const ledger::History& history, const FileTime& time, double target);
    double target_of(const ledger::History& history) const;
    std::int64_t estimated(const ledger::History& history) const;
    core::Instant due_otherwise(const ledger::History& history);
    pages::Table table(std::string key, std::string title, std::string first, std::string heading,
                       const std::map<std::string, Count>& counts) const;
    pages::Table causes() const;

    const ReportRequest& request_;
    core::Instant as_of_ = request_.home.now();
    std::map<std::string, Count> days_, jobs_, senders_, recipients_;
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

// Percent, as agreed on the day of reception.
double Sla::target_of(const ledger::History& history) const {
    Home& home = request_.home;
    const job::Agreement* agreed =
        home.agreements().find(history.sender, history.job, home.zone().date(history.received_at));
    return agreed != nullptr && agreed->target_percent ? *agreed->target_percent : target_otherwise;
}

void Sla::add(Count& count, const FileTime& time, double target) const {
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
    count.needed += static_cast<double>(time.records) * target / 100;
    if (time.in_time_adjusted(as_of_)) count.adjusted += time.records;
}

// For a recipient a record is in time when its parcel lay in OUT before the sender's deadline.
void Sla::add_parcels(const ledger::History& history, const FileTime& time, double target) {
    std::set<std::string> seen;
    for (const ParcelTime& parcel : parcels_of(history)) {
        FileTime part = time;
        part.finished = parcel.published;
        part.outcome = parcel.published ? Outcome::processed : Outcome::open;
        part.records = parcel.records;
        part.rejected = 0;
        part.records_known = true;
        Count& count = recipients_[parcel.recipient];
        add(count, part, target);
        if (!seen.insert(parcel.recipient).second) --count.files;
    }
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
    const double target = target_of(history);
    for (Count* count : {&days_[day], &jobs_[history.job.empty() ? "-" : history.job],
                         &senders_[history.sender], &all_})
        add(*count, time, target);
    add_parcels(history, time, target);
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
                        {"target", "TARGET"},
                        {"met", "MET"},
                        {"accepted", "ACCEPTED"},
                        {"rejected", "REJECTED"},
                        {"files_refused", "FILES REFUSED"},
                        {"files_unread", "FILES UNREAD"}},
                       {}};
    for (const auto& [name, count] : counts) {
        const std::int64_t due = count.due();
        table.rows.push_back({name, Value::of(count.files), Value::of(count.records),
                              Value::of(count.in_time), Value::of(count.late),
                              Value::of(count.open), Value::share(count.in_time, due),
                              Value::share(count.adjusted, due), count.target(), count.met(),
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
    filter.parcels = true;
    ledger::each_history(request_.home.ledger(), filter, [&](const ledger::History& history) {
        // A question about the state of a file is answered at once and is no data.
        if (history.subject != "STAT") add(history);
        return true;
    });
    const std::int64_t due = all_.due();
    std::int64_t days_missed = 0;
    for (const auto& [day, count] : days_)
        if (static_cast<double>(count.in_time) < count.needed) ++days_missed;
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
        {"target", "target", due == 0 ? Value::percent(target_otherwise) : all_.target()},
        {"met", "target met", all_.met()},
        {"days", "days with files", Value::of(static_cast<std::int64_t>(days_.size()))},
        {"days_missed", "days below the target", Value::of(days_missed)},
        {"accepted", "records accepted", Value::of(all_.accepted)},
        {"rejected", "records rejected with a reason", Value::of(all_.rejected)},
        {"files_refused", "files refused with a reason", Value::of(all_.refused)},
        {"files_apart", "files cancelled, quarantined or known already", Value::of(all_.apart)}};
    sheet.tables = {
        table("days", "By day of reception", "day", "DAY", days_),
        table("jobs", "By job", "job", "JOB", jobs_),
        table("senders", "By sender", "sender", "SENDER", senders_),
        table("recipients", "Delivered, by recipient", "recipient", "RECIPIENT", recipients_),
        causes()};
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
