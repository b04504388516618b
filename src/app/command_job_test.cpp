// sluice job test: the example cases that live beside a job, through the engine of the night.
#include <algorithm>
#include <iostream>
#include <sstream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/rehearsal.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr std::uint32_t cases_max = 10'000;  // files in one job's folder
static constexpr std::string_view expected_suffix = ".expected", enclosures_suffix = ".zip";

// Cases lie in jobs/NAME.cases, else in samples/NAME.
static fs::path folder_of(const Home& home, const std::string& job) {
    fs::path beside = home.folder() / "jobs" / (job + ".cases");
    return io::facts(beside) ? beside : home.folder() / "samples" / job;
}

static bool ends_in(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

static std::vector<fs::path> cases_in(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!io::facts(folder)) return files;
    for (const std::string& name : io::list(folder, cases_max))
        if (!ends_in(name, expected_suffix) && !ends_in(name, enclosures_suffix))
            files.push_back(folder / name);
    std::sort(files.begin(), files.end());
    return files;
}

static std::string line_of(const core::Finding& finding) {
    return std::to_string(finding.place.line) + ':' + std::to_string(finding.place.column) + ' ' +
           std::string(core::to_string(finding.severity)) + ' ' + finding.code + ' ' +
           finding.path + '\n';
}

// What is wrong with the outcome of a case; empty: nothing.
static std::string difference(const fs::path& file, const Rehearsed& sums,
                              const std::string& findings) {
    const std::string name = file.filename().string();
    if (name.rfind("good", 0) == 0 && !sums.clean()) return "expected to pass, was rejected";
    if (name.rfind("bad", 0) == 0 && sums.clean() && sums.findings == 0)
        return "expected findings, there are none";
    const fs::path expected = fs::path(file) += expected_suffix;
    if (!io::facts(expected)) return {};
    std::istringstream want(io::read_file(expected)), have(findings);
    std::string wanted, had;
    while (true) {
        const bool more_wanted = static_cast<bool>(std::getline(want, wanted));
        const bool more_had = static_cast<bool>(std::getline(have, had));
        if (!more_wanted && !more_had) return {};
        if (!more_wanted) return "not expected: " + had;
        if (!more_had) return "missing: " + wanted;
        if (wanted != had) return "expected " + wanted + ", found " + had;
    }
}

static bool test_job(Home& home, const job::Job& job, bool bless, std::int64_t& cases) {
    bool good = true;
    Plans plans;
    for (const fs::path& file : cases_in(folder_of(home, job.name))) {
        ++cases;
        std::string findings;
        RehearsalOptions options;
        const fs::path enclosures = fs::path(file).replace_extension(enclosures_suffix);
        if (io::facts(enclosures)) options.enclosures.push_back(enclosures.string());
        const Rehearsed sums =
            rehearse(file.string(), {&job}, plans, options,
                     [&](const core::Finding& finding) { findings += line_of(finding); });
        if (bless && !findings.empty()) io::write_file(fs::path(file) += expected_suffix, findings);
        const std::string wrong = difference(file, sums, findings);
        good = good && wrong.empty();
        std::cout << coloured(wrong.empty() ? "good" : "differs",
                              wrong.empty() ? Colour::green : Colour::red)
                  << "  " << job.name << '/' << file.filename().string();
        if (!wrong.empty()) std::cout << ": " << wrong;
        std::cout << '\n';
    }
    return good;
}

static int run_job_test(const Arguments& arguments) {
    Home home(arguments);
    std::vector<std::shared_ptr<const job::Job>> jobs;
    for (const std::string& name : arguments.operands()) {
        jobs.push_back(home.find_job(name));
        if (!jobs.back())
            throw core::Fault(core::FaultKind::usage, "test the job", name,
                              "the home has none of this name", "see: sluice job check");
    }
    if (jobs.empty()) jobs = home.jobs();
    bool good = true;
    std::int64_t cases = 0;
    for (const auto& one : jobs) good = test_job(home, *one, arguments.has("bless"), cases) && good;
    if (cases == 0)
        throw core::Fault(core::FaultKind::usage, "test the jobs of", home.folder().string(),
                          "there are no cases", "put files into samples/JOB or jobs/JOB.cases");
    return good ? 0 : 1;
}

static constexpr Option options[] = {
    {"bless", "", "write FILE.expected from what was found, to be read before it is kept"},
};

const Command job_test_command{
    "job test",
    "[JOB]...",
    "run the example cases that live beside a job",
    "Every file in jobs/JOB.cases (else samples/JOB) goes through the engine of the night, with\n"
    "nothing written. good* must pass, bad* must have findings; where FILE.expected stands beside "
    "a\n"
    "file, its lines (line:column severity code path) must be found, no less and no more. "
    "NAME.zip\n"
    "holds the documents beside the records of NAME.xml.\n"
    "\n"
    "Exit status: 0 all cases end as expected, 1 one differs, 2 a job is wrong.",
    "sluice job test dmfa",
    options,
    0,
    1'000,
    run_job_test};

}  // namespace app
