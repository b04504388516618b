// The table of commands as text: overview, help, manual pages, completion.
#include <algorithm>
#include <sstream>

#include "app/command.hpp"
#include "core/fault.hpp"

namespace app {

static std::string padded(std::string_view text, std::size_t width) {
    std::string line(text);
    if (line.size() < width) line.append(width - line.size(), ' ');
    return line;
}

// "directory load" belongs to the family "directory"; empty: a command of one word.
static std::string_view family_of(const Command& command) {
    const std::size_t blank = command.name.find(' ');
    return blank == std::string_view::npos ? std::string_view() : command.name.substr(0, blank);
}

static std::string_view family_summary(std::string_view family) {
    static constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {"job", "the flows"},
        {"partner", "who takes part, their channels and keys"},
        {"cert", "certificates with which partners sign"},
        {"directory", "the reference directory"},
        {"archive", "what was received"},
        {"key", "keys that sign, now and before"},
        {"receipt", "answers and parcels, also without a home"},
        {"journal", "the signed log"}};
    for (const auto& [name, summary] : rows)
        if (name == family) return summary;
    return "see";
}

// Those of the commands from `at` on that are of the family, which are passed over.
static std::string verbs_of(std::string_view family, std::size_t& at) {
    std::string verbs;
    const auto all = commands();
    for (; at < all.size() && family_of(all[at]) == family; ++at)
        verbs += (verbs.empty() ? "" : "|") + std::string(all[at].name.substr(family.size() + 1));
    return verbs;
}

std::string overview() {
    std::ostringstream text;
    text << "sluice: receives, checks, splits, routes and answers batch files, with proof\n\n"
            "usage: sluice COMMAND [OPTION]... [ARGUMENT]...\n\n";
    const auto all = commands();
    for (std::size_t i = 0; i < all.size();) {
        const std::string_view family = family_of(all[i]);
        if (family.empty()) {
            const std::string_view name = all[i].name;
            text << "  " << padded(name, 12) << all[i].summary;
            const std::string verbs = verbs_of(name, ++i);
            text << (verbs.empty() ? "" : "; or: ") << verbs << '\n';
            continue;
        }
        text << "  " << padded(family, 12) << family_summary(family);
        text << ": " << verbs_of(family, i) << '\n';
    }
    text << "\ncommon options\n";
    for (const Option& option : common_options())
        text << "  --"
             << padded(std::string(option.name) + (option.argument.empty() ? "" : " ") +
                           std::string(option.argument),
                       17)
             << option.help << '\n';
    text
        << "\nexit status: 0 all accepted, 1 something was rejected, 2 command line or job wrong,\n"
           "             3 fault, run again, 4 integrity, call a human\n\n"
           "example: sluice check --job jobs/dmfa.xml FI.DMFA.000123.20260401.00001.R.1.1\n";
    return text.str();
}

static std::string synopsis(const Command& command) {
    std::string line = "sluice " + std::string(command.name);
    if (!command.options.empty()) line += " [OPTION]...";
    if (!command.operands.empty()) line += " " + std::string(command.operands);
    return line;
}

static std::string spelled(const Option& option) {
    std::string text = "--" + std::string(option.name);
    if (!option.argument.empty()) text += " " + std::string(option.argument);
    return text;
}

std::string help_of(const Command& command) {
    std::ostringstream text;
    text << "usage: " << synopsis(command) << "\n\n" << command.description << '\n';
    std::size_t width = 0;
    const auto widest = [&](std::span<const Option> options) {
        for (const Option& option : options) width = std::max(width, spelled(option).size());
    };
    widest(command.options);
    widest(common_options());
    const auto list = [&](std::span<const Option> options) {
        for (const Option& option : options)
            text << "  " << padded(spelled(option), width + 2) << option.help << '\n';
    };
    text << "\noptions\n";
    list(command.options);
    list(common_options());
    if (!command.example.empty()) text << "\nexample: " << command.example << '\n';
    return text.str();
}

// mdoc takes a leading dot or quote as a macro.
static std::string mdoc_line(std::string_view line) {
    std::string text;
    if (!line.empty() && (line[0] == '.' || line[0] == '\'')) text += "\\&";
    for (const char c : line) {
        if (c == '\\')
            text += "\\e";
        else if (c == '-')
            text += "\\-";
        else
            text += c;
    }
    return text;
}

// mdoc wants every sentence on a line of its own.
static void mdoc_paragraphs(std::ostringstream& page, std::string_view text) {
    std::size_t from = 0;
    while (from <= text.size()) {
        std::size_t end = text.find('\n', from);
        if (end == std::string_view::npos) end = text.size();
        std::string_view line = text.substr(from, end - from);
        from = end + 1;
        if (line.empty()) page << ".Pp\n";
        while (!line.empty()) {
            const std::size_t stop = std::min(line.find(". "), line.size());
            const std::size_t length = std::min(stop + 1, line.size());
            page << mdoc_line(line.substr(0, length)) << '\n';
            line.remove_prefix(std::min(length + 1, line.size()));
        }
    }
}

static void mdoc_options(std::ostringstream& page, std::span<const Option> options) {
    for (const Option& option : options) {
        page << ".It Fl \\-" << option.name;
        if (!option.argument.empty()) page << " Ar " << option.argument;
        page << '\n' << mdoc_line(option.help) << '\n';
    }
}

static std::string dashed(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), ' ', '-');
    return text;
}

