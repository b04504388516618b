// Raising, ending and telling alerts.
#include <algorithm>
#include <iostream>
#include <map>

#include "app/alert.hpp"
#include "app/alert_telling.hpp"
#include "app/json.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"

namespace app {

using ledger::EntryKind;

static constexpr std::int64_t minute = 60'000'000;
static constexpr int failed_max = 3;  // alerts that could not be told before we stop trying

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

// The incident that a rule opens is followed and closed by people, like any other.
std::int64_t open_incident(ledger::Step& step, const Condition& what, core::Instant now) {
    const std::int64_t number = step.next("incident");
    step.append(EntryKind::incident, 0, now,
                JsonObject()
                    .text("by", "rule")
                    .text("reason", what.text)
                    .number("incident", number)
                    .text("action", "open")
                    .text("cause", what.incident_cause)
                    .text("files", joined(what.files))
                    .str());
    return number;
}

Alert raise(ledger::Step& step, const Condition& what, core::Instant now,
            std::int64_t standing_from) {
    Alert alert;
    alert.what = what;
    alert.raised_at = now;
    alert.number = step.next("alert");
    if (!what.incident_cause.empty()) alert.incident = open_incident(step, what, now);
    alert.raised_index = step.append(EntryKind::alert, 0, now,
                                     JsonObject()
                                         .number("alert", alert.number)
                                         .text("action", "raised")
                                         .text("rule", what.rule)
                                         .text("key", what.key)
                                         .text("what", what.text)
                                         .text("job", what.job)
                                         .text("sender", what.sender)
                                         .text("files", joined(what.files))
                                         .number("files_count", what.files_count)
                                         .number("incident", alert.incident)
                                         .number("standing_from", standing_from)
                                         .str());
    return alert;
}

// The standing alerts after this moment: new ones raised, those whose condition is gone ended.
std::vector<Alert> settle(Home& home, const std::vector<Condition>& found) {
    std::map<std::string, Alert> standing;
    for (Alert& one : standing_alerts(home.ledger())) standing[one.what.key] = std::move(one);
    std::vector<Alert> now_standing;
    std::vector<const Condition*> fresh;
    for (const Condition& what : found) {
        const auto at = standing.find(what.key);
        if (at == standing.end()) {
            fresh.push_back(&what);
            continue;
        }
        now_standing.push_back(std::move(at->second));
        standing.erase(at);
    }
    if (fresh.empty() && standing.empty()) return now_standing;
    auto step = home.ledger().begin();
    const core::Instant now = home.now();
    // Nothing that stands behind this step was raised before this entry.
    std::int64_t from = home.ledger().entry_count();
    for (const Alert& one : now_standing) from = std::min(from, one.raised_index);
    for (const auto& [key, one] : standing)
        step->append(EntryKind::alert, 0, now,
                     JsonObject()
                         .number("alert", one.number)
                         .text("action", "ended")
                         .number("standing_from", from)
                         .str());
    for (const Condition* what : fresh) now_standing.push_back(raise(*step, *what, now, from));
    step->commit();
    io::crash_point("alerts-raised");
    return now_standing;
}

// Each step whose time came, once; nobody climbs on when somebody has acknowledged. False: a way
// out failed.
bool climb(Home& home, const Alert& alert) {
    const auto ladder = ladder_of(home, alert.what);
    for (auto number = static_cast<std::size_t>(alert.told); number < ladder.size(); ++number) {
        const core::Instant due{alert.raised_at.microseconds +
                                ladder[number].after_minutes * minute};
        if (alert.acknowledged_at || home.now() < due) return true;
        const std::string problem =
            tell(home, alert, ladder[number], static_cast<std::int64_t>(number));
        if (!problem.empty()) {
            std::cerr << "sluice: alert " << alert.number << " was not told: " << problem << '\n';
            return false;
        }
        io::crash_point("alert-told");
        auto step = home.ledger().begin();
        step->append(
            EntryKind::alert, 0, home.now(),
            JsonObject()
                .number("alert", alert.number)
                .text("action", "told")
                .number("step", static_cast<std::int64_t>(number))
                .number("contacts", static_cast<std::int64_t>(ladder[number].contacts.size()))
                .str());
        step->commit();
    }
    return true;
}

}  // namespace

void mind_alerts(Home& home, Watch watch) {
    try {
        io::make_folders(home.work());
        const auto lock = io::Lock::try_take(home.work() / "alerts.lock", "mind the alerts");
        if (!lock) return;
        const std::vector<Alert> standing = settle(home, conditions(home, watch));
        if (!can_tell(home)) return;
        // Where the way out is blocked it mostly is for all: the next receive or run tries again.
        int failed = 0;
        for (const Alert& alert : standing)
            if (!climb(home, alert) && ++failed == failed_max) return;
    } catch (const core::Fault& fault) {
        std::cerr << "sluice: alerts: " << fault.doing() << ' ' << fault.thing() << ": "
                  << fault.reason() << '\n';
    }
}

}  // namespace app
