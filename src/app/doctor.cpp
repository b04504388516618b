#include "app/doctor.hpp"

#include <algorithm>
#include <set>

#include "app/dispatch.hpp"
#include "app/layout.hpp"
#include "app/memory_plan.hpp"
#include "app/obstacles.hpp"
#include "app/stamping.hpp"
#include "app/standing.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "job/onboarding.hpp"
#include "job/registers.hpp"
#include "job/roles.hpp"
#include "outbox/names.hpp"
#include "schema/referee_library.hpp"
#include "seal/certificate.hpp"
#include "seal/keys.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::FileState;
using ledger::OutgoingState;

static constexpr std::int64_t second = 1'000'000, minute = 60 * second, day = 86'400 * second;

void Examination::complain(std::string about, std::string problem, std::string advice) {
    complaints_.push_back({true, std::move(about), std::move(problem), std::move(advice)});
}

void Examination::note(std::string about, std::string problem, std::string advice) {
    complaints_.push_back({false, std::move(about), std::move(problem), std::move(advice)});
}

void Examination::attempt(const std::string& about, const std::function<void()>& check) {
    try {
        check();
    } catch (const core::Fault& fault) {
        complain(about, fault.doing() + " " + fault.thing() + ": " + fault.reason(),
                 fault.advice().empty() ? "mend it, then ask again" : fault.advice());
    }
}

std::vector<Complaint> Examination::run() {
    attempt("partners and jobs", [&] { definitions(); });
    // A night asks it only when a record is wrong.
    attempt("referee", [] { schema::referee_library(); });
    attempt("folders", [&] { folders(); });
    attempt("file system", [&] { one_file_system(); });
    attempt("disk", [&] { disk(); });
    attempt("keys", [&] { keys(); });
    if (partners_good_) attempt("certificates", [&] { partner_certificates(); });
    if (partners_good_) attempt("keys", [&] { key_modes(); });
    if (partners_good_) attempt("volume", [&] { volume(); });
    attempt("trust", [&] { trust(); });
    attempt("time-stamps", [&] { time_stamps(); });
    attempt("ledger", [&] { ledger(); });
    if (ledger_good_) {
        attempt("clock", [&] { clock(); });
        attempt("landing zone", [&] { landing(); });
        attempt("deliveries", [&] { outgoing(); });
        attempt("drafts", [&] { staging(); });
    }
    sshd();
    return std::move(complaints_);
}

std::vector<Complaint> Examination::expiries() {
    attempt("keys", [&] { keys(); });
    attempt("certificates", [&] { partner_certificates(); });
    attempt("trust", [&] { trust(); });
    attempt("time-stamps", [&] { time_stamps(); });
    std::vector<Complaint> serious;
    for (Complaint& one : complaints_)
        if (one.serious) serious.push_back(std::move(one));
    return serious;
}

// ---- folders and disk ----

static bool is_private_folder(const std::string& path) {
    return path.rfind("spool/", 0) == 0 && path != "spool/partners";
}

void Examination::folder(const std::string& path, bool is_private) {
    const auto facts = io::facts(home_.folder() / path);
    if (!facts || facts->kind != io::Kind::folder)
        return complain(path, "this folder is missing", "sluice init " + home_.folder().string());
    if (is_private && (facts->mode & 077U) != 0)
        complain(path, "others than its owner can enter it", "chmod 700 " + path);
    else if ((facts->mode & 0002U) != 0)
        complain(path, "everybody can write to it", "chmod o-w " + path);
}

void Examination::folders() {
    for (const HomeFolder& one : home_folders()) folder(one.path, is_private_folder(one.path));
    if (!partners_good_) return;
    for (const job::Partner& partner : home_.partners().list) {
        if (partner.state == job::PartnerState::closed) continue;
        for (const HomeFolder& one : partner_folders(partner)) folder(one.path, false);
    }
}

