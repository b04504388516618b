// sluice directory stats: how much a version holds, by sector, type and quality.
#include <iostream>

#include "app/command_list.hpp"
#include "app/directory_figures.hpp"
#include "app/directory_store.hpp"
#include "app/json.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"

namespace app {

static core::Date day_asked(const Home& home, const Arguments& arguments) {
    if (!arguments.has("at")) return home.today();
    const auto at = core::parse_date(arguments.get("at"));
    if (at) return *at;
    throw core::Fault(core::FaultKind::usage, "read the option", "--at",
                      "it is no date like 2026-11-22");
}

static void print_json(const directory::Version& version, const DirectoryFigures& figures,
                       core::Date at) {
    for (const auto& [key, group] : figures.groups)
        std::cout << JsonObject()
                         .number("sector", key[0])
                         .number("institution_type", key[1])
                         .number("quality", key[2])
                         .number("rows", group.rows)
                         .number("in_force", group.in_force)
                         .str()
                  << '\n';
    std::cout << JsonObject()
                     .boolean("summary", true)
                     .text("version", version.id())
                     .text("digest", version.digest())
                     .text("at", core::to_string(at))
                     .raw("counts", counts_json(version.counts()))
                     .str()
              << '\n';
}

static void print_table(const directory::Version& version, const DirectoryFigures& figures) {
    const auto number = [](std::int64_t value) {
        return TextTable::Cell{std::to_string(value), Colour::none, true};
    };
    const directory::VersionCounts& counts = version.counts();
    std::cout << "version " << version.id() << ": " << counts.rows << " rows about "
              << counts.persons << " persons, " << counts.availability << " availability, "
              << counts.authorisations << " authorisations, " << counts.mandates << " mandates, "
              << counts.replaced << " replaced, " << counts.links << " links, "
              << counts.register_values << " register values\n";
    TextTable table;
    if (!figures.groups.empty())
        table.row({{"SECTOR", Colour::bold, true},
                   {"TYPE", Colour::bold, true},
                   {"QUALITY", Colour::bold, true},
                   {"ROWS", Colour::bold, true},
                   {"IN FORCE", Colour::bold, true}});
    for (const auto& [key, group] : figures.groups)
        table.row({number(key[0]), number(key[1]), number(key[2]), number(group.rows),
                   number(group.in_force)});
    std::cout << table.str();
}

static int run_stats(const Arguments& arguments) {
    Home home(arguments);
    const auto store = open_directory(home, directory_name(arguments));
    const auto version = asked_version(store, arguments);
    const core::Date at = day_asked(home, arguments);
    const DirectoryFigures figures = directory_figures(*version, at);
    if (arguments.has("json"))
        print_json(*version, figures, at);
    else
        print_table(*version, figures);
    return 0;
}

static constexpr Option options[] = {
    {"at", "DATE", "the day on which rows are in force (default: today)"},
    {"version", "V", "as that version has it (default: the current one)"},
    directory_choice[0],
    directory_choice[1],
    {"json", "", "one JSON object a line, a summary last"},
};

const Command directory_stats_command{
    "directory stats",
    "",
    "count the rows of the directory",
    "Shows how many rows a version has by sector, type of institution and quality code, and how\n"
    "many of them are in force on a day. `sluice report directory` compares a quarter with the\n"
    "one before and says what each institution's rows are worth.",
    "sluice directory stats --json",
    options,
    0,
    0,
    run_stats};

}  // namespace app
