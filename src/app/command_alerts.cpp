// sluice alerts: what somebody must look at, and who does.
#include <algorithm>
#include <iostream>

#include "app/alert.hpp"
#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"

namespace app {

static core::Fault usage(const std::string& reason) {
    return {core::FaultKind::usage, "read the command line of", "sluice alerts", reason,
            "see: sluice help alerts"};
}

static std::string instant_or(const std::optional<core::Instant>& at) {
    return at ? core::to_string(*at) : std::string();
}

static std::string json_of(const Alert& one) {
    JsonObject json;
    json.number("alert", one.number)
        .text("state", one.state())
        .text("rule", one.what.rule)
        .text("what", one.what.text)
        .text("raised_at", core::to_string(one.raised_at))
        .text_or_null("acknowledged_at", instant_or(one.acknowledged_at))
        .text_or_null("acknowledged_by", one.acknowledged_by)
        .text_or_null("ended_at", instant_or(one.ended_at))
        .text_or_null("job", one.what.job)
        .text_or_null("sender", one.what.sender)
        .texts("files", one.what.files)
        .number("files_count", one.what.files_count)
        .number("told", one.told);
    return (one.incident > 0 ? json.number("incident", one.incident) : json.null("incident")).str();
}

static int list(Home& home, const Arguments& arguments) {
    const std::vector<Alert> shown =
        arguments.has("all") ? alerts(home.ledger()) : standing_alerts(home.ledger());
    const bool standing = std::any_of(shown.begin(), shown.end(), [](const Alert& one) {
        return !one.ended_at && !one.acknowledged_at;
    });
    if (arguments.has("json")) {
        for (const Alert& one : shown) std::cout << json_of(one) << '\n';
        return standing ? 1 : 0;
    }
    TextTable table;
    std::vector<TextTable::Cell> heads;
    for (const char* name : {"ALERT", "STATE", "RAISED", "RULE", "INCIDENT", "WHAT"})
        heads.push_back({name, Colour::bold});
    table.row(std::move(heads));
    for (const Alert& one : shown)
        table.row({{std::to_string(one.number)},
                   {one.state(), one.state() == "standing" ? Colour::red : Colour::none},
                   {home.zone().to_string(one.raised_at).substr(0, 16)},
                   {one.what.rule},
                   {one.incident > 0 ? std::to_string(one.incident) : "-"},
                   {one.what.text}});
    if (!shown.empty()) std::cout << table.str();
    return standing ? 1 : 0;
}

static int acknowledge(Home& home, const Arguments& arguments) {
    const std::string reason = arguments.get("reason");
    if (arguments.operands().size() != 2) throw usage("say which alert, by its number");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw usage("say with --reason who looks at it and how; it is kept for ever");
    for (const Alert& one : standing_alerts(home.ledger())) {
        if (std::to_string(one.number) != arguments.operand(1)) continue;
        auto step = home.ledger().begin();
        step->append(ledger::EntryKind::alert, 0, home.now(),
                     operator_body(reason, "\"alert\":" + std::to_string(one.number) +
                                               ",\"action\":\"acknowledged\""));
        step->commit();
        return 0;
    }
    std::cerr << "sluice: alerts: there is no standing alert " << arguments.operand(1) << '\n';
    return 1;
}

static int run_alerts(const Arguments& arguments) {
    Home home(arguments);
    const std::string action = arguments.operands().empty() ? "list" : arguments.operand(0);
    if (action == "acknowledge") return acknowledge(home, arguments);
    if (action != "list" && action != "watch")
        throw usage("'" + action + "' is not list, watch or acknowledge");
    if (arguments.operands().size() > 1) throw usage("only acknowledge takes a number");
    if (action == "watch") mind_alerts(home, Watch::outside);
    return list(home, arguments);
}

static constexpr Option options[] = {
    {"reason", "TEXT", "of acknowledge: who looks at it; it stands in the journal with your name"},
    {"all", "", "also those that have ended"},
    {"json", "", "one JSON object an alert"},
};

const Command alerts_command{
    "alerts",
    "[list|watch|acknowledge] [NUMBER]",
    "list what somebody must look at now, or say that you do",
    "Alerts are raised by rule at the end of each receive and run: a deadline that passed or will\n"
    "pass, files that were agreed and did not come, days that are unlike a sender's others, what\n"
    "expires, names that were used twice. Each leaves once by alert-command and mail-command of\n"
    "jobs/sluice.conf, and climbs the escalation of its agreement until somebody acknowledges it;\n"
    "it ends when its cause does. Passed deadlines open an incident.\n"
    "\n"
    "watch applies the rules now, and one more: that the engine is silent. Start it by a timer of\n"
    "its own. Exit status 1: an alert stands that nobody has acknowledged.",
    "sluice alerts acknowledge 17 --reason \"called the supplier\"",
    options,
    0,
    2,
    run_alerts};

}  // namespace app
