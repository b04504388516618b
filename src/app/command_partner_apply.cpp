// sluice partner apply: what jobs/partners.xml says becomes true on the OpenSSH server.
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/outside.hpp"
#include "app/partner_change.hpp"
#include "app/sshd_setup.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/scratch_folder.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

// sshd refuses to lock anybody into a folder below one that others may write to.
void check_parents(const Home& home) {
    for (fs::path path = home.folder(); path.has_relative_path();) {
        path = path.parent_path();
        struct stat facts {};
        if (::stat(path.c_str(), &facts) == 0 && facts.st_uid == 0 && (facts.st_mode & 022U) == 0)
            continue;
        throw core::Fault(core::FaultKind::world, "apply the partners below", path.string(),
                          "it must belong to root and be writable by root alone: sshd refuses to "
                          "lock partners into folders below it",
                          "chown root and chmod go-w it, or move the home");
    }
}

void run_script(const fs::path& path) {
    OutsideLimits limits;
    limits.seconds_max = 600;
    const auto result =
        run_outside("sh " + shell_quoted(path.string()) + " </dev/null", "", limits);
    if (!result.output.empty()) std::cerr << result.output;
    if (!result.good())
        throw core::Fault(core::FaultKind::world, "apply the partners to", "sshd", result.reason,
                          "mend what it says above; applying again is safe");
}

// Each line may be run again, so the entry follows what was done.
void enter(Home& home, const SshdSetup& setup, const std::string& reason) {
    auto step = home.ledger().begin();
    step->append(
        ledger::EntryKind::partner, 0, home.now(),
        operator_body(reason, "\"act\":\"apply\",\"accounts\":" + std::to_string(setup.accounts) +
                                  ",\"keys\":" + std::to_string(setup.keys) + ",\"applied\":" +
                                  json_quoted(home.partners().digest) + ",\"script\":" +
                                  json_quoted(seal::hex(seal::sha256(setup.script)))));
    step->commit();
}

int run_apply(const Arguments& arguments) {
    Home home(arguments);
    const SshdSetup setup = sshd_setup(home);
    if (arguments.has("config")) {
        std::cout << setup.config;
        return 0;
    }
    if (arguments.has("plan")) {
        std::cout << setup.script;
        return 0;
    }
    if (::geteuid() != 0)
        throw core::Fault(core::FaultKind::usage, "apply the partners to", "sshd",
                          "it needs root: accounts and owners are changed",
                          "call it with sudo, or see with --plan what it does");
    check_parents(home);
    {  // root's own folder: below the home others could put their script in its place
        const io::ScratchFolder scratch;
        const fs::path script = scratch.path() / "partner-apply.sh";
        io::write_file(script, setup.script);
        run_script(script);
    }
    if (io::facts(home.spool() / "ledger" / "ledger.db"))
        enter(home, setup, arguments.get("reason", "applied"));
    std::cout << "applied: " << setup.accounts << " accounts, " << setup.keys << " keys\n";
    return 0;
}

constexpr Option options[] = {
    {"plan", "", "print what would be done, as a script to read and run; changes nothing"},
    {"config", "", "print the part for /etc/ssh/sshd_config.d alone"},
    {"reason", "TEXT", "why; it stands in the journal with your name"},
};

}  // namespace

const Command partner_apply_command{
    "partner apply",
    "",
    "give the SSH server accounts, keys and folders",
    "One chrooted account sNNNNNN a partner, in the group sluice-partners, with SFTP and nothing\n"
    "else; its keys that are good today, each with its end; its folders with their owners and\n"
    "modes; and the part of sshd's configuration. Closed partners lose their keys. Needs root.\n"
    "\n"
    "Call it after each change of partners, and daily where keys have a first day: what is right\n"
    "already stays as it is.",
    "sluice partner apply --plan | less",
    options,
    0,
    0,
    run_apply};

}  // namespace app
