// sluice init: makes a home, or mends what is missing in one.
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/layout.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr const char* sample_partners = R"xml(<?xml version="1.0" encoding="UTF-8"?>
<!-- Who may send and receive. After a change: sluice job check, then sluice init DIR for folders.

     A certificate is sought under jobs/trust first, then beside this file. Its issuer goes to
     jobs/trust/ca/*.pem, revocation lists in jobs/trust/crl/*.pem.

       <certificate file="partners/100001.pem" from="2026-01-01" to="2026-12-31"/>
       <channel kind="sftp" key="partners/100001.pub"/>

     state: test (may not send R), active, closed. language of the answers: en, fr, nl, de. -->
<partners xmlns="urn:sluice:partners:1">
  <partner number="100001" name="Sample partner" state="test" language="en">
    <channel kind="sftp"/>
  </partner>
</partners>
)xml";

static std::string first_settings(const Arguments& arguments) {
    std::string text = settings_template();
    if (!arguments.has("installation")) return text;
    return text + "\ninstallation = " + arguments.get("installation") + '\n';
}

// Says what it made; nothing where all was there.
class Making {
  public:
    explicit Making(fs::path home) : home_(std::move(home)) {}
    void folder(const HomeFolder& folder) {
        if (make_folder(home_, folder)) said(folder.path + "/");
    }
    void file(const std::string& path, const std::string& content) {
        if (io::facts(home_ / path)) return;
        io::write_file(home_ / path, content, io::Replace::no, 0644);
        said(path);
    }
    void said(const std::string& what) {
        std::cout << "made " << what << '\n';
        ++made_;
    }
    int made() const { return made_; }

  private:
    fs::path home_;
    int made_ = 0;
};

static void make_ledger(const fs::path& home, Making& making) {
    const bool there = io::facts(home / "spool/ledger/ledger.db").has_value();
    const ledger::Ledger book(home / "spool/ledger", true);
    if (!there) making.said("spool/ledger/ledger.db");
}

static void make_keys(const fs::path& home, const Settings& settings, core::Instant now,
                      Making& making) {
    const bool there = io::facts(home / "spool/keys/pseudonym.key").has_value();
    seal::KeyOptions options;
    options.installation = settings.installation;
    seal::create_keys(home / "spool/keys", options, now);
    if (!there) making.said("spool/keys: authority, signing key, key of the journal, pseudonyms");
}

static int run_init(const Arguments& arguments) {
    const Clock clock(arguments);
    fs::path home = fs::absolute(arguments.operand(0)).lexically_normal();
    if (!home.has_filename()) home = home.parent_path();
    io::make_folders(home, 0755);
    io::show_paths_from(home);
    Making making(home);
    for (const HomeFolder& folder : home_folders()) making.folder(folder);
    making.file("jobs/partners.xml", sample_partners);
    making.file("jobs/sluice.conf", first_settings(arguments));
    const Settings settings = read_settings(home / "jobs" / "sluice.conf");
    make_ledger(home, making);
    make_keys(home, settings, clock.now(), making);
    std::vector<job::Diagnostic> diagnostics;
    const auto partners = job::read_partners(home / "jobs" / "partners.xml", diagnostics);
    if (!partners)
        throw_diagnostics("make the folders of the partners in", "jobs/partners.xml", diagnostics);
    for (const job::Partner& partner : partners->list)
        for (const HomeFolder& folder : partner_folders(partner)) making.folder(folder);
    if (making.made() > 0 && is_terminal())
        std::cout << "next: sluice --home " << home.string() << " doctor\n";
    return 0;
}

static constexpr Option options[] = {
    {"installation", "NAME", "name in the certificates and the journal (default: sluice.example)"},
};

const Command init_command{
    "init",
    "DIR",
    "make a home, or mend what is missing in one",
    "A home is the folder of one installation: jobs (the flows, the partners, whom they trust, "
    "the\n"
    "settings), xsd (the forms), and spool, where all that lives is kept: the partners' folders,\n"
    "work, drafts, archive, ledger, journal and keys.\n"
    "\n"
    "Running it again makes what is missing, also the folders of partners that were added to\n"
    "jobs/partners.xml, and touches nothing that is there.",
    "sluice init /srv/sluice --installation sluice.example.org",
    options,
    1,
    1,
    run_init};

}  // namespace app
