// sluice why: who got a record and who did not, and by which rule, row and version.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/private_copy.hpp"
#include "app/question_story.hpp"
#include "app/reveal.hpp"
#include "app/routing.hpp"
#include "app/supplement.hpp"
#include "app/target.hpp"
#include "app/terminal.hpp"
#include "app/then.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"

namespace app {

namespace {

// What the ledger says was decided, and the rules asked again with the tables of then.
struct Why {
    std::int64_t record = 0;
    bool accepted = false;
    std::string cause;    // of the document
    ledger::Route route;  // as it was committed
    std::string person;   // masked, unless it is to be revealed
    bool reveal = false;
    std::string untold;  // why the rules could not be asked again
    std::vector<rules::Told> told;
    rules::Clearance sender;
    bool sender_asked = false;
    std::vector<job::RouteTarget> routes;
};

// Walks the part up to the record. Nothing where it is not met.
std::unique_ptr<parse::Outcome> find_outcome(const std::shared_ptr<const parse::Plan>& plan,
                                             const parse::Source& source, std::int64_t before,
                                             std::int64_t record, std::size_t& index) {
    std::unique_ptr<parse::Outcome> found;
    auto seen = static_cast<std::size_t>(record - before - 1);
    parse::PipelineOptions options;
    options.threads = 1;
    parse::run_pipeline(plan, source, {}, options, [&](std::unique_ptr<parse::Outcome> outcome) {
        if (seen >= outcome->records.size()) {
            seen -= outcome->records.size();
            return true;
        }
        index = seen;
        found = std::move(outcome);
        return false;
    });
    return found;
}

// The ordinal before the first record of a part.
std::int64_t records_before(const ledger::Ledger& book, const ledger::File& file, int part) {
    std::int64_t before = 0;
    book.each_slice(file.id, [&](const ledger::Slice& slice) {
        if (slice.part < part) before += slice.records;
        return slice.part < part;
    });
    return before;
}

void ask_again(Home& home, const ledger::File& file, int part, Why& why) {
    const Then then = definitions_of(home, file);
    if (!then.missing.empty()) {
        why.untold = then.missing;
        return;
    }
    std::filesystem::path copy;
    for (const ledger::Part& one : home.ledger().parts(file.id))
        if (one.part == part) copy = copy_of(home, file, one.path);
    if (copy.empty()) {
        why.untold = "the file's own bytes are no longer kept";
        return;
    }
    Directories directories(home);
    Ruling ruling(then.plan, *then.partners, file.identity.sender,
                  home.zone().date(file.received_at),
                  directories.pinned(file.directory_version, file.identity.environment), {});
    if (is_supplement(file)) ruling.reconsider(rulings_before(home, file, then.plan, directories));
    std::size_t index = 0;
    const PrivateCopy source(copy);
    const auto outcome = find_outcome(then.plan, source, records_before(home.ledger(), file, part),
                                      why.record, index);
    if (!outcome) {
        why.untold = "the record is not found in the file's own bytes";
        return;
    }
    why.told = ruling.explain(*outcome, index);
    why.sender = ruling.rules().sender();
    why.sender_asked = !why.sender.steps.empty();
    why.routes = then.job->routes;
    const auto& fields = then.job->fields;
    for (std::size_t i = 0; i < fields.size() && why.person.empty(); ++i)
        if (fields[i].type == core::IdentifierKind::insz)
            why.person = why.reveal ? std::string(outcome->field(index, i).text)
                                    : core::masked(outcome->field(index, i).text);
}

// Where the rules cannot be asked again the ledger tells what it knows.
void tell_from_ledger(Why& why) {
    if (why.untold.empty()) return;
    for (std::size_t i = 0; i < why.route.recipients.size(); ++i) {
        rules::Told told{why.route.recipients[i], true, {}, {}, {}};
        if (i < why.route.grounds.size() && !why.route.grounds[i].empty())
            told.steps.push_back({"ground", true, why.route.grounds[i], {}, "authorised"});
        why.told.push_back(std::move(told));
    }
    for (const auto& [recipient, reason] : why.route.withheld)
        why.told.push_back({recipient, false, {}, reason, {}});
}

// Does what is told agree with what was committed?
bool agrees(const Why& why) {
    std::vector<std::string> given;
    std::vector<std::pair<std::string, std::string>> withheld;
    for (const rules::Told& told : why.told)
        if (told.delivered)
            given.push_back(told.recipient);
        else
            withheld.emplace_back(told.recipient, told.reason);
    std::sort(given.begin(), given.end());
    std::sort(withheld.begin(), withheld.end());
    return given == why.route.recipients && withheld == why.route.withheld;
}

// A record that was rejected went to nobody, whatever the rules say of it.
std::string_view state_of(const Why& why, const rules::Told& told) {
    return !told.delivered ? "withheld" : why.accepted ? "delivered" : "rejected";
}

// Somebody to whom no rule led.
rules::Told not_selected(const Why& why, const std::string& recipient) {
    rules::Told told{recipient, false, {}, {}, {}};
    for (const job::RouteTarget& route : why.routes) {
        if (route.select == job::RouteTarget::Select::partner && route.partner != recipient)
            continue;
        if (!told.reason.empty()) told.reason += "; ";
        told.reason +=
            route.select == job::RouteTarget::Select::partner
                ? "the condition of its route does not hold: " +
                      (route.when ? route.when->text : std::string())
            : route.select == job::RouteTarget::Select::holders
                ? "it holds no file on the person in quality " + route.quality +
                      " at the reference date, or the route's condition does not hold"
                : "it is no source of " + route.data + ", or the route's condition does not hold";
    }
    if (told.reason.empty()) told.reason = "no route of the job leads there";
    return told;
}

std::string rule_json(const rules::RuleStep& step) {
    return JsonObject()
        .text("rule", step.rule)
        .boolean("met", step.met)
        .text_or_null("row", step.row)
        .text_or_null("deliberation", step.deliberation)
        .text("text", step.words)
        .str();
}

std::string rules_json(const std::vector<rules::RuleStep>& steps) {
    std::vector<std::string> list;
    list.reserve(steps.size());
    for (const rules::RuleStep& step : steps) list.push_back(rule_json(step));
    return json_array(list);
}

void print_json(const ledger::File& file, const Why& why, const std::string& answers) {
    std::vector<std::string> list;
    for (const rules::Told& told : why.told)
        list.push_back(JsonObject()
                           .text("recipient", told.recipient)
                           .text("state", state_of(why, told))
                           .text_or_null("selected", told.selected)
                           .text_or_null("reason", told.reason)
                           .raw("rules", rules_json(told.steps))
                           .str());
    JsonObject object;
    object.text("file", file.identity.text())
        .number("record", why.record)
        .boolean("again", is_supplement(file))
        .boolean("accepted", why.accepted)
        .text_or_null("cause", why.cause)
        .text_or_null("person", why.person)
        .text_or_null("directory_version", file.directory_version)
        .boolean("asked_again", why.untold.empty())
        .boolean("agrees", why.untold.empty() ? agrees(why) : true)
        .raw("sender", rules_json(why.sender.steps))
        .raw("recipients", json_array(list));
    if (!answers.empty()) object.raw("answers", answers);
    std::cout << object.str() << '\n';
}

void print_rules(const std::vector<rules::RuleStep>& steps) {
    for (const rules::RuleStep& step : steps) {
        std::cout << "    " << step.rule << (step.met ? "  met      " : "  not met  ")
                  << step.words;
        if (!step.row.empty()) std::cout << ", row " << step.row;
        if (!step.deliberation.empty()) std::cout << ", deliberation " << step.deliberation;
        std::cout << '\n';
    }
}

void print_text(const ledger::File& file, const Why& why) {
    std::cout << coloured(file.identity.text(), Colour::bold) << "  record " << why.record
              << (is_supplement(file) ? "  decided again" : "")
              << (why.accepted ? "  accepted" : "  rejected") << '\n';
    if (!why.person.empty()) std::cout << "  person     " << why.person << '\n';
    std::cout << "  directory  "
              << (file.directory_version.empty() ? "nothing was loaded, or nothing asked"
                                                 : "version " + file.directory_version)
              << '\n';
    if (!why.untold.empty())
        std::cout << "  the rules cannot be asked again: " << why.untold
                  << "; this is what the ledger kept\n";
    else if (!agrees(why))
        std::cout << "  " << coloured("differs", Colour::red)
                  << " from what was committed: see sluice show\n";
    if (!why.accepted)
        std::cout << "  nothing of it was delivered"
                  << (why.cause.empty() ? ": it was rejected itself"
                                        : ": its document was refused, " + why.cause + " " +
                                              core::label(why.cause, core::Language::en))
                  << '\n';
    if (why.sender_asked) {
        std::cout << "  sender " << file.identity.sender << '\n';
        print_rules(why.sender.steps);
    }
    for (const rules::Told& told : why.told) {
        const std::string_view state = state_of(why, told);
        std::cout << "  " << told.recipient << "  "
                  << coloured(state, state == "delivered" ? Colour::green : Colour::yellow);
        if (!told.reason.empty()) std::cout << ": " << told.reason;
        std::cout << '\n';
        if (!told.selected.empty()) std::cout << "    " << told.selected << '\n';
        print_rules(told.steps);
    }
}

bool explain(Home& home, const ledger::File& file, std::int64_t record,
             const std::string& recipient, bool json, bool reveal) {
    const auto& book = home.ledger();
    const auto slice = book.slice_of_record(file.id, record);
    if (!slice) return false;
    const auto facts = ledger::SliceFacts::unpack(slice->facts);
    const auto& fact = facts.records.at(static_cast<std::size_t>(record - slice->first_record));
    const auto refused = book.refused_documents(file.id);
    const auto document = document_of_record(book, file, record).ordinal;
    const auto cause = refused.count(0) > 0 ? refused.find(0) : refused.find(document);
    Why why;
    why.record = record;
    why.reveal = reveal;
    if (cause != refused.end()) why.cause = cause->second;
    why.accepted = fact.accepted && why.cause.empty();
    if (fact.route < facts.routes.size()) why.route = facts.routes[fact.route];
    ask_again(home, file, slice->part, why);
    tell_from_ledger(why);
    if (!recipient.empty()) {
        const bool asked = why.untold.empty();
        std::vector<rules::Told> only;
        for (rules::Told& told : why.told)
            if (told.recipient == recipient) only.push_back(told);
        if (only.empty() && asked) only.push_back(not_selected(why, recipient));
        // Compared before it is narrowed down.
        if (asked && !agrees(why)) why.untold = "they do not give today what was committed";
        if (asked && why.untold.empty()) {
            why.route.recipients.clear();
            why.route.withheld.clear();
            for (const rules::Told& told : only)
                if (told.delivered)
                    why.route.recipients.push_back(told.recipient);
                else
                    why.route.withheld.emplace_back(told.recipient, told.reason);
        }
        why.told = std::move(only);
    }
    if (json)
        print_json(file, why, question_json(home, file, record));
    else
        print_text(file, why);
    if (!json) print_question(home, file, record);
    return true;
}

// A file that was refused as a whole has no records to speak of.
int explain_refusal(Home& home, const ledger::File& file, bool json) {
    std::string words;
    for (const ledger::Entry& entry : home.ledger().entries(file.id))
        if (entry.kind == ledger::EntryKind::refused) words = spoken(entry.body);
    if (json)
        std::cout << JsonObject()
                         .text("file", file.identity.text())
                         .text("state", to_string(file.state))
                         .texts("codes", file.codes)
                         .text_or_null("directory_version", file.directory_version)
                         .text("reason", words)
                         .str()
                  << '\n';
    else
        std::cout << coloured(file.identity.text(), Colour::bold)
                  << "  refused as a whole: " << words << '\n';
    return 0;
}

int run_why(const Arguments& arguments) {
    Home home(arguments);
    const Target target = parse_target(arguments.operand(0));
    const bool json = arguments.has("json");
    const auto file = find_target(home, target);
    if (!file) {
        std::cerr << "sluice: why: nobody knows a file " << target.text << '\n';
        return 1;
    }
    if (file->state == ledger::FileState::refused) return explain_refusal(home, *file, json);
    if (target.records.empty())
        throw core::Fault(core::FaultKind::usage, "explain", file->identity.text(),
                          "no record is named", "write FILE#RECORD, such as #3");
    const bool reveal = wants_reveal(arguments);
    if (reveal) enter_reveal(home, arguments, "why", file->identity.text(), arguments.operand(0));
    for (const std::int64_t record : target.records)
        if (!explain(home, *file, record, arguments.get("recipient"), json, reveal)) {
            std::cerr << "sluice: why: there is no record " << record << " in " << target.text
                      << '\n';
            return 1;
        } else {
            for (const ledger::File& again : supplements_of(home.ledger(), *file))
                if (again.state == ledger::FileState::closed)
                    explain(home, again, record, arguments.get("recipient"), json, reveal);
        }
    return 0;
}

constexpr Option options[] = {
    {"recipient", "P", "of this partner alone, also where no route led to it"},
    {"json", "", "one JSON object for each record"},
    reveal_options[0],
    reveal_options[1],
};

}  // namespace

const Command why_command{
    "why",
    "FILE#RECORD[,...]",
    "tell who got a record, who did not, and by which row",
    "Reads the record again from the kept copy, with the job, the schema, the partners and the\n"
    "version of the reference directory that it was decided with, and asks every rule again: how\n"
    "the job came to each recipient, then A1a, A1b, A2, A3 or B1, each with the row of the\n"
    "authorisations and its deliberation. What cannot be asked again is told as the ledger kept "
    "it.\n"
    "\n"
    "The person is masked; --reveal shows it, with a purpose, and is journalled. Not for senders:\n"
    "it tells who holds a file on whom.",
    "sluice why DMFA.100101.20260401.00001.R#3 --recipient 400002",
    options,
    1,
    1,
    run_why};

}  // namespace app