static void mdoc_head(std::ostringstream& page, const std::string& name, std::string_view summary) {
    std::string title = name;
    std::transform(title.begin(), title.end(), title.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    page << ".Dd " << SLUICE_MANUAL_DATE << "\n.Dt " << title << " 1\n.Os\n.Sh NAME\n.Nm " << name
         << "\n.Nd " << summary << '\n';
}

std::string manual_page(const Command& command) {
    std::ostringstream page;
    mdoc_head(page, "sluice-" + dashed(command.name), command.summary);
    page << ".Sh SYNOPSIS\n.Nm sluice " << command.name << '\n';
    if (!command.options.empty()) page << ".Op Ar option ...\n";
    if (!command.operands.empty()) page << ".Ar " << mdoc_line(command.operands) << '\n';
    page << ".Sh DESCRIPTION\n";
    mdoc_paragraphs(page, command.description);
    page << ".Sh OPTIONS\n.Bl -tag -width Ds\n";
    mdoc_options(page, command.options);
    mdoc_options(page, common_options());
    page << ".El\n.Sh EXIT STATUS\n0 all done, everything accepted; 1 done, something was "
            "rejected; 2 command line or job wrong;\n"
            "3 fault, running again is safe; 4 integrity, call a human.\n";
    if (!command.example.empty())
        page << ".Sh EXAMPLES\n.Dl " << mdoc_line(command.example) << '\n';
    page << ".Sh SEE ALSO\n.Xr sluice 1\n";
    return page.str();
}

std::string manual_of_program() {
    std::ostringstream page;
    mdoc_head(page, "sluice", "batch file processing for government data exchange");
    page << ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar option ...\n.Op Ar argument ...\n.Sh "
            "DESCRIPTION\n"
            "Receives large XML and flat batch files from partners, verifies their signatures, "
            "validates them against XSD, splits them\n"
            "into records, routes each record to the institutions entitled to it, answers the "
            "sender, and keeps a ledger of it all.\n"
            ".Sh COMMANDS\n.Bl -tag -width Ds\n";
    for (const Command& command : commands())
        page << ".It " << command.name << '\n'
             << mdoc_line(command.summary) << " ; see\n.Xr sluice-" << dashed(command.name)
             << " 1\n";
    page << ".El\n.Sh OPTIONS\n.Bl -tag -width Ds\n";
    mdoc_options(page, common_options());
    page
        << ".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev SLUICE_HOME\nthe home where no --home "
           "is given\n.It Ev SLUICE_NOW\nthe time where no --now is given\n.El\n"
           ".Sh EXIT STATUS\n0 all done, everything accepted; 1 done, something was rejected; 2 "
           "command line or job wrong;\n3 fault, running again is safe; 4 integrity, call a "
           "human.\n";
    return page.str();
}

// Behind the first word of a family its verbs are offered; a command of one word may bear the same
// name (traces), so its options are still reached with a dash.
static void bash_families(std::ostringstream& text) {
    const auto all = commands();
    for (std::size_t i = 0; i < all.size();) {
        const std::string_view family = family_of(all[i]);
        if (family.empty()) {
            ++i;
            continue;
        }
        text << "        '" << family << "') COMPREPLY=($(compgen -W '";
        for (; i < all.size() && family_of(all[i]) == family; ++i)
            text << all[i].name.substr(family.size() + 1) << ' ';
        text << "' -- \"$word\")); [[ $word == -* ]] || return ;;\n";
    }
}

static std::string bash_completion() {
    std::ostringstream text;
    text << "_sluice() {\n    local word=${COMP_WORDS[COMP_CWORD]} command=\"${COMP_WORDS[1]}\"\n"
            "    [ ${#COMP_WORDS[@]} -gt 3 ] && case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n";
    const auto options_of = [](const Command& command) {
        std::string list;
        for (const Option& option : command.options) list += " --" + std::string(option.name);
        for (const Option& option : common_options()) list += " --" + std::string(option.name);
        return list;
    };
    for (const Command& command : commands())
        if (command.name.find(' ') != std::string_view::npos)
            text << "    '" << command.name << "') command='" << command.name << "' ;;\n";
    text << "    *) ;;\n    esac\n    if [ \"$COMP_CWORD\" = 1 ]; then\n        "
            "COMPREPLY=($(compgen -W '";
    std::string before;
    for (const Command& command : commands()) {
        const std::string first(command.name.substr(0, command.name.find(' ')));
        if (first != before) text << first << ' ';
        before = first;
    }
    text << "' -- \"$word\"))\n        return\n    fi\n"
            "    if [ \"$COMP_CWORD\" = 2 ]; then\n        case \"${COMP_WORDS[1]}\" in\n";
    bash_families(text);
    text << "        *) ;;\n        esac\n    fi\n    case \"$command\" in\n";
    for (const Command& command : commands())
        text << "    '" << command.name << "') COMPREPLY=($(compgen -W '" << options_of(command)
             << "' -- \"$word\")) ;;\n";
    text << "    esac\n    [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "
            "\"$word\"))\n}\ncomplete -o filenames -F _sluice sluice\n";
    return text.str();
}

std::string completion(std::string_view shell) {
    if (shell == "bash") return bash_completion();
    // zsh runs bash completions through its own compatibility layer.
    if (shell == "zsh")
        return "#compdef sluice\nautoload -U +X bashcompinit && bashcompinit\n" + bash_completion();
    throw core::Fault(core::FaultKind::usage, "write the completion for", std::string(shell),
                      "only bash and zsh are known", "see: sluice help completion");
}

}  // namespace app
