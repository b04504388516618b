#include "app/daily.hpp"

#include <algorithm>
#include <map>

#include "app/dispatch.hpp"
#include "app/standing.hpp"
#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "outbox/daily_list.hpp"

namespace app {

using core::Environment;
using ledger::FileState;
using ledger::OutgoingKind;

static constexpr std::string_view detail_prefix = "daily ";
static constexpr std::int32_t days_back_max = 7;
static constexpr std::int64_t files_at_once = 10'000;
static constexpr std::int64_t early_microseconds_max = 172'800'000'000;  // a name dated ahead

namespace {

struct Day {
    core::Date date;
    core::Instant begin, end;
};

Day day_of(const Home& home, core::Date date) {
    return {date, home.zone().start_of_day(date),
            home.zone().start_of_day(core::Date{date.days + 1})};
}

std::string marker_of(core::Date date) {
    return "daily-list." + core::to_string(date);
}

Environment environment_of(const std::string& landing) {
    if (landing == "IN") return Environment::R;
    return landing == "INTEST" ? Environment::T : Environment::S;
}

// Who sent what is in quarantine is not known, so it is nobody's.
bool counts(const ledger::File& file, const Day& day) {
    return file.received_at >= day.begin && file.received_at < day.end &&
           file.state != FileState::quarantined;
}

// Files of a sender (empty: of all) of some days, newest first, read page by page.
template <class Visit>
void each_file(const ledger::Ledger& book, const std::string& sender, core::Instant since,
               core::Instant until, const Visit& visit) {
    ledger::FileFilter filter;
    filter.sender = sender;
    filter.since = since;
    filter.until = until;
    filter.limit = files_at_once;
    for (;;) {
        const auto files = book.files(filter);
        for (const ledger::File& file : files) {
            filter.before = file.id;
            visit(file);
        }
        if (files.size() < static_cast<std::size_t>(files_at_once)) return;
    }
}

using Senders = std::map<std::pair<std::string, Environment>, ledger::File>;

// Of each day's senders and environments with a file, the newest one: what the answer hangs on.
std::vector<Senders> senders_of(Home& home, const std::vector<Day>& days) {
    std::vector<Senders> senders(days.size());
    each_file(
        home.ledger(), {}, days.front().begin, days.back().end, [&](const ledger::File& file) {
            for (std::size_t i = 0; i < days.size(); ++i)
                if (counts(file, days[i]))
                    senders[i].try_emplace({file.identity.sender, file.identity.environment}, file);
        });
    return senders;
}

// Where only half a set lies there, the sender's newest file at all.
void add_waiting(Home& home, const Day& day, const std::vector<WaitingSet>& waiting,
                 Senders& senders) {
    for (const WaitingSet& set : waiting) {
        const auto environment = environment_of(set.landing);
        if (set.since >= day.end || senders.count({set.sender, environment}) > 0) continue;
        ledger::FileFilter filter;
        filter.sender = set.sender;
        for (const ledger::File& file : home.ledger().files(filter))
            if (file.identity.environment == environment)
                senders.try_emplace({set.sender, environment}, file);
    }
}

}  // namespace

void draw_daily_lists(Home& home) {
    if (!home.settings().daily_list) return;
    const core::Instant now = home.now();
    const core::Date today = home.zone().date(now);
    ledger::Ledger& book = home.ledger();
    const auto is_drawn = [&](const Day& day) {
        return !book.configuration(marker_of(day.date)).empty();
    };
    std::vector<Day> days;
    for (std::int32_t back = days_back_max; back > 0; --back) {
        const Day day = day_of(home, core::Date{today.days - back});
        if (!is_drawn(day)) days.push_back(day);
    }
    if (days.empty()) return;
    const auto waiting = waiting_sets(home, {});
    std::vector<Senders> senders = senders_of(home, days);
    for (std::size_t i = 0; i < days.size(); ++i) add_waiting(home, days[i], waiting, senders[i]);
    auto step = book.begin();
    for (std::size_t i = 0; i < days.size(); ++i) {
        const Day& day = days[i];
        if (is_drawn(day)) continue;  // by another run meanwhile; from the step on there is one
        step->keep_configuration(marker_of(day.date), "daily-list", core::to_string(day.date),
                                 "drawn");
        for (const auto& [key, file] : senders[i])
            if (home.partners().find(key.first) != nullptr)
                draw_answer(home, *step, file, OutgoingKind::status,
                            std::string(detail_prefix) + core::to_string(day.date), now);
    }
    step->commit();
    io::crash_point("daily-lists-drawn");
}

bool is_daily_list(const ledger::Outgoing& row) {
    return row.detail.rfind(detail_prefix, 0) == 0;
}

std::string daily_list_text(Home& home, const ledger::File& file, const ledger::Outgoing& row) {
    const auto date = core::parse_date(row.detail.substr(detail_prefix.size()));
    ENSURE(date.has_value());
    const Day day = day_of(home, *date);
    const std::string& sender = file.identity.sender;
    const Environment environment = file.identity.environment;
    outbox::DailyFacts facts;
    facts.sender = sender;
    facts.day = *date;
    facts.environment = environment;
    facts.at = row.at;
    if (const job::Partner* partner = home.partners().find(sender))
        facts.language = partner->language;
    each_file(home.ledger(), sender, day.begin, day.end, [&](const ledger::File& one) {
        if (!counts(one, day) || one.identity.environment != environment) return;
        if (facts.files.size() >= home.settings().daily_list_files_max) {
            ++facts.unlisted;
            return;
        }
        facts.files.push_back({shown_name(one), std::string(to_string(one.state)), one.digest,
                               one.ticket, one.received_at, static_cast<std::uint64_t>(one.bytes),
                               one.duplicate_of != 0 || !one.owns_name, one.codes});
    });
    std::reverse(facts.files.begin(), facts.files.end());
    for (const WaitingSet& set : waiting_sets(home, sender))
        if (set.since < day.end && environment_of(set.landing) == environment)
            facts.waiting.push_back({set.identity, set.complete, set.since});
    const std::string compact = compact_day(home, day.begin);
    const core::Instant since{day.begin.microseconds - early_microseconds_max};
    for (const auto& gap : home.ledger().sequence_gaps(sender, since))
        if (gap.environment == environment && gap.date == compact)
            facts.gaps.push_back({gap.first_missing, gap.last_missing});
    return outbox::daily_list(facts);
}

}  // namespace app
