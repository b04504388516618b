#pragma once
// Who calls this program, and which commands are his: jobs/roles.xml against one table of commands.
#include <set>
#include <string>

#include "app/command.hpp"
#include "job/roles.hpp"

namespace app {

// Root behind sudo is the person who called sudo, so that two proposals of one person do not
// become those of two.
struct Caller {
    std::string user;
    std::set<std::string> groups;
    std::string behind = {};  // who called sudo; empty: nobody did
};
Caller caller();

// jobs/roles.xml of the home that the arguments name; nothing given where there is no such home or
// file. A Fault (job) where it does not hold or names what is no command: then nobody may do
// anything.
job::Roles roles_of(const Arguments& arguments);

// It works without a home, or says nothing about anybody: nobody is asked who he is.
bool is_free(const Command& command);
// The first word of its name: lines of jobs/roles.xml may name a whole family.
std::string family_of(const Command& command);
// Auditors may call it: it changes nothing.
bool only_reads(const Command& command);
// The first name in the file that is neither a command nor a family of commands that ask for a
// role, with words; empty: there is none.
std::string wrong_command(const job::Roles& roles);

// Roles of the caller; all of them where there is no file.
std::set<job::Role> roles_held(const job::Roles& roles, const Caller& who);
bool may_call(const job::Roles& roles, const Caller& who, const Command& command);
// A Fault (usage) with words where he may not.
void require_role(const job::Roles& roles, const Caller& who, const Command& command);

}  // namespace app
