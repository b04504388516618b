// sluice directory list, verify and export: the versions, whether they are whole, and their rows.
#include <iostream>

#include "app/command_list.hpp"
#include "app/directory_store.hpp"
#include "app/json.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"

namespace app {

using directory::TableName;
using directory::VersionInfo;

namespace {

std::string_view state_of(const VersionInfo& info) {
    if (info.held) return "held";
    return info.current ? "current" : "former";
}

int run_list(const Arguments& arguments) {
    Home home(arguments);
    const auto store = open_directory(home, directory_name(arguments));
    TextTable table;
    table.row({{"VERSION", Colour::bold},
               {"STATE", Colour::bold},
               {"BY", Colour::bold},
               {"MADE", Colour::bold},
               {"PERSONS", Colour::bold, true},
               {"ROWS", Colour::bold, true},
               {"+", Colour::bold, true},
               {"-", Colour::bold, true},
               {"~", Colour::bold, true}});
    const auto number = [](std::uint64_t value) {
        return TextTable::Cell{std::to_string(value), Colour::none, true};
    };
    bool any = false;
    for (const VersionInfo& info : store.versions()) {
        any = true;
        if (arguments.has("json")) {
            std::cout << JsonObject()
                             .text("version", info.id)
                             .text("state", state_of(info))
                             .text("digest", info.digest)
                             .text_or_null("parent", info.parent)
                             .text("origin", info.origin)
                             .text("made_at", core::to_string(info.made_at))
                             .raw("counts", counts_json(info.counts))
                             .number("added", static_cast<std::int64_t>(info.added))
                             .number("removed", static_cast<std::int64_t>(info.removed))
                             .number("changed", static_cast<std::int64_t>(info.changed))
                             .number("bytes", static_cast<std::int64_t>(info.bytes))
                             .str()
                      << '\n';
            continue;
        }
        const Colour colour = info.held      ? Colour::yellow
                              : info.current ? Colour::green
                                             : Colour::none;
        table.row({{info.id},
                   {std::string(state_of(info)), colour},
                   {info.origin},
                   {home.zone().to_string(info.made_at).substr(0, 16)},
                   number(info.counts.persons),
                   number(info.counts.rows),
                   number(info.added),
                   number(info.removed),
                   number(info.changed)});
    }
    if (any && !arguments.has("json")) std::cout << table.str();
    return 0;
}

int run_verify(const Arguments& arguments) {
    Home home(arguments);
    const auto store = open_directory(home, directory_name(arguments));
    std::vector<std::string> ids = arguments.operands();
    if (ids.empty() && arguments.has("all"))
        for (const VersionInfo& info : store.versions()) ids.push_back(info.id);
    if (ids.empty() && !store.current_id().empty()) ids.push_back(store.current_id());
    std::size_t damages = 0;
    for (const std::string& id : ids) {
        for (const auto& damage : store.verify(id)) {
            ++damages;
            std::cout << id << ": " << damage.file << ": " << damage.what << '\n';
        }
    }
    if (damages > 0)
        throw core::Fault(
            core::FaultKind::integrity, "verify", "the directory",
            counted(static_cast<long long>(damages), "thing does", "things do") + " not hold",
            "restore spool/directory from the backup");
    std::cout << counted(static_cast<long long>(ids.size()), "version is", "versions are")
              << " whole\n";
    return 0;
}

TableName table_of(const std::string& name) {
    for (std::size_t i = 0; i < directory::table_count; ++i)
        if (name == to_string(static_cast<TableName>(i))) return static_cast<TableName>(i);
    throw core::Fault(core::FaultKind::usage, "export the table", name,
                      "there is none of this name",
                      "they are persons, availability, authorisations, mandates, replaced, links, "
                      "registers");
}

int run_export(const Arguments& arguments) {
    Home home(arguments);
    const TableName table = table_of(arguments.get("table", "persons"));
    const auto store = open_directory(home, directory_name(arguments));
    const auto version = asked_version(store, arguments);
    std::string text(header_line(table));
    text += '\n';
    directory::Store::export_rows(*version, table, [&](std::string_view row) {
        text.append(row) += '\n';
        if (text.size() < 1 << 16) return;
        std::cout << text;
        text.clear();
    });
    std::cout << text << std::flush;
    if (!std::cout)
        throw core::Fault(core::FaultKind::world, "write", "the export",
                          "standard output is closed");
    return 0;
}

constexpr Option list_options[] = {
    directory_choice[0],
    directory_choice[1],
    {"json", "", "one JSON object a version"},
};

constexpr Option verify_options[] = {
    {"all", "", "every version, not the current one alone"},
    directory_choice[0],
    directory_choice[1],
};

constexpr Option export_options[] = {
    {"table", "NAME", "which table (default: persons)"},
    {"version", "V", "as that version has it (default: the current one)"},
    directory_choice[0],
    directory_choice[1],
};

}  // namespace

const Command directory_list_command{
    "directory list",
    "",
    "list the versions of the reference directory",
    "Shows each version, oldest first: whether it is the current one, a former one or held, how "
    "it\n"
    "was made, and how many rows it added (+), removed (-) and changed (~).",
    "sluice directory list",
    list_options,
    0,
    0,
    run_list};

const Command directory_verify_command{
    "directory verify",
    "[VERSION...]",
    "check versions of the directory against their digests",
    "Reads all that a version consists of: sums of blocks, digests of files, and the sum over all\n"
    "persons' rows. Exit status 4 where something does not hold.",
    "sluice directory verify --all",
    verify_options,
    0,
    1000,
    run_verify};

const Command directory_export_command{
    "directory export",
    "",
    "print a table of the directory as CSV",
    "Prints one table of a version in the form in which `directory load` reads it. Persons are\n"
    "ordered by number. The output holds personal data.",
    "sluice directory export --table authorisations --version 2026-11-22.1",
    export_options,
    0,
    0,
    run_export};

}  // namespace app
