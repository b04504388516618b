// The rules of alerts: few, and each one says in its text what it saw.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "app/alert.hpp"
#include "app/channel_pace.hpp"
#include "app/doctor.hpp"
#include "app/forecast.hpp"
#include "app/heartbeat.hpp"
#include "app/obstacles.hpp"
#include "app/terminal.hpp"
#include "app/unfetched.hpp"
#include "ledger/counts.hpp"

namespace app {

namespace {

constexpr std::int64_t minute = 60'000'000, day = 86'400'000'000;
constexpr std::int64_t days_known_min = 5;        // before a sender has a usual day
constexpr std::int64_t records_unusual_min = 20;  // fewer are never unusual

std::string percent(double share) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %%", 100 * share);
    return text.data();
}

Condition about(const std::string& rule, const std::string& job, const std::string& sender,
                const std::string& more = {}) {
    Condition one;
    one.rule = rule;
    one.job = job;
    one.sender = sender;
    one.key = rule;
    for (const std::string& word : {job, sender, more})
        if (!word.empty()) one.key += ' ' + word;
    return one;
}

// ---- deadlines ----

// One alert for a sender's files of one job: a burst that is late is one thing to look at.
class Deadlines {
  public:
    void take(const Prediction& one, core::Instant now) {
        const WaitingFile& file = one.file;
        if (!one.misses || file.identity.environment != core::Environment::R) return;
        const bool breached = file.deadline_at && *file.deadline_at <= now;
        const std::string rule = breached ? "deadline-breached" : "deadline-at-risk";
        const Condition fresh = about(rule, file.job, file.identity.sender);
        const auto [at, added] = all_.try_emplace(fresh.key, fresh);
        Condition& what = at->second;
        if (what.files.size() < alert_files_max) what.files.push_back(file.identity.text());
        ++what.files_count;
        if (added) {
            first_[what.key] = *file.deadline_at;
            why_[what.key] =
                breached ? one.why : one.why + (one.help.empty() ? "" : "; " + one.help);
        }
        first_[what.key] = std::min(first_[what.key], *file.deadline_at);
        // Who can end it: a supplier who is away, else we.
        const bool supplier = one.why.rfind("parked", 0) == 0;
        if (breached) what.incident_cause = supplier ? "supplier" : "engine";
    }
    void give(std::vector<Condition>& list) {
        for (auto& [key, what] : all_) {
            const bool breached = what.rule == "deadline-breached", one = what.files_count == 1;
            what.text = counted(what.files_count, "file", "files") + " of " + what.sender + " (" +
                        what.job + ") " + (breached ? "passed " : "will miss ") +
                        (one ? "its deadline of " : "their deadlines, the first of ") +
                        core::to_string(first_[key]);
            if (!why_[key].empty()) what.text += ": " + why_[key];
            list.push_back(std::move(what));
        }
    }

  private:
    std::map<std::string, Condition> all_;
    std::map<std::string, core::Instant> first_;
    std::map<std::string, std::string> why_;
};

void deadlines(Home& home, std::vector<Condition>& list) {
    ForecastOptions options;
    options.start = home.now();
    Deadlines found;
    for (const Prediction& one : look_ahead(home, options).files) found.take(one, options.start);
    found.give(list);
}

// ---- arrivals ----

// An agreement says how often files come; holidays and weekends are inside of its days.
void arrivals(Home& home, std::vector<Condition>& list) {
    const core::Date today = home.today();
    for (const job::Agreement& one : home.agreements().list) {
        if (one.days_between <= 0 || one.partner.empty() || one.job.empty()) continue;
        if ((one.from && today < *one.from) || (one.to && *one.to < today)) continue;
        // In the first days of an agreement nothing can be missing yet.
        const core::Date due{today.days - one.days_between};
        if (one.from && due < *one.from) continue;
        const core::Instant since = home.zone().start_of_day(due);
        if (ledger::newest_arrival(home.ledger(), one.partner, one.job, since)) continue;
        Condition what = about("no-arrival", one.job, one.partner);
        what.text = "nothing of " + one.partner + " (" + one.job + ") came since " +
                    core::to_string(due) + "; a file was agreed every " +
                    counted(one.days_between, "day", "days");
        list.push_back(std::move(what));
    }
}

// ---- what is unusual ----

struct DayCount {
    std::int64_t records = 0, rejected = 0;
};
using Days = std::map<core::Date, DayCount>;

double share(const DayCount& count) {
    return count.records == 0
               ? 0
               : static_cast<double>(count.rejected) / static_cast<double>(count.records);
}

class Usual {
  public:
    Usual(Home& home, std::string sender, std::string job, const Days& days, core::Date today)
        : home_(home),
          sender_(std::move(sender)),
          job_(std::move(job)),
          days_(days),
          today_(today) {}

