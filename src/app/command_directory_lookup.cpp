// sluice directory lookup: what the directory knows about persons whose numbers come on standard
// input.
#include <iostream>

#include "app/command_list.hpp"
#include "app/directory_store.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "core/finding.hpp"

namespace app {

using directory::Holding;
using directory::Holdings;
using directory::Version;

namespace {

std::string text_of(core::Date date) {
    return date == directory::open_end ? std::string() : core::to_string(date);
}

std::string row_json(const Holding& holding) {
    return JsonObject()
        .text("partner", holding.partner)
        .number("sector", holding.sector)
        .number("institution_type", holding.institution_type)
        .number("quality", holding.quality)
        .text("from", core::to_string(holding.from))
        .text_or_null("to", text_of(holding.to))
        .str();
}

void print_json(const Version& version, const std::string& number, const Holdings& holdings,
                const std::vector<Holding>& rows) {
    std::vector<std::string> items;
    for (const Holding& row : rows) items.push_back(row_json(row));
    JsonObject object;
    object.text("person", core::masked(number))
        .boolean("valid", holdings.valid())
        .boolean("replaced", holdings.replaced());
    if (holdings.replaced())
        object.text("replaced_by", core::masked(directory::to_insz(holdings.person())));
    object.text("directory_version", version.id()).raw("rows", json_array(items));
    std::cout << object.str() << '\n';
}

void print_text(const std::string& number, const Holdings& holdings,
                const std::vector<Holding>& rows) {
    std::cout << core::masked(number);
    if (!holdings.valid()) {
        std::cout << ": no number with good check digits\n";
        return;
    }
    if (holdings.replaced())
        std::cout << ": replaced by " << core::masked(directory::to_insz(holdings.person()));
    std::cout << ": " << counted(static_cast<long long>(rows.size()), "row", "rows") << '\n';
    TextTable table;
    if (!rows.empty())
        table.row({{"  PARTNER", Colour::bold},
                   {"SECTOR", Colour::bold, true},
                   {"TYPE", Colour::bold, true},
                   {"QUALITY", Colour::bold, true},
                   {"FROM", Colour::bold},
                   {"TO", Colour::bold}});
    for (const Holding& row : rows)
        table.row({{"  " + std::string(row.partner)},
                   {std::to_string(row.sector), Colour::none, true},
                   {std::to_string(row.institution_type), Colour::none, true},
                   {std::to_string(row.quality), Colour::none, true},
                   {core::to_string(row.from)},
                   {text_of(row.to)}});
    std::cout << table.str();
}

std::string next_number(bool& more) {
    std::string line;
    more = static_cast<bool>(std::getline(std::cin, line));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    return line;
}

int run_lookup(const Arguments& arguments) {
    Home home(arguments);
    const auto store = open_directory(home, directory_name(arguments));
    const auto version = asked_version(store, arguments);
    std::optional<core::Date> at;
    if (arguments.has("at")) {
        at = core::parse_date(arguments.get("at"));
        if (!at)
            throw core::Fault(core::FaultKind::usage, "read the option", "--at",
                              "it is no date like 2026-11-22");
    }
    bool all_valid = true, more = true;
    Holdings holdings;
    while (true) {
        const std::string number = next_number(more);
        if (!more && number.empty()) break;
        if (number.empty()) continue;
        version->find(number, holdings);
        all_valid = all_valid && holdings.valid();
        std::vector<Holding> rows;
        for (std::size_t i = 0; i < holdings.size(); ++i)
            if (!at || holdings[i].covers(*at)) rows.push_back(holdings[i]);
        if (arguments.has("json"))
            print_json(*version, number, holdings, rows);
        else
            print_text(number, holdings, rows);
    }
    return all_valid ? 0 : 1;
}

constexpr Option options[] = {
    {"at", "DATE", "only rows whose period holds this day"},
    {"version", "V", "the directory as that version has it (default: the current one)"},
    directory_choice[0],
    directory_choice[1],
    {"json", "", "one JSON object a number"},
};

}  // namespace

const Command directory_lookup_command{
    "directory lookup",
    "",
    "show who holds a file on a person",
    "Reads numbers (INSZ) from standard input, one a line, so that none stands in the list of\n"
    "processes or in a shell's history, and shows the rows of each. Numbers are shown masked.\n"
    "\n"
    "A number that was replaced is looked up under the one that counts now, and said to be so.\n"
    "Exit status 1: a number had bad check digits.",
    "sluice directory lookup --at 2026-04-01 < number.txt",
    options,
    0,
    0,
    run_lookup};

}  // namespace app
