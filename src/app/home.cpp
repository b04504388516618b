#include "app/home.hpp"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "app/stamping.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "job/questions.hpp"

namespace app {

namespace fs = std::filesystem;

static std::string option_or_environment(const Arguments& arguments, std::string_view option,
                                         const char* variable) {
    if (arguments.has(option)) return arguments.get(option);
    const char* value = std::getenv(variable);
    return value == nullptr ? std::string() : std::string(value);
}

Clock::Clock(const Arguments& arguments) {
    const std::string text = option_or_environment(arguments, "now", "SLUICE_NOW");
    if (text.empty()) return;
    fixed_ = core::parse_instant(text);
    if (!fixed_)
        throw core::Fault(core::FaultKind::usage, "read the time of", "--now",
                          "'" + text + "' is not an RFC 3339 instant",
                          "write it like 2026-04-01T02:00:00Z");
}

core::Instant Clock::now() const {
    return fixed_ ? *fixed_ : io::now();
}

fs::path home_folder(const Arguments& arguments) {
    const std::string text = option_or_environment(arguments, "home", "SLUICE_HOME");
    return fs::absolute(text.empty() ? "." : text).lexically_normal();
}

static fs::path existing_home(const Arguments& arguments) {
    fs::path folder = home_folder(arguments);
    if (!folder.has_filename()) folder = folder.parent_path();
    if (!fs::is_directory(folder / "jobs") || !fs::is_directory(folder / "spool"))
        throw core::Fault(core::FaultKind::usage, "open the home", folder.string(),
                          "it has no folders jobs and spool",
                          "make one with: sluice init DIR, or name one with --home");
    io::show_paths_from(folder);
    return folder;
}

Home::Home(const Arguments& arguments)
    : folder_(existing_home(arguments)),
      settings_(read_settings(folder_ / "jobs" / "sluice.conf")),
      clock_(arguments),
      zone_(io::Zone::load(settings_.time_zone)) {
    if (arguments.has("threads"))
        settings_.threads = static_cast<unsigned>(arguments.number("threads", 0, 1, 256));
    threads_ = settings_.threads > 0 ? settings_.threads
                                     : std::max(1U, std::thread::hardware_concurrency());
}

void throw_diagnostics(const std::string& doing, const std::string& thing,
                       const std::vector<job::Diagnostic>& diagnostics) {
    std::string text;
    for (const job::Diagnostic& diagnostic : diagnostics)
        if (diagnostic.error) text += "\n  " + job::to_string(diagnostic);
    throw core::Fault(core::FaultKind::job, doing, thing, "it does not hold:" + text,
                      "mend these, then: sluice job check");
}

static std::vector<std::shared_ptr<const job::Job>> read_jobs(const fs::path& home) {
    std::vector<std::shared_ptr<const job::Job>> list;
    std::vector<job::Diagnostic> diagnostics;
    job::ReadOptions options;
    options.home = home;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(home / "jobs"))
        if (job::is_job_file(entry.path())) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    bool good = true;
    for (const fs::path& file : files) {
        auto one = job::read_job(file, options, diagnostics);
        if (one)
            list.push_back(std::make_shared<const job::Job>(std::move(*one)));
        else
            good = false;
    }
    std::vector<const job::Job*> all;
    for (const auto& one : list) all.push_back(one.get());
    if (good && !job::check_questions(all, diagnostics)) good = false;
    if (!good) throw_diagnostics("read the jobs in", "jobs", diagnostics);
    std::sort(list.begin(), list.end(),
              [](const auto& a, const auto& b) { return a->name < b->name; });
    return list;
}

void Home::begin_jobs() {
    if (threads() > 1 && !jobs_ && !coming_jobs_.valid())
        coming_jobs_ = core::beside([home = folder_] { return read_jobs(home); });
}

const std::vector<std::shared_ptr<const job::Job>>& Home::jobs() {
    if (!jobs_) jobs_ = coming_jobs_.valid() ? coming_jobs_.get() : read_jobs(folder_);
    return *jobs_;
}

std::shared_ptr<const job::Job> Home::find_job(std::string_view name) {
    for (const auto& one : jobs())
        if (one->name == name) return one;
    return nullptr;
}

std::vector<const job::Job*> Home::jobs_of_subject(std::string_view subject) {
    std::vector<const job::Job*> list;
    for (const auto& one : jobs())
        if (one->subject == subject) list.push_back(one.get());
    return list;
}

const job::Partners& Home::partners() {
    if (partners_) return *partners_;
    std::vector<job::Diagnostic> diagnostics;
    auto read = job::read_partners(folder_ / "jobs" / "partners.xml", diagnostics);
    if (!read) throw_diagnostics("read the partners in", "jobs/partners.xml", diagnostics);
    partners_ = std::move(*read);
    return *partners_;
}

const job::Calendar& Home::calendar() {
    if (calendar_) return *calendar_;
    std::vector<job::Diagnostic> diagnostics;
    auto read = job::read_calendar(folder_ / "jobs" / "calendar.xml", zone_, diagnostics);
    if (!read) throw_diagnostics("read the calendar in", "jobs/calendar.xml", diagnostics);
    calendar_ = std::move(*read);
    return *calendar_;
}

const job::Agreements& Home::agreements() {
    if (agreements_) return *agreements_;
    std::vector<job::Diagnostic> diagnostics;
    auto read = job::read_agreements(folder_ / "jobs" / "agreements.xml", diagnostics);
    if (!read) throw_diagnostics("read the agreements in", "jobs/agreements.xml", diagnostics);
    agreements_ = std::move(*read);
    return *agreements_;
}

const seal::Keys& Home::keys() {
    if (keys_) return *keys_;
    keys_ = std::make_unique<seal::Keys>(seal::Keys::load(keys_folder()));
    if (auto stamper = time_stamper(*this)) keys_->set_time_stamper(std::move(stamper));
    return *keys_;
}

const seal::TrustStore& Home::trust() {
    if (!trust_)
        trust_ =
            std::make_unique<seal::TrustStore>(seal::TrustStore::load(folder_ / "jobs" / "trust"));
    return *trust_;
}

ledger::Ledger& Home::ledger() {
    if (!ledger_) ledger_ = std::make_unique<ledger::Ledger>(spool() / "ledger", false);
    return *ledger_;
}

std::string Home::shown(const fs::path& path) const {
    const std::string text = path.lexically_relative(folder_).string();
    return text.empty() || text.rfind("..", 0) == 0 ? path.filename().string() : text;
}

}  // namespace app
