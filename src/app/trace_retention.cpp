#include "app/trace_retention.hpp"

#include <algorithm>
#include <map>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/trace_keys.hpp"
#include "io/crash_point.hpp"

namespace app {

using ledger::EntryKind;

static constexpr std::int64_t entries_at_once = 10'000;

int trace_years(Home& home) {
    int years = static_cast<int>(home.settings().trace_years);
    for (const auto& job : home.jobs()) years = std::max(years, job->trace_years);
    return years;
}

core::Date retention_limit(Home& home) {
    auto day = core::civil(home.today());
    day.year -= trace_years(home);
    while (!core::is_calendar_date(day.year, day.month, day.day)) --day.day;
    return core::date_of(day.year, day.month, day.day);
}

std::optional<std::string> legal_hold(const ledger::Ledger& book) {
    std::map<std::string, std::string> standing;
    for (std::int64_t from = 0;;) {
        const auto page = book.entries_of(EntryKind::legal_hold, from, entries_at_once);
        for (const ledger::Entry& entry : page) {
            const std::string name = json_text(entry.body, "hold");
            if (json_text(entry.body, "action") == "lifted")
                standing.erase(name);
            else
                standing[name] = json_text(entry.body, "reason");
        }
        if (page.size() < static_cast<std::size_t>(entries_at_once)) break;
        from = page.back().index + 1;
    }
    if (standing.empty()) return std::nullopt;
    const auto& [name, reason] = *standing.begin();
    return "legal hold " + name + (reason.empty() ? "" : " (" + reason + ")");
}

std::vector<SegmentEntry> expired(const Home& home, const TraceStore& store, core::Date before) {
    const core::Instant limit = home.zone().start_of_day(before);
    std::vector<SegmentEntry> old;
    for (const SegmentEntry& entry : store.living())
        if (entry.summary.to < limit) old.push_back(entry);
    return old;
}

std::string why_not_forgotten(Home& home, const TraceStore& store, int year) {
    const core::Date limit = retention_limit(home);
    const std::string kept = "traces are kept for " + std::to_string(trace_years(home)) +
                             " years: nothing from " + core::to_string(limit) + " on may go";
    if (core::date_of(year + 1, 1, 1) > limit) return kept;
    // What came at the end of a year may have been sent in the next one.
    const core::Instant instant = home.zone().start_of_day(limit);
    for (const SegmentEntry& entry : store.living())
        if (entry.summary.period == year && entry.summary.to >= instant) return kept;
    if (const auto hold = legal_hold(home.ledger())) return *hold + " stands";
    return {};
}

void forget_period(Home& home, int year, const std::string& reason) {
    const std::string key = "pseudonym/" + std::to_string(year);
    auto step = home.ledger().begin();
    step->append(EntryKind::key, 0, home.now(),
                 operator_body(reason, "\"action\":\"destroyed\",\"key\":" + json_quoted(key)));
    step->commit();
    io::crash_point("key forgotten");
    traces::PeriodKeys(period_keys_folder(home)).destroy(year);
}

}  // namespace app
