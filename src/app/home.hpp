#pragma once
// One installation: its folders, settings, jobs, partners, keys and ledger, opened when they are
// first asked for.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/settings.hpp"
#include "core/instant.hpp"
#include "core/threads.hpp"
#include "io/zone.hpp"
#include "job/agreement.hpp"
#include "job/calendar.hpp"
#include "job/job.hpp"
#include "job/partner.hpp"
#include "job/read.hpp"
#include "ledger/ledger.hpp"
#include "seal/cms_verify.hpp"
#include "seal/keys.hpp"

namespace app {

// The time of this command: --now, SLUICE_NOW, or the clock at each call.
class Clock {
  public:
    explicit Clock(const Arguments& arguments);
    core::Instant now() const;
    bool fixed() const { return fixed_.has_value(); }

  private:
    std::optional<core::Instant> fixed_;
};

std::filesystem::path home_folder(const Arguments& arguments);

class Home {
  public:
    // Throws a Fault where the folder is no home.
    explicit Home(const Arguments& arguments);

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path spool() const { return folder_ / "spool"; }
    std::filesystem::path partner_folder(std::string_view number) const {
        return spool() / "partners" / number;
    }
    std::filesystem::path work() const { return spool() / "work"; }
    std::filesystem::path drafts(ledger::FileId file) const {
        return spool() / "drafts" / std::to_string(file);
    }
    std::filesystem::path archive() const { return spool() / "archive"; }
    std::filesystem::path keys_folder() const { return spool() / "keys"; }

    const Settings& settings() const { return settings_; }
    const io::Zone& zone() const { return zone_; }
    core::Instant now() const { return clock_.now(); }
    core::Date today() const { return zone_.date(clock_.now()); }
    unsigned threads() const { return threads_; }

    // Jobs and partners are read once. Errors in them are one Fault (job) that shows each with its
    // place.
    const std::vector<std::shared_ptr<const job::Job>>& jobs();
    // Jobs are read beside what follows; what is wrong with them is said when they are asked for.
    void begin_jobs();
    std::shared_ptr<const job::Job> find_job(std::string_view name);
    std::vector<const job::Job*> jobs_of_subject(std::string_view subject);
    const job::Partners& partners();
    const job::Calendar& calendar();      // jobs/calendar.xml; the default where there is none
    const job::Agreements& agreements();  // jobs/agreements.xml; none where there is none
    const seal::Keys& keys();
    const seal::Keys* loaded_keys() const { return keys_.get(); }  // null: nobody asked for them
    const seal::TrustStore& trust();
    ledger::Ledger& ledger();

    std::string shown(const std::filesystem::path& path) const;  // relative to the home

  private:
    std::filesystem::path folder_;
    Settings settings_;
    unsigned threads_ = 1;  // asked of the system once
    Clock clock_;
    io::Zone zone_;
    std::optional<std::vector<std::shared_ptr<const job::Job>>> jobs_;
    std::optional<job::Partners> partners_;
    std::optional<job::Calendar> calendar_;
    std::optional<job::Agreements> agreements_;
    std::unique_ptr<seal::Keys> keys_;
    std::unique_ptr<seal::TrustStore> trust_;
    std::unique_ptr<ledger::Ledger> ledger_;
    core::Beside<std::vector<std::shared_ptr<const job::Job>>> coming_jobs_;
};

// The text of a Fault for diagnostics that hold errors: one line each.
[[noreturn]] void throw_diagnostics(const std::string& doing, const std::string& thing,
                                    const std::vector<job::Diagnostic>& diagnostics);

}  // namespace app
