#include "app/operate.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "app/json.hpp"
#include "app/proposal.hpp"
#include "app/standing.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

std::string operator_name() {
    const passwd* user = ::getpwuid(::getuid());
    std::string name =
        user != nullptr ? user->pw_name : "user " + std::to_string(static_cast<long>(::getuid()));
    const char* behind = std::getenv("SUDO_USER");
    if (behind != nullptr && *behind != '\0') name += " (sudo: " + std::string(behind) + ")";
    return name;
}

std::string operator_body(const std::string& reason, const std::string& more) {
    std::string body = JsonObject()
                           .text("by", "operator")
                           .text("operator", operator_name())
                           .text("reason", reason)
                           .str();
    if (const auto& approval = current_approval())
        body.insert(body.size() - 1, ",\"proposal\":" + std::to_string(approval->proposal) +
                                         ",\"proposed_by\":" + json_quoted(approval->proposed_by));
    if (!more.empty()) body.insert(body.size() - 1, "," + more);
    return body;
}

static std::string required_reason(const Arguments& arguments, const std::string& verb,
                                   const std::string& file) {
    std::string reason = arguments.get("reason");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, verb, file, "no reason is given",
                          "add --reason with words that your successor will understand");
    return reason;
}

Operation::Operation(const Arguments& arguments, std::string verb, const std::string& file)
    : home_(arguments),
      verb_(std::move(verb)),
      reason_(required_reason(arguments, verb_, file)),
      target_(parse_target(file)),
      plan_(arguments.has("plan")) {}

std::optional<ledger::File> Operation::find() {
    auto file = find_target(home_, target_);
    if (!file) refuse("nobody knows a file of this name");
    return file;
}

void Operation::lock(const ledger::File& file) {
    if (plan_) return;
    const std::string name = file.job.empty() ? "run.lock" : "run." + file.job + ".lock";
    io::make_folders(home_.work());
    lock_ = io::Lock::take(home_.work() / name, verb_, std::chrono::seconds(5));
}

int Operation::done(const std::string& what) const {
    std::cout << (plan_ ? "would " : "") << what << '\n';
    return 0;
}

int Operation::refuse(const std::string& why) const {
    std::cerr << "sluice: " << verb_ << " " << target_.text << ": " << why << '\n';
    return not_done;
}

// ---- selections ----

static bool has_code(const ledger::Ledger& book, const ledger::File& file,
                     const std::string& code) {
    if (std::find(file.codes.begin(), file.codes.end(), code) != file.codes.end()) return true;
    const auto tallies = book.tallies(file.id);
    return std::any_of(tallies.begin(), tallies.end(),
                       [&](const ledger::Tally& tally) { return tally.code == code; });
}

static std::vector<std::string> selected(Home& home, const Arguments& arguments,
                                         const std::vector<ledger::FileState>& states) {
    std::vector<std::string> names;
    ledger::FileFilter filter;
    filter.sender = arguments.get("sender");
    filter.job = arguments.get("job");
    if (arguments.has("since")) filter.since = parse_since(home, arguments.get("since"));
    for (;;) {
        const auto page = home.ledger().files(filter);
        for (const ledger::File& file : page) {
            const bool fits = std::find(states.begin(), states.end(), file.state) != states.end();
            if (!fits || !file.owns_name) continue;
            if (arguments.has("code") && !has_code(home.ledger(), file, arguments.get("code")))
                continue;
            names.push_back(shown_name(file));
            if (names.size() > selection_files_max)
                throw core::Fault(core::FaultKind::usage, "select files for", "a verb",
                                  "there are more than " + std::to_string(selection_files_max),
                                  "narrow them down with --job, --sender or --since");
        }
        if (page.size() < static_cast<std::size_t>(filter.limit)) break;
        filter.before = page.back().id;
    }
    std::reverse(names.begin(), names.end());
    return names;
}

int operate(const Arguments& arguments, const std::string& verb,
            const std::vector<ledger::FileState>& states,
            const std::function<int(Operation&)>& act) {
    const bool selects = arguments.has("code") || arguments.has("job") || arguments.has("sender");
    if (!arguments.operands().empty() && (selects || arguments.has("since")))
        throw core::Fault(core::FaultKind::usage, verb, arguments.operand(0),
                          "a FILE and a selection exclude each other", "see: sluice help " + verb);
    if (!arguments.operands().empty()) {
        Operation operation(arguments, verb, arguments.operand(0));
        return act(operation);
    }
    if (!selects)
        throw core::Fault(core::FaultKind::usage, "read the command line of", "sluice " + verb,
                          "FILE is missing", "name one, or select with --code, --job or --sender");
    required_reason(arguments, verb, "the files selected");
    Home home(arguments);
    const auto names = selected(home, arguments, states);
    if (names.empty()) {
        std::cerr << "sluice: " << verb << ": no file is selected\n";
        return Operation::not_done;
    }
    int status = 0;
    for (const std::string& name : names) {
        Operation operation(arguments, verb, name);
        status = std::max(status, act(operation));
    }
    return status;
}

std::filesystem::path copy_of(const Home& home, const ledger::File& file, const std::string& path) {
    if (path.empty()) return {};
    const auto at_work = home.spool() / path;
    if (io::facts(at_work)) return at_work;
    const auto kept = home.archive() / "in" / file.identity.date / at_work.filename();
    if (io::facts(kept)) return kept;
    return {};
}

bool has_copies(Home& home, const ledger::File& file) {
    const auto parts = home.ledger().parts(file.id);
    return !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](const auto& part) {
        return !copy_of(home, file, part.path).empty();
    });
}

}  // namespace app
