#include "app/supplement.hpp"

#include <algorithm>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "app/receiving.hpp"
#include "app/then.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;

// Nothing else under a name that is taken is ever accepted for processing.
bool is_supplement(const ledger::File& file) {
    return !file.owns_name && file.duplicate_of != 0 && !file.schema_digest.empty();
}

std::vector<ledger::File> supplements_of(const ledger::Ledger& book, const ledger::File& file) {
    std::vector<ledger::File> list;
    for (ledger::File& one : book.attempts(file.identity))
        if (is_supplement(one) && one.duplicate_of == file.id) list.push_back(std::move(one));
    return list;
}

std::optional<core::Instant> open_until(Home& home, const ledger::File& file) {
    const auto job = home.find_job(file.job);
    if (!job || job->retry_days == 0 || !file.decided_at || file.state != FileState::closed ||
        file.identity.environment == core::Environment::T || !file.owns_name)
        return std::nullopt;
    const core::Date last{home.zone().date(*file.decided_at).days + job->retry_days};
    return home.zone().instant(core::Date{last.days + 1}, 0);
}

namespace {

bool is_same_job(const job::Job& job, const ledger::File& file) {
    return job.digest == file.job_digest &&
           std::any_of(job.schemas.begin(), job.schemas.end(), [&](const job::SchemaVersion& one) {
               return one.digest == file.schema_digest;
           });
}

// `reason`: of an operator; empty: the engine does it by itself.
void record(Home& home, const ledger::File& file, const job::Job& job, const std::string& version,
            const std::string& reason = {}) {
    const core::Instant now = home.now();
    ledger::File fresh = file;
    fresh.id = 0;
    fresh.duplicate_of = file.id;
    fresh.state = FileState::received;
    fresh.directory_version = version;
    fresh.partners_digest = home.partners().digest;
    fresh.decided_at.reset();
    fresh.closed_at.reset();
    fresh.documents = fresh.records = {};
    fresh.deadline_at = deadline_of(home, job, file.identity.sender, now);
    auto step = home.ledger().begin();
    step->add_file(fresh);
    for (ledger::Part part : home.ledger().parts(file.id)) {
        part.path = std::filesystem::relative(copy_of(home, file, part.path), home.spool());
        step->add_part(fresh.id, part);
    }
    const std::string body =
        JsonObject().text("supplement", file.identity.text()).text("directory", version).str();
    step->append(EntryKind::verified, fresh.id, now,
                 reason.empty() ? body : operator_body(reason, body.substr(1, body.size() - 2)));
    step->commit();
}

}  // namespace

std::size_t open_supplements(Home& home, const std::set<std::string>& jobs,
                             const std::set<std::string>& locked) {
    std::size_t count = 0;
    Directories directories(home);
    for (const auto& job : home.jobs()) {
        const bool other = jobs.empty() ? locked.count(job->name) > 0 : jobs.count(job->name) == 0;
        if (job->retry_days == 0 || other) continue;
        ledger::FileFilter filter;
        filter.job = job->name;
        filter.state = FileState::closed;
        // Received so long ago, it may still have been decided within the days.
        filter.since = core::Instant{home.now().microseconds -
                                     (std::int64_t{job->retry_days} + job->deadline_days + 31) *
                                         86'400'000'000};
        for (;;) {
            const auto page = home.ledger().files(filter);
            for (const ledger::File& file : page) {
                const auto until = open_until(home, file);
                if (!until || home.now() >= *until || !is_same_job(*job, file)) continue;
                const std::string version =
                    directories.current(*job, file.identity.environment).text();
                const auto before = supplements_of(home.ledger(), file);
                const ledger::File& last = before.empty() ? file : before.back();
                if (version.empty() || last.directory_version == version ||
                    last.state != FileState::closed || !has_copies(home, file))
                    continue;
                record(home, file, *job, version);
                ++count;
            }
            if (page.size() < static_cast<std::size_t>(filter.limit)) break;
            filter.before = page.back().id;
        }
    }
    return count;
}

std::string supplement_by_hand(Home& home, const ledger::File& file, const std::string& reason,
                               std::string& version) {
    const auto job = home.find_job(file.job);
    if (!job || !is_same_job(*job, file))
        return "its job or schema is no longer what it was: the verdicts would not be comparable";
    if (!has_copies(home, file)) return "its private copy is no longer kept";
    if (file.identity.environment == core::Environment::T) return "it is a rehearsal";
    Directories directories(home);
    version = directories.current(*job, file.identity.environment).text();
    const auto before = supplements_of(home.ledger(), file);
    const ledger::File& last = before.empty() ? file : before.back();
    if (last.state != FileState::closed) return "it is being decided again already";
    if (version.empty() || last.directory_version == version)
        return "the directory has not changed since it was decided last (version " +
               (version.empty() ? "none" : version) + ")";
    if (!reason.empty()) record(home, file, *job, version, reason);
    return {};
}

std::vector<EarlierRuling> rulings_before(Home& home, const ledger::File& supplement,
                                          const std::shared_ptr<const parse::Plan>& plan,
                                          Directories& directories) {
    std::vector<EarlierRuling> list;
    for (const ledger::File& file : home.ledger().attempts(supplement.identity)) {
        const bool before =
            file.id == supplement.duplicate_of || (is_supplement(file) && file.id < supplement.id &&
                                                   file.duplicate_of == supplement.duplicate_of);
        if (!before) continue;
        EarlierRuling one;
        one.partners = partners_then(home, file);
        if (!one.partners)
            throw core::Fault(core::FaultKind::integrity, "decide again", file.identity.text(),
                              "its partners of then are not in the ledger", "call somebody");
        one.ruling = std::make_unique<Ruling>(
            plan, *one.partners, file.identity.sender, home.zone().date(file.received_at),
            directories.pinned(file.directory_version, file.identity.environment), std::nullopt);
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace app
