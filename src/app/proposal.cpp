#include "app/proposal.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/target.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/zone.hpp"
#include "ledger/figures.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;

std::string_view to_string(Proposal::State state) {
    static constexpr std::string_view names[] = {"open", "approved", "done", "rejected", "expired"};
    return names[static_cast<std::size_t>(state)];
}

static std::optional<Approval>& approval() {
    static std::optional<Approval> current;
    return current;
}

const std::optional<Approval>& current_approval() {
    return approval();
}

void set_current_approval(std::optional<Approval> given) {
    approval() = std::move(given);
}

// ---- reading ----

static Proposal read_proposal(const ledger::Entry& entry) {
    Proposal one;
    one.id = entry.index;
    one.at = entry.at;
    const std::string& body = entry.body;
    one.expires = core::parse_instant(ledger::body_text(body, "expires")).value_or(entry.at);
    one.user = ledger::body_text(body, "user");
    one.behind = ledger::body_text(body, "behind");
    one.operator_name = ledger::body_text(body, "operator");
    one.reason = ledger::body_text(body, "reason");
    one.command = ledger::body_text(body, "command");
    one.plan = ledger::body_text(body, "plan");
    one.plan_sha256 = ledger::body_text(body, "plan_sha256");
    for (const std::string_view item : ledger::body_items(body, "words"))
        one.words.push_back(ledger::body_text(item, "word"));
    for (const std::string_view item : ledger::body_items(body, "files"))
        one.files.emplace_back(ledger::body_text(item, "path"), ledger::body_text(item, "sha256"));
    return one;
}

std::vector<Proposal> proposals(Home& home) {
    static constexpr std::int64_t page = 1'000;
    std::vector<Proposal> list;
    std::map<std::int64_t, std::size_t> places;
    for (std::int64_t from = 0;;) {
        const auto entries = home.ledger().entries_of(EntryKind::proposal, from, page);
        for (const ledger::Entry& entry : entries) {
            from = entry.index + 1;
            const std::string act = ledger::body_text(entry.body, "act");
            if (act == "proposed") {
                places[entry.index] = list.size();
                list.push_back(read_proposal(entry));
                continue;
            }
            const auto at = places.find(ledger::body_number(entry.body, "proposal", -1));
            if (at == places.end()) continue;
            Proposal& one = list[at->second];
            if (act == "approved") one.state = Proposal::State::approved;
            if (act == "done") one.state = Proposal::State::done;
            if (act == "rejected") one.state = Proposal::State::rejected;
            if (act == "approved" || act == "rejected")
                one.second = ledger::body_text(entry.body, "user");
        }
        if (entries.size() < static_cast<std::size_t>(page)) break;
    }
    const core::Instant now = io::now();
    for (Proposal& one : list)
        if ((one.state == Proposal::State::open || one.state == Proposal::State::approved) &&
            one.expires < now)
            one.state = Proposal::State::expired;
    return list;
}

bool is_same_person(const Proposal& proposal, const Caller& who) {
    for (const std::string* then : {&proposal.user, &proposal.behind})
        if (!then->empty() && (*then == who.user || *then == who.behind)) return true;
    return false;
}

std::string caller_members(const Caller& who) {
    return "\"user\":" + json_quoted(who.user) +
           (who.behind.empty() ? std::string() : ",\"behind\":" + json_quoted(who.behind));
}

// ---- making ----

static constexpr std::size_t plan_shown_max = 2'000;

static bool has_option(const Command& command, std::string_view name) {
    return std::any_of(command.options.begin(), command.options.end(),
                       [&](const Option& option) { return option.name == name; });
}

bool takes_second_person(const job::Roles& roles, const Command& command,
                         const Arguments& arguments) {
    const bool named = roles.second_person.count(std::string(command.name)) > 0;
    if (!named && roles.second_person.count(family_of(command)) == 0) return false;
    const bool has_plan = has_option(command, "plan");
    if (!named && !has_plan && only_reads(command)) return false;
    if (!has_plan)
        throw core::Fault(core::FaultKind::job, "ask a second person for",
                          "sluice " + std::string(command.name),
                          "it has no --plan, so nobody could see what is proposed",
                          "take it out of second-person in jobs/roles.xml");
    return !arguments.has("plan");
}

