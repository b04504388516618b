#pragma once
// The two-person rule: a command that jobs/roles.xml lists becomes a proposal, an entry of the
// ledger, until another person approves it. What is proposed is shown by the command's own --plan
// first; what becomes of it is an entry too.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "app/roles.hpp"
#include "job/roles.hpp"

namespace app {

struct Proposal {
    std::int64_t id = 0;  // the index of its entry
    core::Instant at, expires;
    std::string user, behind, operator_name, reason, command;  // `behind`: called sudo
    std::string plan;                                          // its beginning, for people
    std::string plan_sha256;                                   // of all of it
    std::vector<std::string> words;                            // of the command line
    std::vector<std::pair<std::string, std::string>> files;    // path and SHA-256 of what it names
    enum class State : unsigned char {
        open,
        approved,
        done,
        rejected,
        expired
    } state = State::open;
    std::string second;  // who approved or rejected it
};
std::string_view to_string(Proposal::State state);

// In the order in which they were made. An approved one was not carried out to its end. They expire
// by the clock of the machine, whatever --now says.
std::vector<Proposal> proposals(Home& home);

// One of those whom the proposal names, by himself or through sudo.
bool is_same_person(const Proposal& proposal, const Caller& who);
// "user" and "behind" as members of an entry.
std::string caller_members(const Caller& who);

bool takes_second_person(const job::Roles& roles, const Command& command,
                         const Arguments& arguments);
// Shows what would happen and enters the proposal; 1 where the command refuses even to plan it.
int propose(const Command& command, const Arguments& arguments, const job::Roles& roles);

// What --plan says; `status` becomes the command's.
std::string plan_of(const Command& command, const Arguments& arguments, int& status);

// While an approved command runs: what its entries say of the two.
struct Approval {
    std::int64_t proposal = 0;
    std::string proposed_by;
};
const std::optional<Approval>& current_approval();
void set_current_approval(std::optional<Approval> approval);

}  // namespace app
