// Reading a command line with Boost.Program_options, against the table of commands.
#include <boost/program_options.hpp>
#include <limits>

#include "app/command.hpp"
#include "core/fault.hpp"

namespace app {

namespace po = boost::program_options;

static core::Fault usage(const Command& command, const std::string& reason) {
    return {core::FaultKind::usage, "read the command line of",
            "sluice " + std::string(command.name), reason,
            "see: sluice help " + std::string(command.name)};
}

static void describe(po::options_description& description, std::span<const Option> options) {
    for (const Option& option : options) {
        const std::string name(option.name);
        if (option.argument.empty())
            description.add_options()(name.c_str(), "");
        else
            description.add_options()(name.c_str(),
                                      po::value<std::vector<std::string>>()->composing(), "");
    }
}

Arguments read_arguments(const Command& command, const std::vector<std::string>& words) {
    po::options_description description;
    describe(description, command.options);
    describe(description, common_options());
    description.add_options()("operand", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("operand", -1);
    Arguments arguments;
    try {
        using Style = po::command_line_style::style_t;
        const int style = Style::allow_long | Style::long_allow_adjacent | Style::long_allow_next;
        const auto parsed = po::command_line_parser(words)
                                .options(description)
                                .positional(positional)
                                .style(style)
                                .run();
        for (const auto& item : parsed.options) {
            if (item.string_key == "operand") {
                arguments.operands_.insert(arguments.operands_.end(), item.value.begin(),
                                           item.value.end());
            } else {
                arguments.values.emplace(item.string_key,
                                         item.value.empty() ? std::string() : item.value.front());
            }
        }
    } catch (const po::error& error) {
        throw usage(command, error.what());
    }
    const auto repeats = [&](std::span<const Option> options) {
        for (const Option& option : options)
            if (!option.repeated && arguments.values.count(option.name) > 1)
                throw usage(command, "--" + std::string(option.name) + " is given twice");
    };
    repeats(command.options);
    repeats(common_options());
    if (arguments.has("help")) return arguments;
    if (arguments.operands_.size() < command.operands_min)
        throw usage(command, std::string(command.operands) + " is missing");
    if (arguments.operands_.size() > command.operands_max)
        throw usage(command,
                    "there is one argument too many: " + arguments.operands_[command.operands_max]);
    return arguments;
}

bool Arguments::has(std::string_view option) const {
    return values.find(option) != values.end();
}

std::string Arguments::get(std::string_view option, std::string_view otherwise) const {
    const auto at = values.find(option);
    return at == values.end() ? std::string(otherwise) : at->second;
}

std::vector<std::string> Arguments::all(std::string_view option) const {
    std::vector<std::string> list;
    const auto [from, to] = values.equal_range(option);
    for (auto at = from; at != to; ++at) list.push_back(at->second);
    return list;
}

std::int64_t Arguments::number(std::string_view option, std::int64_t otherwise, std::int64_t least,
                               std::int64_t greatest) const {
    const auto at = values.find(option);
    if (at == values.end()) return otherwise;
    std::int64_t value = 0;
    bool good = !at->second.empty() && at->second.size() <= 18;
    for (const char c : at->second) {
        if (c < '0' || c > '9') good = false;
        if (good) value = value * 10 + (c - '0');
    }
    if (!good || value < least || value > greatest)
        throw core::Fault(core::FaultKind::usage, "read the option", "--" + std::string(option),
                          "'" + at->second + "' is not a whole number from " +
                              std::to_string(least) + " to " + std::to_string(greatest),
                          "give another number");
    return value;
}

}  // namespace app
