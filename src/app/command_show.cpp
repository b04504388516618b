// sluice show: the whole story of a file, a document or a record.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/reveal.hpp"
#include "app/standing.hpp"
#include "app/story.hpp"
#include "app/target.hpp"
#include "app/terminal.hpp"

namespace app {

static int unknown(const Target& target, const std::string& what) {
    std::cerr << "sluice: show: " << what << " " << target.text << '\n';
    return 1;
}

static int show_waiting(Home& home, const Target& target, bool json) {
    const std::string name = target.identity ? target.identity->text() : target.text;
    for (const WaitingSet& set :
         waiting_sets(home, target.identity ? target.identity->sender : "")) {
        if (set.identity != name) continue;
        if (json)
            std::cout << waiting_json(set).str() << '\n';
        else
            std::cout << coloured(set.identity, Colour::bold) << "  waiting\n  "
                      << counted(static_cast<long long>(set.members), "member", "members") << " in "
                      << set.landing << " of " << set.sender << " since "
                      << home.zone().to_string(set.since) << "\n  " << set.actor() << ": "
                      << set.action() << '\n';
        return 0;
    }
    return unknown(target, "nobody knows a file");
}

static int run_show(const Arguments& arguments) {
    Home home(arguments);
    const Target target = parse_target(arguments.operand(0));
    const bool json = arguments.has("json");
    Telling telling;
    telling.json = json;
    telling.findings_max =
        static_cast<std::size_t>(arguments.number("findings", 100, 0, 1'000'000));
    telling.reveal = wants_reveal(arguments);
    const auto attempts = find_attempts(home, target);
    if (attempts.empty()) return show_waiting(home, target, json);
    const ledger::File& file = attempts.front();
    if (telling.reveal)
        enter_reveal(home, arguments, "show", file.identity.text(), arguments.operand(0));
    if (!target.records.empty()) {
        for (const std::int64_t record : target.records)
            if (!show_record(home, file, record, telling))
                return unknown(target, "there is no record " + std::to_string(record) + " in");
        return 0;
    }
    if (!target.document.empty()) {
        if (show_document(home, file, target.document, telling)) return 0;
        return unknown(target, "there is no document " + target.document + " in");
    }
    show_file(home, attempts, telling);
    return 0;
}

static constexpr Option options[] = {
    {"json", "", "the same as one JSON object (a line for each record)"},
    {"findings", "N", "list at most so many findings (default 100)"},
    reveal_options[0],
    reveal_options[1],
};

const Command show_command{
    "show",
    "FILE[/DOCUMENT][#RECORD,...]",
    "tell the whole story of a file, a document or a record",
    "Everything the ledger knows: times, parts with digests and signers, each entry about it, the\n"
    "findings, parcels and answers. /DOCUMENT (its ordinal or its id) and #RECORD (its ordinal, "
    "or\n"
    "a list like 3,7-9) narrow it down: the verdict, the findings, where the record went and from\n"
    "whom it was withheld.\n"
    "\n"
    "Of each it says the state, whether that is the last word, who has to act, what to do and by\n"
    "when, and the journal entry that says so.\n"
    "\n"
    "Values of the data are masked: the sender sees them in clear in his notification. --reveal\n"
    "shows them, with a purpose; that somebody looked is journalled before anything is shown.",
    "sluice show DMFA.100101.20260401.00001.R#3",
    options,
    1,
    1,
    run_show};

}  // namespace app
