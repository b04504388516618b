#include "app/journal_check.hpp"

#include <algorithm>
#include <chrono>

#include "app/journal.hpp"
#include "core/fault.hpp"
#include "io/lock.hpp"
#include "journal/check.hpp"
#include "seal/key_roll.hpp"

namespace app {

using ledger::EntryKind;

static constexpr std::int64_t entries_at_once = 10'000;

// ---- the log ----

// The entries have no gap; `seen` is the largest checkpoint under which an answer was signed.
static std::string check_entries(const ledger::Ledger& book, std::uint64_t& count,
                                 std::uint64_t& seen) {
    std::int64_t next = 0;
    for (;;) {
        const auto page = book.entries_from(next, entries_at_once);
        for (const ledger::Entry& entry : page) {
            if (entry.index != next)
                return "entry " + std::to_string(next) + " is missing from the ledger";
            ++next;
            if (entry.kind != EntryKind::outgoing) continue;
            const std::string under = journal::member(entry.body, "checkpoint");
            if (!under.empty()) seen = std::max<std::uint64_t>(seen, std::stoull(under));
        }
        if (page.size() < static_cast<std::size_t>(entries_at_once)) break;
    }
    count = static_cast<std::uint64_t>(next);
    return {};
}

static JournalChecked check_once(Home& home) {
    JournalChecked checked;
    const ledger::Ledger& book = home.ledger();
    const auto keys = seal::log_keys(home.keys_folder());
    const auto ends = [&](std::string problem) {
        checked.problem = std::move(problem);
        return checked;
    };
    std::uint64_t seen = 0;
    if (auto problem = check_entries(book, checked.entries, seen); !problem.empty())
        return ends(std::move(problem));
    const journal::Checked log =
        journal::check_log(journal_folder(home), keys, ledger_leaves(book), checked.entries);
    checked.signed_entries = log.entries;
    checked.checkpoints = log.checkpoints;
    if (!log.problem.empty()) return ends(log.problem);
    if (seen > log.entries)
        return ends("answers were signed under a checkpoint of " + std::to_string(seen) +
                    " entries, and the journal has " + std::to_string(log.entries) +
                    ": it was truncated");
    const auto wrong = book.check_states();
    if (!wrong.empty())
        return ends(std::to_string(wrong.size()) + (wrong.size() == 1 ? " file is" : " files are") +
                    " not in the state that the entries lead to, first " + wrong.front());
    return checked;
}

JournalChecked check_journal(Home& home) {
    JournalChecked checked;
    try {
        checked = check_once(home);
        if (checked.problem.empty()) return checked;
    } catch (const core::Fault&) {  // a tile that a run outgrew under our eyes: said below if not
        checked.problem = "again";
    }
    const io::Lock lock = io::Lock::take(home.work() / "journal.lock", "verify the journal",
                                         std::chrono::seconds(300));
    return check_once(home);
}

}  // namespace app
