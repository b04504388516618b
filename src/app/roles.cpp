#include "app/roles.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "app/home.hpp"
#include "core/fault.hpp"

namespace app {

using job::Role;

namespace {

constexpr unsigned bit(Role role) {
    return 1U << static_cast<unsigned>(role);
}
constexpr unsigned timers = bit(Role::scheduler), desk = bit(Role::desk),
                   audit = bit(Role::auditor), reads = timers | desk | audit;

struct Row {
    std::string_view command;  // or the first word of a family
    unsigned roles;            // besides operators, who may call everything
};

// Operators may call every command. What is not listed here is theirs alone, so that a new command
// is nobody else's until somebody has thought about it.
constexpr std::array rows{
    Row{"receive", timers},
    Row{"run", timers},
    Row{"backup", timers},
    Row{"partner apply", timers},
    Row{"directory load", timers},
    Row{"directory apply", timers},
    Row{"traces expire", timers},
    Row{"archive expire", timers},
    Row{"journal checkpoint", timers},
    Row{"status", reads},
    Row{"show", reads},
    Row{"forecast", reads},
    Row{"report", reads},
    Row{"impact", reads},
    Row{"doctor", reads},
    Row{"partner list", reads},
    Row{"partner show", reads},
    Row{"cert list", reads},
    Row{"archive list", reads},
    Row{"key list", reads},
    Row{"directory list", reads},
    Row{"directory stats", reads},
    Row{"directory verify", reads},
    Row{"journal verify", reads},
    Row{"why", desk | audit},
    Row{"incident", desk},
    Row{"directory lookup", desk | audit},
    Row{"evidence", desk | audit},
    Row{"journal prove", desk | audit},
    Row{"journal export", audit},
    Row{"archive get", audit},
    Row{"person", audit},
    Row{"traces", audit},
    Row{"traces requests", audit},
    Row{"traces verify", audit},
    Row{"approve", reads},  // each proposal asks for the role of its own command as well
};

// These work without a home, or say nothing about anybody.
constexpr std::array free_commands{"help",      "codes",       "completion", "manual",
                                   "init",      "restore",     "check",      "key export",
                                   "job check", "job explain", "job test",   "receipt verify"};

std::set<std::string> groups_of(const std::string& user, gid_t primary) {
    int count = 64;
    std::vector<gid_t> ids(static_cast<std::size_t>(count));
    while (::getgrouplist(user.c_str(), primary, ids.data(), &count) < 0 && count < 65'536)
        ids.resize(
            static_cast<std::size_t>(count = std::max(count, 2 * static_cast<int>(ids.size()))));
    ids.resize(static_cast<std::size_t>(std::max(count, 0)));
    std::set<std::string> names;
    for (const gid_t id : ids)
        if (const group* one = ::getgrgid(id)) names.insert(one->gr_name);
    return names;
}

}  // namespace

Caller caller() {
    Caller who;
    const uid_t id = ::getuid();
    if (const char* behind = std::getenv("SUDO_USER")) who.behind = behind;
    const bool sudo = id == 0 && !who.behind.empty();
    const passwd* user = sudo ? ::getpwnam(who.behind.c_str()) : ::getpwuid(id);
    if (user == nullptr) {
        who.user = sudo ? who.behind : std::to_string(id);
        return who;
    }
    who.user = user->pw_name;
    who.groups = groups_of(who.user, user->pw_gid);
    return who;
}

job::Roles roles_of(const Arguments& arguments) {
    std::vector<job::Diagnostic> diagnostics;
    auto roles = job::read_roles(home_folder(arguments) / "jobs" / "roles.xml", diagnostics);
    if (!roles) throw_diagnostics("read the roles in", "jobs/roles.xml", diagnostics);
    if (const std::string wrong = wrong_command(*roles); !wrong.empty())
        throw core::Fault(core::FaultKind::job, "read the roles in", "jobs/roles.xml", wrong,
                          "name commands as sluice help does, two words with a dash: cert-add");
    return std::move(*roles);
}

static bool holds(const job::RoleHolders& one, const Caller& who) {
    return one.users.count(who.user) > 0 ||
           std::any_of(one.groups.begin(), one.groups.end(),
                       [&](const std::string& group) { return who.groups.count(group) > 0; });
}

std::set<Role> roles_held(const job::Roles& roles, const Caller& who) {
    if (!roles.given) return {Role::scheduler, Role::operator_, Role::desk, Role::auditor};
    std::set<Role> held;
    for (const job::RoleHolders& one : roles.list)
        if (holds(one, who)) held.insert(one.role);
    return held;
}

bool is_free(const Command& command) {
    return std::find(free_commands.begin(), free_commands.end(), command.name) !=
           free_commands.end();
}

std::string family_of(const Command& command) {
    return std::string(command.name.substr(0, command.name.find(' ')));
}

bool only_reads(const Command& command) {
    return std::any_of(rows.begin(), rows.end(), [&](const Row& each) {
        return each.command == command.name && (each.roles & audit) != 0;
    });
}

std::string wrong_command(const job::Roles& roles) {
    const auto wrong = [](const std::set<std::string>& names) -> std::string {
        for (const std::string& name : names)
            if (std::none_of(commands().begin(), commands().end(), [&](const Command& each) {
                    return !is_free(each) && (each.name == name || family_of(each) == name);
                }))
                return "'" + name + "' is no command that asks for a role";
        return {};
    };
    std::string first = wrong(roles.second_person);
    for (const job::RoleHolders& one : roles.list)
        if (first.empty()) first = wrong(one.commands);
    return first;
}

bool may_call(const job::Roles& roles, const Caller& who, const Command& command) {
    if (!roles.given || is_free(command)) return true;
    const auto held = roles_held(roles, who);
    if (held.count(Role::operator_) > 0) return true;
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& each) { return each.command == command.name; });
    for (const Role role : held)
        if (row != rows.end() && (row->roles & bit(role)) != 0) return true;
    const std::string name(command.name);
    const std::string family = family_of(command);
    return std::any_of(roles.list.begin(), roles.list.end(), [&](const job::RoleHolders& one) {
        return holds(one, who) && (one.commands.count(name) > 0 || one.commands.count(family) > 0);
    });
}

void require_role(const job::Roles& roles, const Caller& who, const Command& command) {
    if (may_call(roles, who, command)) return;
    std::string held;
    for (const Role role : roles_held(roles, who))
        held += (held.empty() ? "" : ", ") + std::string(to_string(role));
    throw core::Fault(core::FaultKind::usage, "call", "sluice " + std::string(command.name),
                      who.user + (held.empty() ? " has no role here"
                                               : " is " + held + ", which does not include it"),
                      "ask an operator; roles stand in jobs/roles.xml");
}

}  // namespace app
