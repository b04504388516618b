// sluice journal verify: the signed log holds, the ledger says what the log says, and the log grew
// out of what partners kept of it.
#include <iostream>

#include "app/command_list.hpp"
#include "app/journal_check.hpp"
#include "app/terminal.hpp"
#include "app/witness.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

static core::Fault broken(const std::string& reason) {
    return {core::FaultKind::integrity, "verify", "the journal", reason,
            "stop all runs, keep the files as they are and call somebody"};
}

static int run_journal_verify(const Arguments& arguments) {
    Home home(arguments);
    std::string problem;
    if (!home.ledger().check_database(problem)) throw broken(problem);
    JournalChecked checked = check_journal(home);
    if (!checked.problem.empty()) throw broken(checked.problem);
    problem.clear();
    if (arguments.has("against-ledger") || arguments.has("archive")) problem = check_facts(home);
    if (problem.empty() && arguments.has("archive")) problem = check_archive(home);
    if (!problem.empty()) throw broken(problem);
    std::vector<std::filesystem::path> witnesses;
    for (const std::string& path : arguments.all("witness")) witnesses.emplace_back(path);
    for (const std::string& path : arguments.operands()) witnesses.emplace_back(path);
    const std::filesystem::path sent = home.archive() / "out";
    if (arguments.has("archive") && io::facts(sent))
        for (const auto& day : std::filesystem::directory_iterator(sent))
            witnesses.push_back(day.path());
    const WitnessesSeen seen = check_witnesses(home, witnesses);
    if (!seen.problem.empty()) throw broken(seen.problem);
    for (const std::string& lost : seen.lost)
        std::cout << coloured("lost", Colour::yellow) << "  " << lost << '\n';
    if (!is_terminal()) return 0;
    std::cout << coloured("good", Colour::green) << "  "
              << counted(static_cast<long long>(checked.entries), "entry", "entries")
              << " without a gap, " << checked.signed_entries << " of them under "
              << counted(static_cast<long long>(checked.checkpoints), "checkpoint", "checkpoints")
              << ", every file in the state they lead to\n";
    if (!witnesses.empty())
        std::cout << coloured("good", Colour::green) << "  the log grew out of what "
                  << counted(static_cast<long long>(seen.count - seen.lost.size()), "witness",
                             "witnesses")
                  << " saw\n";
    return 0;
}

static constexpr Option options[] = {
    {"against-ledger", "",
     "also the rows of every file, its slices, sums and what went out, against the entries"},
    {"archive", "", "all of that, and every byte that is kept of what came in and went out"},
    {"witness", "ANSWER",
     "an FS file, or a folder of them, that a partner kept; further ones follow", true},
};

const Command journal_verify_command{
    "journal verify",
    "[ANSWER...]",
    "check the signed log, and the ledger against it",
    "Checks everything: the signature of each checkpoint that was ever signed, every hash and "
    "tile\n"
    "of the log, that each checkpoint grew out of the one before, each entry of the ledger "
    "against\n"
    "its leaf, and the state of each file against its entries. Silence and exit status 0 say that\n"
    "all holds; 4 that something does not: the first such thing is named. Then stop, and call\n"
    "somebody.\n"
    "\n"
    "Answers that partners kept are witnesses: --witness takes their FS files, or folders of "
    "them,\n"
    "and finds a log that was rewritten or cut since. What was signed after a backup and before "
    "its\n"
    "restore is said to be lost with it. What a crash tears is mended by the next run and is "
    "never\n"
    "an alarm.",
    "sluice journal verify --against-ledger --witness received-from-sluice",
    options,
    0,
    100'000,
    run_journal_verify};

}  // namespace app
