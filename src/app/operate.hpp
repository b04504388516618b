#pragma once
// What the operator's verbs share: who acts and why, the lock against a run that works on the same
// file, refusing with words, and saying what would happen.
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/home.hpp"
#include "app/target.hpp"
#include "io/lock.hpp"
#include "ledger/types.hpp"

namespace app {

// "ann", or "root (sudo: ann)".
std::string operator_name();
// The body of an operator's entry: who, why, and what more there is to say (finished JSON members).
std::string operator_body(const std::string& reason, const std::string& more = {});

// One verb on one file. Every way out of it is a line for people and an exit status.
class Operation {
  public:
    // Throws a Fault (usage) where --reason is missing or FILE cannot be read.
    Operation(const Arguments& arguments, std::string verb, const std::string& file);
    Operation(const Arguments& arguments, std::string verb)
        : Operation(arguments, std::move(verb), arguments.operand(0)) {}

    Home& home() { return home_; }
    const Target& target() const { return target_; }
    const std::string& reason() const { return reason_; }
    bool plan() const { return plan_; }
    // The file; none where nobody knows it (said on stderr: return `not_done`).
    std::optional<ledger::File> find();
    // Nobody else works on the file's job until this object ends. A Fault (world) after 5 s.
    void lock(const ledger::File& file);

    // "would VERB ..." of a plan, or "VERB ..." as done.
    int done(const std::string& what) const;
    // It cannot be done, and why; exit 1.
    int refuse(const std::string& why) const;

    static constexpr int not_done = 1;

  private:
    Home home_;
    std::string verb_, reason_;
    Target target_;
    bool plan_;
    std::optional<io::Lock> lock_;
};

inline constexpr Option operator_options[] = {
    {"reason", "TEXT", "why; it stands in the journal with your name (required)"},
    {"plan", "", "say exactly what would happen, and do nothing"},
};
// Of the verbs that may select their files.
inline constexpr Option verb_options[] = {
    operator_options[0],
    operator_options[1],
    {"code", "C", "without FILE: files that have this code, of themselves or in a finding"},
    {"job", "J", "without FILE: files of this job"},
    {"sender", "N", "without FILE: files of this partner"},
    {"since", "D", "without FILE: only those received since this day or RFC 3339 instant"},
};

// One act on the file that is named, or on each that --code, --job and --sender select among those
// in one of these states, oldest first; at most `selection_files_max`, else a Fault (usage). The
// greatest exit status of them; 1 where none is selected.
inline constexpr std::size_t selection_files_max = 1'000;
int operate(const Arguments& arguments, const std::string& verb,
            const std::vector<ledger::FileState>& states,
            const std::function<int(Operation&)>& act);

// Where the private copy of a part lies now (work, or the archive); empty where it is gone.
std::filesystem::path copy_of(const Home& home, const ledger::File& file, const std::string& path);
// Those of all its parts are kept.
bool has_copies(Home& home, const ledger::File& file);

}  // namespace app