// Claims, drafts and deliveries are renames: they work within one file system alone.
void Examination::one_file_system() {
    const auto root = io::facts(home_.spool());
    if (!root) return;
    const auto compare = [&](const fs::path& path) {
        const auto facts = io::facts(path);
        if (facts && facts->device != root->device)
            complain(home_.shown(path), "it lies on another file system than spool",
                     "put the partners' folders, work, drafts and archive on one file system");
    };
    for (const char* name : {"partners", "work", "drafts", "drafts/out", "archive"})
        compare(home_.spool() / name);
    if (!partners_good_) return;
    for (const job::Partner& partner : home_.partners().list)
        for (const HomeFolder& one : partner_folders(partner)) compare(home_.folder() / one.path);
}

void Examination::disk() {
    static constexpr std::uint64_t files_free_min = 10'000;
    const auto space = io::disk_space(home_.spool());
    if (space.bytes_free < home_.settings().disk_reserve_bytes)
        complain("disk",
                 std::to_string(space.bytes_free) + " bytes are free, less than the reserve of " +
                     std::to_string(home_.settings().disk_reserve_bytes),
                 "free space; until then files are held before they start");
    if (space.files_free > 0 && space.files_free < files_free_min)
        complain("disk", std::to_string(space.files_free) + " files can still be made",
                 "remove old files; the archive is the place to look");
}

// ---- keys, certificates, trust ----

