// Finding the command among the words, and running it.
#include <algorithm>
#include <chrono>
#include <iostream>

#include "app/command.hpp"
#include "app/log.hpp"
#include "app/proposal.hpp"
#include "app/roles.hpp"
#include "core/fault.hpp"

namespace app {

static constexpr Option common[] = {
    {"home", "DIR", "the installation to work on (default: SLUICE_HOME, else the current folder)"},
    {"now", "TIME", "the time to work at, RFC 3339 (default: SLUICE_NOW, else the clock)"},
    {"log-format", "json", "log lines for machines on stderr, one JSON object each"},
    {"help", "", "this text"},
};

std::span<const Option> common_options() {
    return common;
}

const Command* find_command(std::string_view name) {
    const auto all = commands();
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const Command& command) { return command.name == name; });
    return at == all.end() ? nullptr : &*at;
}

// Command names have one word or two; the longer one wins. Returns how many words were the name.
static const Command* match(const std::vector<std::string>& words, std::size_t& used) {
    used = 2;
    if (words.size() >= 2)
        if (const Command* command = find_command(words[0] + " " + words[1])) return command;
    used = 1;
    return words.empty() ? nullptr : find_command(words[0]);
}

// `--home DIR` may also stand before the command.
static std::vector<std::string> reordered(std::vector<std::string> words) {
    std::vector<std::string> moved;
    while (!words.empty() && words[0].rfind("--", 0) == 0 && words[0] != "--help" &&
           words[0] != "--version") {
        const bool joined = words[0].find('=') != std::string::npos;
        const std::size_t count = joined || words.size() < 2 ? 1 : 2;
        moved.insert(moved.end(), words.begin(),
                     words.begin() + static_cast<std::ptrdiff_t>(count));
        words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
    }
    words.insert(words.end(), moved.begin(), moved.end());
    return words;
}

// What the caller may do, and what takes a second person, is asked once, here.
static int perform(const Command& command, const Arguments& arguments) {
    if (is_free(command)) return command.run(arguments);
    const job::Roles roles = roles_of(arguments);
    require_role(roles, caller(), command);
    if (takes_second_person(roles, command, arguments)) return propose(command, arguments, roles);
    return command.run(arguments);
}

static int run_logged(const Command& command, const Arguments& arguments) {
    if (!arguments.has("log-format")) return perform(command, arguments);
    if (arguments.get("log-format") != "json")
        throw core::Fault(core::FaultKind::usage, "read the option", "--log-format",
                          "'" + arguments.get("log-format") + "' is not json",
                          "write: --log-format json");
    open_log();
    const auto begin = std::chrono::steady_clock::now();
    log_event(Event::command_started, JsonObject().text("command", command.name).str());
    const int status = perform(command, arguments);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    log_event(Event::command_ended, JsonObject()
                                        .text("command", command.name)
                                        .number("status", status)
                                        .decimal("seconds", took.count())
                                        .str());
    return status;
}

int run_program(const std::vector<std::string>& given) {
    const std::vector<std::string> words = reordered(given);
    if (words.empty() || words[0] == "--help" || words[0] == "-h") {
        std::cout << overview();
        return words.empty() ? 2 : 0;
    }
    if (words[0] == "--version") {
        std::cout << "sluice " << SLUICE_VERSION << '\n';
        return 0;
    }
    std::size_t used = 0;
    const Command* command = match(words, used);
    if (command == nullptr) {
        const auto all = commands();
        const bool first = std::any_of(all.begin(), all.end(), [&](const Command& each) {
            return each.name.rfind(words[0] + " ", 0) == 0;
        });
        if (first && words.back() == "--help") return run_program({"help", words[0]});
        throw core::Fault(core::FaultKind::usage, "find the command", words[0],
                          first ? "it is the first of two words" : "there is none of this name",
                          "see: sluice help" + (first ? " " + words[0] : ""));
    }
    const Arguments arguments =
        read_arguments(*command, {words.begin() + static_cast<std::ptrdiff_t>(used), words.end()});
    if (arguments.has("help")) {
        std::cout << help_of(*command);
        return 0;
    }
    return run_logged(*command, arguments);
}

}  // namespace app
