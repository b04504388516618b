// sluice backup | restore.
#include <iostream>

#include "app/backup.hpp"
#include "app/command_list.hpp"
#include "app/standstill.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;

static int run_backup(const Arguments& arguments) {
    Home home(arguments);
    const fs::path folder = arguments.operand(0);
    if (io::facts(folder))
        throw core::Fault(core::FaultKind::usage, "back up to", io::printable(folder.string()),
                          "it is there already", "name a folder that is not there yet");
    const Standstill standstill(home, "backup");
    const BackupResult done = write_backup(home, folder, arguments.get("pseudonyms"));
    std::cout << done.files << " files, " << done.bytes << " bytes, " << done.linked
              << " of them shared with the home\n";
    return 0;
}

static int run_restore(const Arguments& arguments) {
    const fs::path folder = arguments.operand(0), to = home_folder(arguments);
    if (const std::string problem = check_backup(folder); !problem.empty())
        throw core::Fault(core::FaultKind::integrity, "restore from",
                          io::printable(folder.string()), problem,
                          "take another backup; nothing was changed");
    if (io::facts(to / "spool" / "ledger" / "ledger.db"))
        throw core::Fault(core::FaultKind::usage, "restore into", io::printable(to.string()),
                          "it has a ledger already",
                          "restore into an empty home; partners' folders may be there");
    unpack_backup(folder, to, arguments.get("pseudonyms"));
    Home home(arguments);
    std::vector<fs::path> witnesses;
    for (const std::string& path : arguments.all("witness")) witnesses.emplace_back(path);
    const Reconciled done = reconcile(home, witnesses, arguments.number("skip", 1000, 0, 1'000'000),
                                      arguments.get("reason", "restore"));
    std::cout << done.known << " published sets are known, " << done.added
              << " were published after the backup\n";
    for (const std::string& name : done.names) std::cout << "  " << name << '\n';
    return 0;
}

static constexpr Option backup_options[] = {
    {"pseudonyms", "DIR", "also put the keys of pseudonyms there: a place of their own"},
};

const Command backup_command{
    "backup",
    "DIR",
    "copy the home so that it can be restored",
    "Copies the ledger as one transaction saw it, the journal, drafts, jobs, schemas, keys and "
    "the\n"
    "archive into a new folder; the archive shares its bytes with the home where the file system\n"
    "is the same, so copy the folder on to another machine. Reception and runs wait meanwhile.\n"
    "Pseudonym keys are left out: whoever has them and a backup can tell persons, and destroying\n"
    "them must be possible. Keep them apart with --pseudonyms.",
    "sluice backup /backup/2026-04-01 --pseudonyms /safe/pseudonyms",
    backup_options,
    1,
    1,
    run_backup};

static constexpr Option restore_options[] = {
    {"pseudonyms", "DIR", "the keys of pseudonyms, from where backup put them"},
    {"witness", "DIR", "what a partner kept, in a folder named by its number", true},
    {"skip", "N", "leave so many numbers free for what nobody shows (default 1000)"},
    {"reason", "TEXT", "why; it stands in the journal with your name"},
};

const Command restore_command{
    "restore",
    "DIR",
    "make a home of a backup, without publishing anything twice",
    "Checks a backup and copies it into a home that has no ledger (--home); partners' folders may\n"
    "be there. What lies in them and is newer than the backup, and what partners show with\n"
    "--witness, is taken into the ledger under the names it has: it is not made again, and no\n"
    "number is given twice. A signed entry of the journal says what was found.",
    "sluice restore /backup/2026-04-01 --pseudonyms /safe/pseudonyms --home /srv/sluice",
    restore_options,
    1,
    1,
    run_restore};

}  // namespace app