void Examination::keys() {
    const int warn = static_cast<int>(home_.settings().certificate_warn_days);
    // What this command has worked with is not loaded once more.
    const seal::Keys* loaded = home_.loaded_keys();
    for (const std::string& text :
         loaded != nullptr ? seal::key_complaints(*loaded, home_.now(), warn)
                           : seal::key_complaints(home_.keys_folder(), home_.now(), warn))
        complain("spool/keys", text,
                 text.find("expire") != std::string::npos
                     ? "make new keys in time and give partners the new chain: sluice key export"
                     : "restore the keys from the backup; sluice init makes what is missing");
    if (!io::facts(home_.keys_folder())) return;
    for (const std::string& name : io::list(home_.keys_folder(), 1'000)) {
        const auto facts = io::facts(home_.keys_folder() / name);
        const bool secret = name.size() > 4 && name.compare(name.size() - 4, 4, ".key") == 0;
        if (facts && secret && (facts->mode & 077U) != 0)
            complain("spool/keys/" + name, "others than its owner can read it",
                     "chmod 600 spool/keys/" + name + ", and think about who has read it");
    }
}

std::optional<core::Instant> Examination::certificate_end(const job::Partner& partner,
                                                          const job::Certificate& certificate) {
    const std::string name = certificate.file.filename().string();
    if (!io::facts(certificate.file)) {
        complain("partner " + partner.number, "its certificate " + name + " is not there",
                 "put it under jobs/trust, or take it out of jobs/partners.xml");
        return std::nullopt;
    }
    core::Instant end = seal::read_certificates(certificate.file).front().not_after;
    if (certificate.to)
        end = std::min(end, home_.zone().start_of_day(core::Date{certificate.to->days + 1}));
    return end;
}

// One certificate that goes on long enough covers for those that end.
void Examination::certificates_of(const job::Partner& partner) {
    std::optional<core::Instant> last;
    std::string name;
    for (const job::Certificate& one : partner.certificates)
        attempt("partner " + partner.number, [&] {
            const auto end = certificate_end(partner, one);
            if (!end || (last && *last >= *end)) return;
            last = end;
            name = one.file.filename().string();
        });
    if (!last) return;
    const std::int64_t left = last->microseconds - home_.now().microseconds;
    const std::int64_t warn = std::int64_t{home_.settings().certificate_warn_days} * day;
    if (left <= 0)
        complain("partner " + partner.number,
                 "its last certificate " + name + " ended at " + core::to_string(*last),
                 "ask the partner for a new one; its R files are refused");
    else if (left < warn)
        complain("partner " + partner.number,
                 "its last certificate " + name + " ends at " + core::to_string(*last),
                 "ask the partner for the next one and register it beside this one");
}

// A key that ends and has no successor locks its partner out.
void Examination::keys_of(const job::Partner& partner) {
    for (const job::Channel& one : partner.channels) {
        if (one.kind != "sftp" || !one.to) continue;
        const bool goes_on = std::any_of(
            partner.channels.begin(), partner.channels.end(), [&](const job::Channel& other) {
                return other.kind == "sftp" && other.capacity == one.capacity &&
                       (!other.to || *other.to > *one.to);
            });
        const std::int32_t left = one.to->days - home_.today().days;
        if (goes_on || left >= static_cast<std::int32_t>(home_.settings().certificate_warn_days))
            continue;
        complain("partner " + partner.number,
                 std::string(left < 0 ? "its last SSH key ended on " : "its SSH key ends on ") +
                     core::to_string(*one.to),
                 "ask for the next one: sluice partner channel renew");
    }
}

void Examination::onboarding_of(const job::Partner& partner) {
    if (partner.state != job::PartnerState::test || partner.onboarding == nullptr) return;
    if (partner.onboarding->due < home_.today())
        complain("partner " + partner.number,
                 "it should have been connected by " + core::to_string(partner.onboarding->due),
                 "see what is missing: sluice partner show " + partner.number);
}

void Examination::partner_certificates() {
    for (const job::Partner& partner : home_.partners().list) {
        if (partner.state == job::PartnerState::closed) continue;
        certificates_of(partner);
        keys_of(partner);
        onboarding_of(partner);
        if (partner.certificates.empty() && partner.state == job::PartnerState::active)
            note("partner " + partner.number, "no certificate is registered for it",
                 "if it sends: its R files are refused until one is");
    }
}

void Examination::trust() {
    const core::Instant now = home_.now();
    const std::int64_t warn = std::int64_t{home_.settings().certificate_warn_days} * day;
    const auto authorities = home_.trust().authorities();
    if (authorities.empty())
        note("jobs/trust/ca", "no authority is trusted",
             "put the authorities of the partners' certificates there as PEM");
    for (const seal::CertificateFacts& facts : authorities)
        if (facts.not_after.microseconds - now.microseconds < warn)
            complain("jobs/trust/ca",
                     facts.subject + (facts.not_after < now ? " ended at " : " ends at ") +
                         core::to_string(facts.not_after),
                     "get the authority's next certificate");
    for (const auto& list : home_.trust().revocation_lists())
        if (list.next_update && *list.next_update < now)
            complain(list.file, "a newer list was due at " + core::to_string(*list.next_update),
                     "fetch the newest list of " + list.issuer +
                         "; until then signatures under it are refused");
}

void Examination::time_stamps() {
    if (!time_stamper(home_)) return;
    const std::int64_t warn = std::int64_t{home_.settings().certificate_warn_days} * day;
    const seal::TimeStampTrust trust = time_stamp_trust(home_);
    for (const seal::CertificateFacts& facts : trust.certificates())
        if (facts.not_after.microseconds - home_.now().microseconds < warn)
            complain("jobs/trust/tsa",
                     facts.subject + (facts.not_after < home_.now() ? " ended at " : " ends at ") +
                         core::to_string(facts.not_after),
                     "get the next certificate of the time-stamping authority");
}

// ---- definitions ----

void Examination::definitions() {
    std::vector<job::Diagnostic> diagnostics;
    const auto partners = job::read_partners(home_.folder() / "jobs" / "partners.xml", diagnostics);
    partners_good_ = partners.has_value();
    job::ReadOptions options;
    options.home = home_.folder();
    options.partners = partners ? &*partners : nullptr;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(home_.folder() / "jobs"))
        if (job::is_job_file(entry.path())) files.insert(entry.path());
    for (const fs::path& file : files) job::read_job(file, options, diagnostics);
    job::read_calendar(home_.folder() / "jobs" / "calendar.xml", home_.zone(), diagnostics);
    job::read_agreements(home_.folder() / "jobs" / "agreements.xml", diagnostics);
    job::read_roles(home_.folder() / "jobs" / "roles.xml", diagnostics);
    job::read_registers(home_.folder() / "jobs" / "registers.xml", diagnostics);
    for (const job::Diagnostic& diagnostic : diagnostics)
        if (diagnostic.error)
            complain(home_.shown(diagnostic.file) + ":" + std::to_string(diagnostic.line),
                     diagnostic.text, "mend it, then: sluice job check");
    if (files.empty())
        note("jobs", "there is no job", "write one: every file is refused until then");
    if (std::none_of(diagnostics.begin(), diagnostics.end(), [](const auto& d) { return d.error; }))
        memory_plan(home_.settings(), home_.jobs());
}

