// sluice journal mend: tiles that a disk lost or damaged, made again from the ledger, where that
// leads to what was signed.
#include <chrono>
#include <iostream>

#include "app/command_list.hpp"
#include "app/journal.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/lock.hpp"
#include "journal/mend.hpp"
#include "seal/key_roll.hpp"

namespace app {

static constexpr std::size_t files_named_max = 100;

// What was wrong stays known, also where it was somebody's work.
static void enter(Home& home, const std::string& reason,
                  const std::vector<journal::Mended>& mended) {
    std::vector<std::string> files;
    for (const journal::Mended& one : mended)
        if (files.size() < files_named_max)
            files.push_back(JsonObject().text("name", one.name).text("was", one.was).str());
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::failed, 0, home.now(),
                 operator_body(reason, "\"what\":\"journal-mended\",\"count\":" +
                                           std::to_string(mended.size()) +
                                           ",\"files\":" + json_array(files)));
    step->commit();
}

static int run_journal_mend(const Arguments& arguments) {
    Home home(arguments);
    const bool plan = arguments.has("plan");
    const std::string reason = arguments.get("reason");
    if (reason.empty() && !plan)
        throw core::Fault(core::FaultKind::usage, "mend", "the journal", "no reason is given",
                          "add --reason with what happened to the disk; it is kept for ever");
    const io::Lock lock =
        io::Lock::take(home.work() / "journal.lock", "mend the journal", std::chrono::seconds(300));
    const auto folder = journal_folder(home);
    const auto published = journal::read_checkpoint(folder, seal::log_keys(home.keys_folder()));
    if (!published)
        throw core::Fault(core::FaultKind::integrity, "mend", "the journal",
                          "there is no signed checkpoint to mend it by",
                          "restore spool/journal/checkpoint from a backup or an export");
    const auto mended = journal::mend_log(folder, *published, ledger_leaves(home.ledger()),
                                          plan ? journal::Mending::plan : journal::Mending::write);
    for (const journal::Mended& one : mended)
        std::cout << (plan ? "would make " : "made ") << one.name << " again: it was "
                  << (one.was == "missing" ? "missing" : "other bytes, SHA-256 " + one.was) << '\n';
    if (mended.empty() && is_terminal()) std::cout << "every tile is as it must be\n";
    if (!plan && !mended.empty()) enter(home, reason, mended);
    return 0;
}

static constexpr Option options[] = {
    {"reason", "TEXT", "what happened; it stands in the journal with your name"},
    {"plan", "", "say what is missing or damaged, and write nothing"},
};

const Command journal_mend_command{
    "journal mend",
    "",
    "make lost or damaged tiles of the log again",
    "Makes tiles and entry bundles that are missing or damaged again from the ledger, but only\n"
    "where the ledger's entries lead to exactly the root that was signed: damage to a disk does,\n"
    "a changed ledger does not (exit status 4, nothing is written). What was mended, with the\n"
    "digest of what lay there, is an entry of the journal.",
    "sluice journal mend --reason \"bad sector on the old disk\"",
    options,
    0,
    0,
    run_journal_mend};

}  // namespace app
