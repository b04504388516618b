// sluice approve: the second person looks at what was proposed, and lets it happen or not.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/proposal.hpp"
#include "app/roles.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "seal/digest.hpp"

namespace app {

namespace {

using State = Proposal::State;

void list_proposals(Home& home, bool all, bool json) {
    TextTable table;
    std::size_t shown = 0;
    for (const Proposal& one : proposals(home)) {
        if (!all && one.state != State::open && one.state != State::approved) continue;
        if (json) {
            std::cout << JsonObject()
                             .number("proposal", one.id)
                             .text("state", to_string(one.state))
                             .text("at", core::to_string(one.at))
                             .text("expires", core::to_string(one.expires))
                             .text("by", one.operator_name)
                             .text_or_null("second", one.second)
                             .text("command", one.command)
                             .texts("words", one.words)
                             .text("plan", one.plan)
                             .text("reason", one.reason)
                             .str()
                      << '\n';
            continue;
        }
        if (shown++ == 0)
            table.row({{"ID", Colour::bold, true},
                       {"STATE", Colour::bold},
                       {"BY", Colour::bold},
                       {"UNTIL", Colour::bold},
                       {"WHAT", Colour::bold},
                       {"REASON", Colour::bold}});
        table.row({{std::to_string(one.id), Colour::none, true},
                   {std::string(to_string(one.state)),
                    one.state == State::open ? Colour::yellow : Colour::none},
                   {one.operator_name},
                   {home.zone().to_string(one.expires).substr(0, 16)},
                   {one.plan},
                   {one.reason}});
    }
    if (shown > 0) std::cout << table.str();
}

int refuse(std::int64_t id, const std::string& why) {
    std::cerr << "sluice: approve " << id << ": " << why << '\n';
    return 1;
}

void enter(Home& home, const Proposal& one, const std::string& act, const std::string& reason,
           const std::string& more = {}) {
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::proposal, 0, home.now(),
                 operator_body(reason, "\"act\":" + json_quoted(act) +
                                           ",\"proposal\":" + std::to_string(one.id) + "," +
                                           caller_members(caller()) + more));
    step->commit();
}

std::string why_not(Home& home, const Proposal& one, bool rejecting) {
    if (one.state == State::done || one.state == State::rejected)
        return "it is " + std::string(to_string(one.state)) + " already";
    if (one.state == State::expired)
        return "it expired at " + home.zone().to_string(one.expires) + "; propose it anew";
    if (!rejecting && is_same_person(one, caller()))
        return "you proposed it yourself; it takes another person";
    for (const auto& [path, digest] : one.files) {
        const auto content = rejecting ? std::optional<std::string>{} : io::find_file(path);
        if (!rejecting && (!content || seal::hex(seal::sha256(*content)) != digest))
            return path + " is no longer what it was when this was proposed";
    }
    return {};
}

int carry_out(Home& home, const Arguments& given, const Proposal& one, const Command& command) {
    Arguments arguments = read_arguments(command, one.words);
    for (const char* common : {"home", "now"})
        if (given.has(common)) arguments.values.emplace(common, given.get(common));
    int planned = 0;
    const std::string plan = plan_of(command, arguments, planned);
    if (planned != 0 || seal::hex(seal::sha256(plan)) != one.plan_sha256)
        return refuse(one.id,
                      "propose it anew: it would no longer do exactly what was proposed (dates "
                      "may have moved), but: " +
                          (plan.empty() ? "nothing" : plan));
    enter(home, one, "approved", given.get("reason"));
    set_current_approval(Approval{one.id, one.operator_name});
    const int status = command.run(arguments);
    set_current_approval(std::nullopt);
    enter(home, one, "done", given.get("reason"), ",\"status\":" + std::to_string(status));
    return status;
}

int run_approve(const Arguments& arguments) {
    Home home(arguments);
    if (arguments.operands().empty()) {
        list_proposals(home, arguments.has("all"), arguments.has("json"));
        return 0;
    }
    const std::string& text = arguments.operand(0);
    // Two who decide at once would both find it open.
    io::make_folders(home.work());
    const io::Lock lock =
        io::Lock::take(home.work() / "approve.lock", "approve", std::chrono::seconds(5));
    const auto all = proposals(home);
    const auto at = std::find_if(all.begin(), all.end(), [&](const Proposal& one) {
        return std::to_string(one.id) == text;
    });
    if (at == all.end())
        throw core::Fault(core::FaultKind::usage, "approve", text, "there is no such proposal",
                          "see them with: sluice approve");
    const bool rejecting = arguments.has("reject");
    const Command* command = find_command(at->command);
    if (command == nullptr) return refuse(at->id, "there is no command " + at->command);
    const Caller who = caller();
    if (!rejecting || !is_same_person(*at, who))  // his own everybody may withdraw
        require_role(roles_of(arguments), who, *command);
    if (const std::string why = why_not(home, *at, rejecting); !why.empty())
        return refuse(at->id, why);
    if (!rejecting) return carry_out(home, arguments, *at, *command);
    if (arguments.get("reason").empty())
        throw core::Fault(core::FaultKind::usage, "reject the proposal", text, "no reason is given",
                          "add --reason");
    enter(home, *at, "rejected", arguments.get("reason"));
    std::cout << "proposal " << at->id << " is rejected; nothing was done\n";
    return 0;
}

constexpr Option options[] = {
    {"reason", "TEXT", "why; it stands in the journal with your name"},
    {"reject", "", "do not let it happen"},
    {"all", "", "list also what was done, rejected or has expired"},
    {"json", "", "the list as one JSON object a line"},
};

}  // namespace

const Command approve_command{
    "approve",
    "[ID]",
    "let happen what another person proposed",
    "Where jobs/roles.xml asks for a second person, a command is not carried out: it becomes a\n"
    "proposal, with what its --plan says. Another user of the operating system, whose role\n"
    "includes the command, approves it with its number; then it is carried out, and its entries\n"
    "name both. Without ID the open proposals are listed.\n"
    "\n"
    "A proposal expires; a file that it names must still be what it was. Exit status: that of the\n"
    "command, or 1 where it cannot be approved.",
    "sluice approve 4711 --reason \"checked with the sender\"",
    options,
    0,
    1,
    run_approve};

}  // namespace app
