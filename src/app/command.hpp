#pragma once
// The commands of the program in one table: it is the help, the dispatch, the order of the manual
// and the shell completion.
#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"

namespace app {

struct Option {
    std::string_view name;      // without dashes
    std::string_view argument;  // empty: a flag
    std::string_view help;
    bool repeated = false;
};

// A command line after it was read against a command's options. Faults of kind usage for everything
// that does not fit.
class Arguments {
  public:
    bool has(std::string_view option) const;
    std::string get(std::string_view option, std::string_view otherwise = {}) const;
    std::vector<std::string> all(std::string_view option) const;
    // A whole number within bounds; `otherwise` where it was not given.
    std::int64_t number(std::string_view option, std::int64_t otherwise, std::int64_t least,
                        std::int64_t greatest) const;
    const std::vector<std::string>& operands() const { return operands_; }
    const std::string& operand(std::size_t index) const { return operands_.at(index); }

    std::multimap<std::string, std::string, std::less<>> values;
    std::vector<std::string> operands_;
};

struct Command {
    std::string_view name;         // "run", "job check"
    std::string_view operands;     // "FILE...", as in the synopsis
    std::string_view summary;      // one line, lower case, no full stop
    std::string_view description;  // paragraphs, separated by empty lines
    std::string_view example;      // one command line
    std::span<const Option> options;
    std::size_t operands_min = 0, operands_max = 0;
    int (*run)(const Arguments&) = nullptr;
};

// In the order of the manual.
std::span<const Command> commands();
std::span<const Option> common_options();  // --home, --now, --help
const Command* find_command(std::string_view name);

// Reads the words behind the command's name. Throws core::Fault (usage).
Arguments read_arguments(const Command& command, const std::vector<std::string>& words);

// The whole program: words without the program's name; returns the exit status. Faults are caught
// in main alone.
int run_program(const std::vector<std::string>& words);

// Help as it fits a screen; the manual page of the same source (mdoc).
std::string overview();
std::string help_of(const Command& command);
std::string manual_page(const Command& command);
std::string manual_of_program();
std::string completion(std::string_view shell);

}  // namespace app
