// sluice directory release and drop: what happens to a version that is held.
#include <iostream>

#include "app/command_list.hpp"
#include "app/directory_store.hpp"
#include "app/journal.hpp"
#include "core/fault.hpp"
#include "io/lock.hpp"

namespace app {

static int run_release(const Arguments& arguments) {
    const std::string reason = arguments.get("reason");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, "release", arguments.operand(0),
                          "no reason is given",
                          "add --reason with words that your successor will understand");
    Home home(arguments);
    const std::string name = directory_name(arguments);
    const io::Lock lock = io::Lock::take(home.work() / ("directory." + name + ".lock"),
                                         "release a version", std::chrono::seconds(30));
    directory::Store store = open_directory(home, name);
    enter_missing(home, store, name);
    if (arguments.has("drop")) {
        const auto info = store.find(arguments.operand(0));
        store.drop_held(arguments.operand(0));
        directory::Change change;
        change.outcome = directory::Outcome::held;
        change.id = info->id;
        change.digest = info->digest;
        change.counts = info->counts;
        enter(home, store, name, change, "dropped: " + reason);
        project_journal(home);
        std::cout << "version " << info->id << " is gone\n";
        return 0;
    }
    const directory::Change change = store.release(arguments.operand(0), home.now());
    enter(home, store, name, change, reason);
    project_journal(home);
    std::cout << "version " << change.id << " is the current one\n";
    return 0;
}

static constexpr Option options[] = {
    {"reason", "TEXT", "why; it stands in the journal with your name (required)"},
    {"drop", "", "throw the version away instead"},
    directory_choice[0],
    directory_choice[1],
};

const Command directory_release_command{
    "directory release",
    "VERSION",
    "let a held version of the directory become the current one",
    "A load that changed more of an owner's rows than directory-change-share-max waits for this.\n"
    "It can be released as long as the version it was compared with is still the current one.",
    "sluice directory release 2026-11-22.2 --reason \"fund 100102 merged with 100104\"",
    options,
    1,
    1,
    run_release};

}  // namespace app