    // Today and yesterday beside the days before; a day that is not over yet can only be too much.
    void judge(std::vector<Condition>& list) {
        for (const auto& [date, count] : days_) {
            if (date.days < today_.days - 1) {
                ++known_;
                sum_.records += count.records;
                sum_.rejected += count.rejected;
                continue;
            }
            judge_count(date, count, list);
            judge_share(date, count, list);
        }
    }

  private:
    Condition condition(const std::string& rule, core::Date date) const {
        return about(rule, job_, sender_, core::to_string(date));
    }
    std::string who(core::Date date) const {
        return sender_ + " (" + job_ + ") on " + core::to_string(date);
    }

    void judge_count(core::Date date, const DayCount& count, std::vector<Condition>& list) const {
        const double factor = home_.settings().alert_count_factor;
        const job::Agreement* agreed = home_.agreements().find(sender_, job_, date);
        const bool by_agreement = agreed != nullptr && agreed->records_expected > 0;
        if (factor <= 0 || (!by_agreement && known_ < days_known_min)) return;
        const double usual = by_agreement
                                 ? static_cast<double>(agreed->records_expected)
                                 : static_cast<double>(sum_.records) / static_cast<double>(known_);
        const auto records = static_cast<double>(count.records);
        const bool more = records > factor * usual && count.records >= records_unusual_min,
                   fewer = date < today_ && factor * records < usual &&
                           usual >= static_cast<double>(records_unusual_min);
        if (!more && !fewer) return;
        Condition what = condition("unusual-count", date);
        what.text = counted(count.records, "record", "records") + " of " + who(date) + ", " +
                    (by_agreement ? "agreed" : "usual") + " are " +
                    std::to_string(static_cast<std::int64_t>(usual));
        list.push_back(std::move(what));
    }

    void judge_share(core::Date date, const DayCount& count, std::vector<Condition>& list) const {
        const double more = home_.settings().alert_rejected_share_more;
        if (more <= 0 || known_ < days_known_min || count.records < records_unusual_min) return;
        if (share(count) - share(sum_) <= more) return;
        Condition what = condition("unusual-rejections", date);
        what.text = percent(share(count)) + " of the records of " + who(date) +
                    " were rejected, usual are " + percent(share(sum_)) +
                    "; see: sluice report anomalies --sender " + sender_;
        list.push_back(std::move(what));
    }

