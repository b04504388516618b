// sluice help, completion and manual: the table of commands as text.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

static int run_help(const Arguments& arguments) {
    if (arguments.operands().empty()) {
        std::cout << overview();
        return 0;
    }
    std::string name;
    for (const std::string& word : arguments.operands()) name += (name.empty() ? "" : " ") + word;
    if (const Command* command = find_command(name)) {
        std::cout << help_of(*command);
        return 0;
    }
    // The first word of a pair: help for each of them.
    bool any = false;
    for (const Command& command : commands()) {
        if (command.name.substr(0, command.name.find(' ')) != name) continue;
        std::cout << (any ? "\n" : "") << help_of(command);
        any = true;
    }
    if (!any)
        throw core::Fault(core::FaultKind::usage, "find the command", name,
                          "there is none of this name", "see: sluice help");
    return 0;
}

static int run_completion(const Arguments& arguments) {
    std::cout << completion(arguments.operand(0));
    return 0;
}

static int run_manual(const Arguments& arguments) {
    const std::filesystem::path folder = arguments.operand(0);
    io::make_folders(std::filesystem::absolute(folder), 0755);
    const auto write = [&](const std::string& name, const std::string& page) {
        io::write_file(std::filesystem::absolute(folder / (name + ".1")), page, io::Replace::yes,
                       0644);
    };
    write("sluice", manual_of_program());
    for (const Command& command : commands()) {
        std::string name = "sluice-" + std::string(command.name);
        std::replace(name.begin(), name.end(), ' ', '-');
        write(name, manual_page(command));
    }
    return 0;
}

const Command help_command{"help",
                           "[COMMAND]",
                           "explain the program or a command",
                           "Without COMMAND the list of commands; with it, all its options.",
                           "sluice help run",
                           {},
                           0,
                           2,
                           run_help};

const Command completion_command{"completion",
                                 "bash|zsh",
                                 "print the completion for a shell",
                                 "Prints a script that completes commands and options; source it, "
                                 "or put it where the\nshell looks for completions.",
                                 "source <(sluice completion bash)",
                                 {},
                                 1,
                                 1,
                                 run_completion};

const Command manual_command{"manual",
                             "DIR",
                             "write the manual pages",
                             "Writes a manual page for the program and one for each command to "
                             "DIR, from the\nsame source as this help.",
                             "sluice manual docs/man",
                             {},
                             1,
                             1,
                             run_manual};

}  // namespace app
