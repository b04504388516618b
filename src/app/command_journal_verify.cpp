// sluice journal verify: every state is the fold of its entries, and the entries have no gap.
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"

namespace app {

static constexpr std::int64_t entries_at_once = 10'000;

static core::Fault broken(const std::string& reason) {
    return {core::FaultKind::integrity, "verify", "the ledger", reason,
            "stop all runs, keep the files as they are and call somebody"};
}

static std::int64_t check_entries(const ledger::Ledger& book) {
    std::int64_t next = 0;
    for (;;) {
        const auto page = book.entries_from(next, entries_at_once);
        for (const ledger::Entry& entry : page) {
            if (entry.index != next) throw broken("entry " + std::to_string(next) + " is missing");
            ++next;
        }
        if (page.size() < static_cast<std::size_t>(entries_at_once)) return next;
    }
}

static int run_journal_verify(const Arguments& arguments) {
    Home home(arguments);
    ledger::Ledger& book = home.ledger();
    std::string problem;
    if (!book.check_database(problem)) throw broken(problem);
    const std::int64_t entries = check_entries(book);
    const auto wrong = book.check_states();
    if (!wrong.empty())
        throw broken(counted(static_cast<long long>(wrong.size()), "file is", "files are") +
                     " not in the state that the entries lead to, first " + wrong.front());
    if (is_terminal())
        std::cout << coloured("good", Colour::green) << "  " << counted(entries, "entry", "entries")
                  << " without a gap, every file in the state they lead to\n";
    return 0;
}

static constexpr Option options[] = {
    {"against-ledger", "", "compare the states with the fold of the entries (always done)"},
};

const Command journal_verify_command{
    "journal verify",
    "",
    "check that the ledger says what its entries say",
    "Reads every entry, in order and without a gap, folds them to the state of each file, and\n"
    "compares that with the state the ledger gives; and checks the database itself. Silence and\n"
    "exit status 0 say that all holds; 4 that something does not: then stop, and call somebody.",
    "sluice journal verify --against-ledger",
    options,
    0,
    0,
    run_journal_verify};

}  // namespace app
