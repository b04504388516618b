#include <algorithm>

#include "job/attributes.hpp"
#include "job/files.hpp"
#include "job/roles.hpp"

namespace job {

static constexpr std::string_view space = "urn:sluice:roles:1";
static constexpr std::string_view names[] = {"scheduler", "operator", "service-desk", "auditor"};

std::string_view to_string(Role role) {
    return names[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view text) {
    for (const Role role : {Role::scheduler, Role::operator_, Role::desk, Role::auditor})
        if (to_string(role) == text) return role;
    return std::nullopt;
}

static std::set<std::string> words_of(const std::string& text) {
    std::set<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) words.insert(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

// Commands of two words are written with a dash, as their manual pages are: cert-add.
static std::set<std::string> commands_of(const std::string& text) {
    std::set<std::string> commands;
    for (std::string word : words_of(text)) {
        std::replace(word.begin(), word.end(), '-', ' ');
        commands.insert(word);
    }
    return commands;
}

static RoleHolders holders_of(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    RoleHolders holders;
    holders.role = parse_role(a.token("name")).value_or(Role::operator_);
    holders.users = words_of(a.token("users"));
    holders.groups = words_of(a.token("groups"));
    holders.commands = commands_of(a.token("also"));
    if (holders.users.empty() && holders.groups.empty())
        report.error(element, "nobody has this role: name users=\"...\" or groups=\"...\"");
    return holders;
}

std::optional<Roles> read_roles(const std::filesystem::path& file,
                                std::vector<Diagnostic>& diagnostics) {
    std::error_code ignored;
    // Only where there is certainly none: what cannot be looked at must not open the house.
    if (std::filesystem::symlink_status(file, ignored).type() ==
        std::filesystem::file_type::not_found)
        return Roles{};
    Report report(std::filesystem::absolute(file).lexically_normal(), diagnostics);
    const auto opened = open(Kind::roles, space, "roles", report);
    Roles roles;
    roles.given = true;
    if (opened) {
        roles.digest = opened->digest;
        for (const xml::Element* each : opened->document->root().children) {
            if (each->is(space, "role")) roles.list.push_back(holders_of(*each, report));
            if (!each->is(space, "second-person")) continue;
            const Attributes a(*each, report);
            roles.second_person = commands_of(a.token("commands"));
            a.count("hours", roles.proposal_hours);
        }
    }
    report.finish();
    if (report.has_errors()) return std::nullopt;
    return roles;
}

}  // namespace job
