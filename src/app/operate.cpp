#include "app/operate.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "app/json.hpp"
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
    if (!more.empty()) body.insert(body.size() - 1, "," + more);
    return body;
}

static std::string required_reason(const Arguments& arguments, const std::string& verb) {
    std::string reason = arguments.get("reason");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, verb, arguments.operand(0), "no reason is given",
                          "add --reason with words that your successor will understand");
    return reason;
}

Operation::Operation(const Arguments& arguments, std::string verb)
    : home_(arguments),
      verb_(std::move(verb)),
      reason_(required_reason(arguments, verb_)),
      target_(parse_target(arguments.operand(0))),
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

std::filesystem::path copy_of(const Home& home, const ledger::File& file, const std::string& path) {
    if (path.empty()) return {};
    const auto at_work = home.spool() / path;
    if (io::facts(at_work)) return at_work;
    const auto kept = home.archive() / "in" / file.identity.date / at_work.filename();
    if (io::facts(kept)) return kept;
    return {};
}

}  // namespace app