// What a name says does not depend on where the second person stands: files are named from the
// root, and those behind links as what they lead to.
static std::string rooted(std::string_view argument, const std::string& word,
                          std::vector<std::string>& files) {
    if (argument != "FILE" && argument != "KEY") return word;
    if (parse_target(word).identity) return word;  // one that was received
    std::error_code none;
    if (!fs::is_regular_file(word, none)) return word;
    const fs::path path = fs::canonical(word);
    files.push_back(JsonObject()
                        .text("path", path.string())
                        .text("sha256", seal::hex(seal::sha256(io::read_file(path))))
                        .str());
    return path.string();
}

// What the synopsis calls an operand: the last of its words stands for the rest.
static std::string_view operand_name(const Command& command, std::size_t index) {
    std::string_view rest = command.operands;
    for (; index > 0 && rest.find(' ') != std::string_view::npos; --index)
        rest.remove_prefix(rest.find(' ') + 1);
    return rest.substr(0, rest.find(' '));
}

static void check_reason(const Command& command, const Arguments& arguments) {
    if (!has_option(command, "reason") ||
        arguments.get("reason").find_first_not_of(" \t\r\n") != std::string::npos)
        return;
    throw core::Fault(core::FaultKind::usage, "propose", "sluice " + std::string(command.name),
                      "no reason is given", "add --reason: the second person decides by it");
}

static void check_word(const std::string& word) {
    if (std::any_of(word.begin(), word.end(), [](char c) { return c >= 0 && c < ' '; }))
        throw core::Fault(core::FaultKind::usage, "propose", "a command",
                          "its words hold control characters or line ends", "write one line");
}

std::string plan_of(const Command& command, const Arguments& arguments, int& status) {
    Arguments planned = arguments;
    planned.values.emplace("plan", "");
    std::ostringstream plan;
    std::streambuf* out = std::cout.rdbuf(plan.rdbuf());
    try {
        status = command.run(planned);
    } catch (...) {
        std::cout.rdbuf(out);
        throw;
    }
    std::cout.rdbuf(out);
    std::string text = plan.str();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

// As it stands in the entry: on one line, and not longer than people read.
static std::string one_line(std::string plan) {
    if (plan.size() > plan_shown_max) plan.replace(plan_shown_max, std::string::npos, " ...");
    for (char& c : plan)
        if (c >= 0 && c < ' ') c = c == '\n' ? ';' : ' ';
    return plan;
}

int propose(const Command& command, const Arguments& arguments, const job::Roles& roles) {
    check_reason(command, arguments);
    int status = 0;
    const std::string shown = plan_of(command, arguments, status);
    if (!shown.empty()) std::cout << shown << '\n';
    if (status != 0) return status;
    std::vector<std::string> words, files;
    for (const Option& option : command.options)
        for (const std::string& value : arguments.all(option.name)) {
            check_word(value);
            words.push_back(
                JsonObject()
                    .text("word", "--" + std::string(option.name) +
                                      (option.argument.empty()
                                           ? std::string()
                                           : "=" + rooted(option.argument, value, files)))
                    .str());
        }
    for (std::size_t i = 0; i < arguments.operands().size(); ++i) {
        const std::string& operand = arguments.operand(i);
        check_word(operand);
        words.push_back(
            JsonObject().text("word", rooted(operand_name(command, i), operand, files)).str());
    }
    Home home(arguments);
    const core::Instant expires{io::now().microseconds +
                                std::int64_t{roles.proposal_hours} * 3'600'000'000};
    auto step = home.ledger().begin();
    const std::int64_t id = step->append(
        EntryKind::proposal, 0, home.now(),
        operator_body(arguments.get("reason"),
                      "\"act\":\"proposed\"," + caller_members(caller()) +
                          ",\"command\":" + json_quoted(command.name) +
                          ",\"words\":" + json_array(words) + ",\"files\":" + json_array(files) +
                          ",\"plan\":" + json_quoted(one_line(shown)) +
                          ",\"plan_sha256\":" + json_quoted(seal::hex(seal::sha256(shown))) +
                          ",\"expires\":" + json_quoted(core::to_string(expires))));
    step->commit();
    std::cout << "proposal " << id << ": nothing was done; another person approves it until "
              << home.zone().to_string(expires) << " with: sluice approve " << id << '\n';
    return 0;
}

}  // namespace app