// ---- ledger and clock ----

void Examination::ledger() {
    home_.ledger().count_by_state();
    ledger_good_ = true;
}

// The newest entry, found by halving: entries are numbered from 0 without gaps.
static std::optional<ledger::Entry> newest_entry(const ledger::Ledger& book) {
    const auto at = [&](std::int64_t index) { return book.entries_from(index, 1); };
    if (at(0).empty()) return std::nullopt;
    std::int64_t known = 0, beyond = 1;
    while (!at(beyond).empty()) {
        known = beyond;
        beyond *= 2;
    }
    while (beyond - known > 1) {
        const std::int64_t middle = known + (beyond - known) / 2;
        (at(middle).empty() ? beyond : known) = middle;
    }
    return at(known).front();
}

void Examination::clock() {
    const auto newest = newest_entry(home_.ledger());
    if (newest && newest->at > home_.now())
        complain("clock",
                 "it shows " + core::to_string(home_.now()) + ", but the newest entry is of " +
                     core::to_string(newest->at),
                 "set the clock (chrony, systemd-timesyncd) before the next run");
}

// ---- what waits ----

void Examination::landing() {
    for (Obstacle& one : obstacles(home_)) complain(one.about, one.problem, one.advice);
    for (const WaitingSet& set : waiting_sets(home_, {})) {
        const std::int64_t age = home_.now().microseconds - set.since.microseconds;
        if (set.complete && age > 10 * minute)
            complain(set.identity,
                     "it lies complete in " + set.landing + " since " + core::to_string(set.since),
                     "see that sluice receive runs every minute (timer), and try it by hand");
        else if (!set.complete && age > 60 * minute)
            note(set.identity,
                 "half a set lies in " + set.landing + " since " + core::to_string(set.since),
                 "ask partner " + set.sender + " for the rest; it is refused after " +
                     std::to_string(home_.settings().half_set_hours_max) + " hours");
    }
    home_.ledger().each_file_in({FileState::held}, [&](const ledger::File& file) {
        complain(file.identity.text(),
                 "it is held" + (file.held_reason.empty() ? "" : ": " + file.held_reason),
                 "sluice release or sluice cancel; files behind it wait");
    });
}

void Examination::outgoing() {
    for (const ledger::Outgoing& row : home_.ledger().outgoing_in(OutgoingState::held))
        complain(row.name, "it cannot be put into " + row.folder + " of " + row.recipient,
                 "see why with: sluice show, and mend the folder; the next run tries again");
}

// Staged members that no open row names were left by a crash, or by hand.
void Examination::staging() {
    const fs::path folder = staging_folder(home_);
    if (!io::facts(folder)) return;
    std::set<std::string> open;
    for (const OutgoingState state :
         {OutgoingState::drawn, OutgoingState::staged, OutgoingState::held})
        for (const ledger::Outgoing& row : home_.ledger().outgoing_in(state))
            if (const auto identity = outbox::data_identity(row.name))
                open.insert(identity->text());
    std::size_t lost = 0;
    std::string first;
    for (const std::string& name : io::list(folder, 1'000'000)) {
        const auto identity = outbox::data_identity(name);
        if (identity && open.count(identity->text()) > 0) continue;
        if (lost++ == 0) first = name;
    }
    if (lost > 0)
        note("spool/drafts/out",
             counted(static_cast<long long>(lost), "file", "files") +
                 " that no open delivery names, first " + first,
             "they are copies of published files from before a crash; remove them when no run "
             "works");
}

void Examination::sshd() {
    if (io::facts("/etc/ssh/sshd_config"))
        return;  // how partners are let in is checked by the set-up script, not guessed here
    note("sshd", "no OpenSSH server is set up on this machine",
         "partners come in over SFTP: install openssh-server and set up one chrooted account per "
         "partner, as scripts/ shows");
}

}  // namespace app
