// sluice incident: the register of incidents: opened, followed, closed; every word of it an entry.
#include <algorithm>
#include <array>
#include <iostream>

#include "app/command_list.hpp"
#include "app/incident.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/target.hpp"
#include "core/fault.hpp"

namespace app {

static core::Fault usage(const std::string& reason) {
    return {core::FaultKind::usage, "read the command line of", "sluice incident", reason,
            "see: sluice help incident"};
}

static std::vector<std::string> named_files(Home& home, const Arguments& arguments) {
    std::vector<std::string> names;
    for (const std::string& name : arguments.all("file")) {
        const auto found = find_attempts(home, parse_target(name));
        if (found.empty()) throw usage("nobody knows a file " + name);
        names.push_back(found.front().identity.text());
    }
    return names;
}

static std::string cause_of(const Arguments& arguments) {
    static constexpr std::array<std::string_view, 6> causes{"engine",  "supplier", "partner",
                                                            "hosting", "data",     "unknown"};
    const std::string cause = arguments.get("cause", "unknown");
    if (std::find(causes.begin(), causes.end(), cause) == causes.end())
        throw usage("'" + cause + "' is not engine, supplier, partner, hosting, data or unknown");
    return cause;
}

static int run_incident(const Arguments& arguments) {
    const std::string& action = arguments.operand(0);
    const bool opens = action == "open";
    if (!opens && action != "follow" && action != "close")
        throw usage("'" + action + "' is not open, follow or close");
    if (opens != (arguments.operands().size() == 1))
        throw usage(opens ? "an incident gets its number when it is opened"
                          : "say which incident, by its number");
    const std::string reason = arguments.get("reason");
    if (reason.empty()) throw usage("say with --reason what happened; it is kept for ever");
    Home home(arguments);
    const std::vector<std::string> files = named_files(home, arguments);
    const std::string cause = cause_of(arguments);
    std::int64_t number = 0;
    if (!opens) {
        const auto all = incidents(home);
        const auto at = std::find_if(all.begin(), all.end(), [&](const Incident& one) {
            return std::to_string(one.number) == arguments.operand(1);
        });
        if (at == all.end() || at->closed_at) {
            std::cerr << "sluice: incident: there is no open incident " << arguments.operand(1)
                      << '\n';
            return 1;
        }
        number = at->number;
    }
    auto step = home.ledger().begin();
    if (opens) number = step->next("incident");
    std::string more =
        "\"incident\":" + std::to_string(number) + ",\"action\":" + json_quoted(action);
    if (opens || arguments.has("cause")) more += ",\"cause\":" + json_quoted(cause);
    std::string names;
    for (const std::string& file : files) names += (names.empty() ? "" : " ") + file;
    more += ",\"files\":" + json_quoted(names);
    step->append(ledger::EntryKind::incident, 0, home.now(), operator_body(reason, more));
    step->commit();
    std::cout << number << '\n';
    return 0;
}

static constexpr Option options[] = {
    {"reason", "TEXT", "what happened, or what was done; without personal data"},
    {"cause", "C", "engine, supplier, partner, hosting, data or unknown"},
    {"file", "F", "a file that it touches; may be given several times", true},
};

const Command incident_command{
    "incident",
    "open|follow|close [NUMBER]",
    "keep the register of incidents",
    "Opens an incident and prints its number, follows it up, or closes it. Each is an entry of "
    "the\n"
    "ledger and so of the journal. `sluice report incidents` lists them.",
    "sluice incident open --reason outage --cause supplier",
    options,
    1,
    2,
    run_incident};

}  // namespace app