    Home& home_;
    std::string sender_, job_;
    const Days& days_;
    core::Date today_;
    std::int64_t known_ = 0;
    DayCount sum_;
};

void unusual(Home& home, std::vector<Condition>& list) {
    const core::Date today = home.today();
    const core::Date first{today.days - static_cast<int>(home.settings().alert_history_days)};
    std::map<std::pair<std::string, std::string>, Days> all;
    ledger::each_count(
        home.ledger(), home.zone().start_of_day(first), core::Instant{home.now().microseconds + 1},
        [&](const ledger::FileCount& one) {
            DayCount& count = all[{one.sender, one.job}][home.zone().date(one.received_at)];
            count.records += one.records;
            count.rejected += one.rejected;
        });
    for (const auto& [who, days] : all) Usual(home, who.first, who.second, days, today).judge(list);
}

// ---- what ends, what was tampered with, who is silent ----

void expiries(Home& home, std::vector<Condition>& list) {
    for (const Complaint& one : Examination(home).expiries()) {
        Condition what = about("expiry", {}, {}, one.about + ": " + one.problem);
        what.text = one.about + ": " + one.problem + "; " + one.advice;
        list.push_back(std::move(what));
    }
}

void landing(Home& home, std::vector<Condition>& list) {
    for (const Obstacle& one : obstacles(home)) {
        Condition what = about("landing", {}, {}, one.about);
        what.text = one.about + ": " + one.problem + "; " + one.advice;
        list.push_back(std::move(what));
    }
}

// The same name with other content: the first one stands (the duplicate law); somebody must ask.
void names_reused(Home& home, std::vector<Condition>& list) {
    ledger::FileFilter filter;
    filter.state = ledger::FileState::quarantined;
    filter.since = core::Instant{home.now().microseconds - 2 * day};
    for (const ledger::File& file : home.ledger().files(filter)) {
        if (file.identity.environment != core::Environment::R) continue;
        Condition what = about("name-reused", {}, file.identity.sender, file.identity.text());
        what.files = {file.identity.text()};
        what.files_count = 1;
        what.text = file.identity.text() +
                    " is in quarantine: a name that was used with other "
                    "content, or no regular file; see: sluice show";
        list.push_back(std::move(what));
    }
}

// ---- channels and recipients ----

void channels(Home& home, std::vector<Condition>& list) {
    for (const FailingChannel& one : failing_channels(home)) {
        Condition what = about("channel", {}, {}, one.partner + ' ' + one.name + ' ' + one.kind);
        what.text = "the channel of " + one.partner + " failed " +
                    counted(one.failures, "time", "times") + " (" + one.name + "): " + one.words;
        list.push_back(std::move(what));
    }
}

void unfetched(Home& home, std::vector<Condition>& list) {
    for (Unfetched& one : long_unfetched(home)) {
        Condition what = about("unfetched", {}, {}, one.recipient);
        what.files_count = static_cast<std::int64_t>(one.files.size());
        if (one.files.size() > alert_files_max) one.files.resize(alert_files_max);
        what.files = std::move(one.files);
        what.text = counted(static_cast<long long>(one.parcels), "parcel", "parcels") + " for " +
                    one.recipient + " lie in its OUT since " + core::to_string(one.oldest) +
                    ": ask it to take them";
        list.push_back(std::move(what));
    }
}

bool is_promised(const Home& home, const job::Calendar& calendar, core::Instant at) {
    for (const job::Unavailability& away : calendar.unavailable)
        if (away.who == job::Unavailability::Who::engine && away.planned && away.holds(at))
            return false;
    if (calendar.periods.empty()) return true;
    const core::Date date = home.zone().date(at);
    const std::int64_t seconds =
        (at.microseconds - home.zone().start_of_day(date).microseconds) / 1'000'000;
    return std::any_of(calendar.periods.begin(), calendar.periods.end(), [&](const auto& period) {
        return period.weekday == job::weekday(date) && seconds >= period.from &&
               seconds < period.to && (period.holidays || !calendar.is_holiday(date));
    });
}

void silence(Home& home, std::vector<Condition>& list) {
    const core::Instant now = home.now();
    if (!is_promised(home, home.calendar(), now)) return;
    const std::int64_t patience = home.settings().heartbeat_minutes_max * minute;
    const core::Instant end{now.microseconds + 1};
    if (!signs_of_life(home, core::Instant{now.microseconds - patience}, end).empty()) return;
    if (!first_sign_of_life(home)) return;  // it never lived
    const auto beats = signs_of_life(home, core::Instant{now.microseconds - 35 * day}, end);
    Condition what = about("engine-silent", {}, {});
    what.text = beats.empty() ? "no receive and no run for 35 days"
                              : "no receive and no run since " + core::to_string(beats.back());
    what.incident_cause = "engine";
    list.push_back(std::move(what));
}

}  // namespace

std::vector<Condition> conditions(Home& home, Watch watch) {
    std::vector<Condition> list;
    deadlines(home, list);
    arrivals(home, list);
    unusual(home, list);
    expiries(home, list);
    landing(home, list);
    names_reused(home, list);
    channels(home, list);
    unfetched(home, list);
    if (watch == Watch::outside) silence(home, list);
    return list;
}

}  // namespace app
