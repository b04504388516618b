// sluice directory lookup: what the directory knows about persons whose numbers come on standard
// input.
#include <iostream>

#include "app/command_list.hpp"
#include "app/directory_store.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/terminal.hpp"
#include "app/trace_keys.hpp"
#include "core/fault.hpp"
#include "core/finding.hpp"
#include "seal/digest.hpp"

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

std::string pseudonym_text(const traces::PersonKey& key, const std::string& number) {
    std::string digits, bytes;
    for (const char c : number)
        if (c >= '0' && c <= '9') digits += c;
    const std::uint64_t value = traces::person_pseudonym(key, digits);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return seal::hex(bytes);
}

// Before anything is shown the question stands in the journal: who asked, why, and the persons as
// pseudonyms of this year. Nobody is behind a number of the synthetic directory.
void journal_question(Home& home, const Version& version, const std::string& purpose,
                      const std::vector<std::string>& numbers) {
    const core::Instant now = home.now();
    const int year = core::civil(home.today()).year;
    const traces::PersonKey key = traces::PeriodKeys(period_keys_folder(home)).make(year);
    std::vector<std::string> persons;
    std::int64_t hits = 0;
    Holdings holdings;
    for (const std::string& number : numbers) {
        version.find(number, holdings);
        if (!holdings.valid()) continue;
        hits += static_cast<std::int64_t>(holdings.size());
        persons.push_back(json_quoted(pseudonym_text(key, number)));
    }
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::query, 0, now,
                 JsonObject()
                     .text("by", "operator")
                     .text("operator", operator_name())
                     .text("purpose", purpose)
                     .text("by_key", "directory")
                     .text("directory_version", version.id())
                     .number("pseudonym_year", year)
                     .raw("pseudonyms", json_array(persons))
                     .number("hits", hits)
                     .str());
    step->commit();
}

std::string value_json(const directory::RegisterValue& value) {
    return JsonObject()
        .text("register", value.register_name)
        .text("group", value.group)
        .text("name", value.name)
        .text("value", value.value)
        .text("from", core::to_string(value.from))
        .text_or_null("to", text_of(value.to))
        .str();
}

struct Question {
    std::shared_ptr<const Version> version;
    std::optional<core::Date> at;
    std::string purpose;
    std::string register_name;  // "person": the registers of persons as one; empty: holders
    bool synthetic = false, json = false;
};

Question read_question(const Arguments& arguments, const directory::Store& store) {
    Question question;
    question.version = asked_version(store, arguments);
    question.synthetic = arguments.has("synthetic");
    question.json = arguments.has("json");
    question.register_name = arguments.get("register");
    question.purpose = arguments.get("purpose");
    if (!question.synthetic && question.purpose.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, "read the option", "--purpose", "it is missing",
                          "say why you ask; it stands in the journal with your name");
    if (!arguments.has("at")) return question;
    question.at = core::parse_date(arguments.get("at"));
    if (!question.at)
        throw core::Fault(core::FaultKind::usage, "read the option", "--at",
                          "it is no date like 2026-11-22");
    return question;
}

// What a register says. Keys other than persons' numbers are shown as they are.
void answer_register(const Question& question, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        const auto person = directory::parse_insz(key);
        const std::string shown = person ? core::masked(key) : key;
        std::vector<std::string> items;
        TextTable table;
        const auto take = [&](const directory::RegisterValue& value) {
            if (question.at && !value.covers(*question.at)) return;
            items.push_back(value_json(value));
            table.row({{"  " + std::string(value.register_name)},
                       {std::string(value.group)},
                       {std::string(value.name)},
                       {std::string(value.value)},
                       {core::to_string(value.from)},
                       {text_of(value.to)}});
        };
        const std::string now =
            person ? directory::to_insz(question.version->resolve(*person)) : key;
        if (question.register_name == "person")
            question.version->read_person(now, take);
        else
            question.version->read_register(question.register_name, now, take);
        std::vector<std::string> links;
        if (question.register_name == "person")
            question.version->links(now, [&](const directory::Link& link) {
                links.push_back(
                    JsonObject().text("country", link.country).text("key", link.key).str());
                table.row({{"  link"}, {std::string(link.country)}, {std::string(link.key)}});
            });
        if (question.json)
            std::cout << JsonObject()
                             .text("key", shown)
                             .text("directory_version", question.version->id())
                             .raw("values", json_array(items))
                             .raw("links", json_array(links))
                             .str()
                      << '\n';
        else
            std::cout << shown << ": "
                      << counted(static_cast<long long>(items.size()), "value", "values") << '\n'
                      << table.str();
    }
}

// False: a number had bad check digits.
bool answer(const Question& question, const std::vector<std::string>& numbers) {
    bool all_valid = true;
    Holdings holdings;
    for (const std::string& number : numbers) {
        question.version->find(number, holdings);
        all_valid = all_valid && holdings.valid();
        std::vector<Holding> rows;
        for (std::size_t i = 0; i < holdings.size(); ++i)
            if (!question.at || holdings[i].covers(*question.at)) rows.push_back(holdings[i]);
        if (question.json)
            print_json(*question.version, number, holdings, rows);
        else
            print_text(number, holdings, rows);
    }
    return all_valid;
}

constexpr std::size_t numbers_at_once = 1'000;  // share an entry; nothing is shown before it

int run_lookup(const Arguments& arguments) {
    Home home(arguments);
    const auto store = open_directory(home, directory_name(arguments));
    const Question question = read_question(arguments, store);
    bool all_valid = true, more = true;
    while (more) {
        std::vector<std::string> numbers;
        while (more && numbers.size() < numbers_at_once) {
            std::string number = next_number(more);
            if (!number.empty()) numbers.push_back(std::move(number));
        }
        if (numbers.empty()) break;
        if (!question.synthetic)
            journal_question(home, *question.version, question.purpose, numbers);
        if (!question.register_name.empty())
            answer_register(question, numbers);
        else
            all_valid = answer(question, numbers) && all_valid;
    }
    return all_valid ? 0 : 1;
}

constexpr Option options[] = {
    {"purpose", "TEXT", "why this is asked; it stands in the journal with your name (required)"},
    {"at", "DATE", "only rows whose period holds this day"},
    {"version", "V", "the directory as that version has it (default: the current one)"},
    {"register", "NAME",
     "what this register says under these keys; person: rn, radies, bis as one"},
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
    "Exit status 1: a number had bad check digits.\n"
    "\n"
    "The question itself is journalled, with its purpose and pseudonyms, before anything is "
    "shown;\n"
    "--purpose may be left out for the synthetic directory alone.",
    "sluice directory lookup --purpose \"complaint 26/17\" --at 2026-04-01 < number.txt",
    options,
    0,
    0,
    run_lookup};

}  // namespace app
