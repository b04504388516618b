// sluice report directory: content of the persons directory and its evolution in a period, and what
// the rows of each institution are worth.
#include "app/directory_figures.hpp"
#include "app/directory_store.hpp"
#include "app/report.hpp"

namespace app {

using directory::VersionInfo;
using pages::Value;

static std::int64_t signed_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

static void add_evolution(pages::Sheet& sheet, const ReportRequest& request,
                          const directory::Store& store) {
    pages::Table table{"versions",
                       "Evolution",
                       {{"version", "VERSION"},
                        {"by", "BY"},
                        {"rows", "ROWS"},
                        {"persons", "PERSONS"},
                        {"added", "ADDED"},
                        {"removed", "REMOVED"},
                        {"changed", "CHANGED"}},
                       {}};
    std::int64_t added = 0, removed = 0, changed = 0;
    for (const VersionInfo& info : store.versions()) {
        if (info.held || info.made_at < request.period.from || info.made_at >= request.period.to)
            continue;
        added += signed_of(info.added);
        removed += signed_of(info.removed);
        changed += signed_of(info.changed);
        table.rows.push_back(
            {Value(info.id), Value(info.origin), Value::of(signed_of(info.counts.rows)),
             Value::of(signed_of(info.counts.persons)), Value::of(signed_of(info.added)),
             Value::of(signed_of(info.removed)), Value::of(signed_of(info.changed))});
    }
    sheet.figures.push_back({"added", "Rows added", Value::of(added)});
    sheet.figures.push_back({"removed", "Rows removed", Value::of(removed)});
    sheet.figures.push_back({"changed", "Rows changed", Value::of(changed)});
    sheet.tables.push_back(std::move(table));
}

static void add_content(pages::Sheet& sheet, const DirectoryFigures& before,
                        const DirectoryFigures& after) {
    pages::Table table{"content",
                       "Content by sector, type of institution and quality",
                       {{"sector", "SECTOR"},
                        {"institution_type", "TYPE"},
                        {"quality", "QUALITY"},
                        {"rows_before", "ROWS BEFORE"},
                        {"rows", "ROWS"},
                        {"in_force_before", "IN FORCE BEFORE"},
                        {"in_force", "IN FORCE"}},
                       {}};
    auto groups = after.groups;
    for (const auto& [key, group] : before.groups) groups.emplace(key, GroupFigures{});
    for (const auto& [key, group] : groups) {
        const auto old = before.groups.find(key);
        const GroupFigures was = old == before.groups.end() ? GroupFigures{} : old->second;
        table.rows.push_back({Value::of(std::int64_t{key[0]}), Value::of(std::int64_t{key[1]}),
                              Value::of(std::int64_t{key[2]}), Value::of(was.rows),
                              Value::of(group.rows), Value::of(was.in_force),
                              Value::of(group.in_force)});
    }
    sheet.tables.push_back(std::move(table));
}

static void add_quality(pages::Sheet& sheet, const DirectoryFigures& figures,
                        const std::string& only) {
    pages::Table table{"institutions",
                       "Quality and completeness of each institution's rows",
                       {{"partner", "PARTNER"},
                        {"rows", "ROWS"},
                        {"in_force", "IN FORCE"},
                        {"persons", "PERSONS"},
                        {"replaced", "REPLACED NUMBERS"},
                        {"bis", "BIS NUMBERS"},
                        {"odd_codes", "ODD CODES"},
                        {"overlaps", "OVERLAPS"},
                        {"stale", "STALE"},
                        {"future", "FUTURE"}},
                       {}};
    for (const auto& [partner, f] : figures.institutions) {
        if (!only.empty() && partner != only) continue;
        table.rows.push_back({Value(partner), Value::of(f.rows), Value::of(f.in_force),
                              Value::of(f.persons), Value::of(f.replaced), Value::of(f.bis),
                              Value::of(f.odd_codes), Value::of(f.overlaps), Value::of(f.stale),
                              Value::of(f.future)});
    }
    sheet.tables.push_back(std::move(table));
}

pages::Sheet report_directory(const ReportRequest& request) {
    pages::Sheet sheet;
    sheet.name = "directory";
    sheet.title = "Content and evolution of the reference directory";
    sheet.period = request.period.text();
    const auto store = open_directory(request.home, "main");
    const auto before = store.open_at(core::Instant{request.period.from.microseconds - 1});
    const auto after = store.open_at(core::Instant{request.period.to.microseconds - 1});
    if (!after) {
        sheet.notes.emplace_back(
            "No version of the directory was loaded by the end of the period.");
        return sheet;
    }
    const core::Date last = std::min(request.period.last, request.home.today());
    const core::Date day_before{request.period.first.days - 1};
    const DirectoryFigures now = directory_figures(*after, last);
    const DirectoryFigures then =
        before ? directory_figures(*before, day_before) : DirectoryFigures();
    sheet.figures.push_back({"version", "Version at the end", Value(after->id())});
    sheet.figures.push_back({"persons", "Persons", Value::of(signed_of(after->counts().persons))});
    sheet.figures.push_back({"rows", "Rows", Value::of(signed_of(after->counts().rows))});
    add_evolution(sheet, request, store);
    add_content(sheet, then, now);
    add_quality(sheet, now, request.sender);
    sheet.notes.emplace_back(
        "In force: on the last day of the period (before: on the day before it). Overlaps: rows in "
        "force beside another row of the same institution on the same person. Stale: rows in force "
        "on somebody of 110 years or more. Odd codes: a type or quality that the published lists "
        "have with another sector.");
    return sheet;
}

}  // namespace app
