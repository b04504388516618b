// sluice partner open, set, close, onboard: who takes part, and how he comes in.
#include <algorithm>
#include <array>
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/layout.hpp"
#include "app/onboarding.hpp"
#include "app/partner_change.hpp"
#include "core/fault.hpp"

namespace app {

namespace {

constexpr std::string_view details[] = {"name",        "language",   "capacity", "sector",
                                        "institution", "acceptance", "cbe"};

core::Fault usage(const std::string& command, const std::string& reason) {
    return {core::FaultKind::usage, "read the command line of", "sluice " + command, reason,
            "see: sluice help " + command};
}

// ---- open ----

int run_open(const Arguments& arguments) {
    PartnerChange change(arguments, "partner open", arguments.operand(0));
    if (change.before().find(change.number()) != nullptr)
        return change.refuse("it is there already; change it with: sluice partner set");
    if (!arguments.has("name")) throw usage("partner open", "--name is missing");
    const core::Date requested =
        date_option(change.home(), arguments, "requested").value_or(change.home().today());
    const core::Date due =
        date_option(change.home(), arguments, "due").value_or(job::onboarding_due(requested));
    job::PartnersEdit::Values values{{"number", change.number()},
                                     {"name", arguments.get("name")},
                                     {"state", "test"},
                                     {"language", arguments.get("language", "en")}};
    for (const std::string_view detail : details)
        if (detail != "name" && detail != "language")
            values.emplace_back(detail, arguments.get(detail));
    change.edit().add_partner(values);
    change.edit().add_child(
        change.number(), "onboarding",
        {{"requested", core::to_string(requested)}, {"due", core::to_string(due)}});
    const int status =
        change.apply("open", "open partner " + change.number() +
                                 " in test; its onboarding is due on " + core::to_string(due));
    if (status != 0 || change.plan()) return status;
    job::Partner made;
    made.number = change.number();
    for (const HomeFolder& folder : partner_folders(made))
        make_folder(change.home().folder(), folder);
    return 0;
}

constexpr Option open_options[] = {
    {"name", "TEXT", "of the partner (required)"},
    {"language", "L", "of its answers: en (default), fr, nl or de"},
    {"capacity", "C", "in which it sends: employer, provider, ..."},
    {"sector", "N", "of the institution, in the network"},
    {"institution", "N", "its type within the sector"},
    {"cbe", "N", "enterprise number, ten digits"},
    {"acceptance", "true", "it takes deliveries of environment S"},
    {"requested", "D", "day of its request (default: today)"},
    {"due", "D", "day on which it must be connected (default: two months later)"},
    change_options[0],
    change_options[1],
};

// ---- set ----

// What is missing stops it; the checklist is not a formality.
int activate(PartnerChange& change) {
    const auto missing = missing_for_active(change.home(), change.partner());
    if (missing.empty()) return 0;
    std::string list;
    for (const std::string& one : missing) list += (list.empty() ? "" : ", ") + one;
    return change.refuse("its onboarding lacks " + list);
}

int run_set(const Arguments& arguments) {
    PartnerChange change(arguments, "partner set", arguments.operand(0));
    change.partner();
    std::string said;
    for (std::size_t i = 1; i < arguments.operands().size(); ++i) {
        const std::string& word = arguments.operand(i);
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        if (equals == std::string::npos) throw usage("partner set", "'" + word + "' has no =");
        const std::string value = word.substr(equals + 1);
        const bool known =
            std::find(std::begin(details), std::end(details), name) != std::end(details);
        if (!known && name != "state" && name != "compression")
            throw usage("partner set", "a partner has no '" + name + "'");
        if (name == "state" && value == "closed")
            throw usage("partner set", "a partner is closed with: sluice partner close");
        // Nothing that the reader would take for active leads round the checklist.
        if (name == "state" && value != "test" && value != "active")
            throw usage("partner set", "its state is test or active, not '" + value + "'");
        if (name == "state" && value == "active")
            if (const int status = activate(change); status != 0) return status;
        if (name == "compression") {
            if (change.edit().count(change.number(), "prefers") == 0)
                change.edit().add_child(change.number(), "prefers", {{name, value}});
            else
                change.edit().set_child(change.number(), "prefers", 0, name, value);
        } else {
            change.edit().set(change.number(), name, value);
        }
        said += (said.empty() ? "" : ", ") + word;
    }
    return change.apply("set", "set " + said + " of partner " + change.number(),
                        "\"set\":" + json_quoted(said));
}

// ---- close ----

int run_close(const Arguments& arguments) {
    PartnerChange change(arguments, "partner close", arguments.operand(0));
    change.partner();
    change.edit().set(change.number(), "state", "closed");
    return change.apply("close", "close partner " + change.number() +
                                     ": it sends nothing and gets nothing; its keys go with "
                                     "sluice partner apply");
}

// ---- onboard ----

std::size_t place_of_onboarding(PartnerChange& change, const core::Date& requested) {
    if (change.edit().count(change.number(), "onboarding") == 0)
        change.edit().add_child(change.number(), "onboarding",
                                {{"requested", core::to_string(requested)},
                                 {"due", core::to_string(job::onboarding_due(requested))}});
    return 0;
}

int run_onboard(const Arguments& arguments) {
    PartnerChange change(arguments, "partner onboard", arguments.operand(0));
    const job::Partner& partner = change.partner();
    const core::Date today = change.home().today();
    const auto requested = date_option(change.home(), arguments, "requested");
    const std::size_t place = place_of_onboarding(change, requested.value_or(today));
    std::string said;
    const auto put = [&](const std::string& name, const std::string& value) {
        change.edit().set_child(change.number(), "onboarding", place, name, value);
        said += (said.empty() ? "" : ", ") + name + " " + value;
    };
    if (requested) put("requested", core::to_string(*requested));
    if (const auto due = date_option(change.home(), arguments, "due"))
        put("due", core::to_string(*due));
    if (arguments.has("waive")) put("waived", arguments.get("waive"));
    const core::Date on = date_option(change.home(), arguments, "on").value_or(today);
    for (const std::string& name : arguments.all("passed")) {
        const auto check = job::parse_onboarding_check(name);
        if (!check)
            throw usage("partner onboard",
                        "'" + name + "' is not organisation, technique or security");
        if (partner.onboarding != nullptr &&
            partner.onboarding->passed.at(static_cast<std::size_t>(*check)))
            return change.refuse("the check of its " + name + " was passed already");
        change.edit().add_grandchild(change.number(), "onboarding", place, "passed",
                                     {{"check", name}, {"on", core::to_string(on)}});
        said += (said.empty() ? "" : ", ") + name + " passed";
    }
    return change.apply(
        "onboard",
        "note for partner " + change.number() + ": " + (said.empty() ? "its request" : said),
        "\"noted\":" + json_quoted(said));
}

constexpr Option onboard_options[] = {
    {"passed", "CHECK", "organisation, technique or security; several: again", true},
    {"on", "D", "day on which it passed (default: today)"},
    {"requested", "D", "day of its request"},
    {"due", "D", "day on which it must be connected"},
    {"waive", "TEXT", "why it need not rehearse: it only receives"},
    change_options[0],
    change_options[1],
};

}  // namespace

const Command partner_open_command{
    "partner open",
    "NUMBER",
    "take in a new partner, in test",
    "Adds the partner to jobs/partners.xml in the state test, with the day of its request and the\n"
    "day on which it must be connected, and makes its folders. It becomes active with\n"
    "`sluice partner set NUMBER state=active`, once its checklist and its rehearsal are passed.",
    "sluice partner open 000123 --name \"Fund of X\" --language nl --reason \"request of 2 May\"",
    open_options,
    1,
    1,
    run_open};

const Command partner_set_command{
    "partner set",
    "NUMBER NAME=VALUE...",
    "change a partner: its state, name, language and more",
    "Names are state (test, active), name, language, capacity, sector, institution, cbe,\n"
    "acceptance and compression; an empty value takes one away. The rest of the file keeps its\n"
    "bytes. The outcome is checked before it replaces the file, and each version is kept.\n"
    "\n"
    "A partner with an onboarding becomes active only when organisation, technique and security\n"
    "are passed and its newest file in INTEST was accepted whole.",
    "sluice partner set 000123 state=active --reason \"all checks passed\"",
    change_options,
    2,
    20,
    run_set};

const Command partner_close_command{
    "partner close",
    "NUMBER",
    "close a partner: it sends nothing and gets nothing",
    "What is on its way to it is held. Its line, folders and history stay; its account loses its\n"
    "keys with the next `sluice partner apply`. `sluice partner set NUMBER state=test` opens it\n"
    "again.",
    "sluice partner close 000123 --reason \"merged into 000124\"",
    change_options,
    1,
    1,
    run_close};

const Command partner_onboard_command{
    "partner onboard",
    "NUMBER",
    "note what a new partner has passed",
    "The checklist of a connection: organisation, technique and security, each with its day; and\n"
    "the request, due two months later. The rehearsal is not noted but measured: the partner's\n"
    "own files in INTEST. `sluice report partners` shows how far each one is.",
    "sluice partner onboard 000123 --passed security --reason \"audit of 3 June\"",
    onboard_options,
    1,
    1,
    run_onboard};

}  // namespace app
