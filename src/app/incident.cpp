#include "app/incident.hpp"

#include <map>

#include "app/report.hpp"
#include "ledger/figures.hpp"

namespace app {

using pages::Value;

static constexpr std::int64_t entries_at_once = 1000;

static void fold(std::map<std::int64_t, Incident>& all, const ledger::Entry& entry) {
    const std::int64_t number = ledger::body_number(entry.body, "incident");
    if (number == 0) return;  // of another kind of trouble
    const std::string action = ledger::body_text(entry.body, "action");
    Incident& one = all[number];
    if (action == "open") {
        one.number = number;
        one.opened_at = entry.at;
        one.reason = ledger::body_text(entry.body, "reason");
    } else {
        ++one.follow_ups;
        one.last = ledger::body_text(entry.body, "reason");
    }
    if (action == "close") one.closed_at = entry.at;
    if (const std::string cause = ledger::body_text(entry.body, "cause"); !cause.empty())
        one.cause = cause;
    if (const std::string files = ledger::body_text(entry.body, "files"); !files.empty())
        one.files += (one.files.empty() ? "" : " ") + files;
}

std::vector<Incident> incidents(Home& home) {
    std::map<std::int64_t, Incident> all;
    for (std::int64_t next = 0;;) {
        const auto page =
            home.ledger().entries_of(ledger::EntryKind::incident, next, entries_at_once);
        for (const ledger::Entry& entry : page) fold(all, entry);
        if (page.size() < static_cast<std::size_t>(entries_at_once)) break;
        next = page.back().index + 1;
    }
    std::vector<Incident> list;
    for (auto& [number, one] : all) list.push_back(std::move(one));
    return list;
}

pages::Sheet report_incidents(const ReportRequest& request) {
    pages::Table table{"incidents",
                       "Incidents",
                       {{"incident", "NUMBER"},
                        {"state", "STATE"},
                        {"opened_at", "OPENED"},
                        {"closed_at", "CLOSED"},
                        {"cause", "CAUSE"},
                        {"reason", "WHAT HAPPENED"},
                        {"follow_ups", "FOLLOW-UPS"},
                        {"last", "LAST"},
                        {"files", "FILES"}},
                       {}};
    std::int64_t open = 0;
    for (const Incident& one : incidents(request.home)) {
        // Those of a period were open in it.
        const bool before = one.closed_at && *one.closed_at < request.period.from;
        if (before || one.opened_at >= request.period.to) continue;
        open += one.closed_at ? 0 : 1;
        table.rows.push_back({Value::of(one.number), one.closed_at ? "closed" : "open",
                              core::to_string(one.opened_at),
                              one.closed_at ? Value(core::to_string(*one.closed_at)) : Value(),
                              one.cause, one.reason, Value::of(one.follow_ups),
                              one.last.empty() ? Value() : Value(one.last),
                              one.files.empty() ? Value() : Value(one.files)});
    }
    pages::Sheet sheet;
    sheet.name = "incidents";
    sheet.title = "Incidents and their follow-up";
    sheet.period = request.period.text();
    sheet.figures = {
        {"incidents", "incidents", Value::of(static_cast<std::int64_t>(table.rows.size()))},
        {"open", "open", Value::of(open)}};
    sheet.tables = {std::move(table)};
    return sheet;
}

}  // namespace app
