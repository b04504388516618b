#pragma once
// Who may do what on this installation, and what takes a second person: the checked content of
// jobs/roles.xml. Plain values; which commands a role has is app's to say.
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "job/read.hpp"

namespace job {

// scheduler: what timers call. desk: answers senders. auditor: reads everything, changes nothing.
enum class Role : unsigned char { scheduler, operator_, desk, auditor };
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

struct RoleHolders {
    Role role = Role::operator_;
    std::set<std::string> users, groups;  // of the operating system
    std::set<std::string> commands;       // that this one may call besides: "incident", "cert list"
};

struct Roles {
    bool given = false;  // false: there is no file, and everybody is operator
    std::vector<RoleHolders> list;
    std::set<std::string> second_person;  // commands that a second person approves: "retry"
    int proposal_hours = 24;              // so long a proposal waits for it
    std::string digest;                   // hex SHA-256 of the file
};

// A missing file gives no roles at all.
std::optional<Roles> read_roles(const std::filesystem::path& file,
                                std::vector<Diagnostic>& diagnostics);

}  // namespace job
