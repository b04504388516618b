// sluice check: the sender's rehearsal. The same engine and the same findings as the night, nothing
// written to any ledger.
#include "app/checking.hpp"

#include <iostream>

#include "app/findings_report.hpp"
#include "app/home.hpp"
#include "app/rehearsal.hpp"
#include "core/fault.hpp"

namespace app {

namespace fs = std::filesystem;

// Jobs for the files: the one that --job names (of the home, or a job file), else all of the home.
static std::vector<std::shared_ptr<const job::Job>> jobs_for(const Arguments& arguments) {
    const std::string name = arguments.get("job");
    if (name.empty()) return Home(arguments).jobs();
    const bool path = name.find('/') != std::string::npos || name.find(".xml") != std::string::npos;
    if (!path) {
        if (auto found = Home(arguments).find_job(name)) return {found};
        throw core::Fault(core::FaultKind::usage, "find the job", name,
                          "the home has none of this name", "see: sluice job check");
    }
    job::ReadOptions options;
    options.home = home_folder(arguments);
    std::vector<job::Diagnostic> diagnostics;
    auto read = job::read_job(fs::absolute(name), options, diagnostics);
    if (!read) throw_diagnostics("read the job", name, diagnostics);
    return {std::make_shared<const job::Job>(std::move(*read))};
}

static std::string subject_of(const std::string& file, bool job_given) {
    core::FileIdentity identity;
    if (core::parse_identity(fs::path(file).filename().string(), identity)) return identity.subject;
    if (job_given) return {};
    throw core::Fault(
        core::FaultKind::usage, "choose a job for", fs::path(file).filename().string(),
        "its name does not follow the grammar of the channel", "say which job with --job");
}

static std::unique_ptr<FindingsReport> report_for(const Arguments& arguments) {
    const std::string format = arguments.get("format", arguments.has("json") ? "json" : "text");
    const auto language = core::parse_language(arguments.get("language", "en"));
    if (!language)
        throw core::Fault(core::FaultKind::usage, "read the option", "--language",
                          "'" + arguments.get("language") + "' is not en, fr, nl or de",
                          "see: sluice help check");
    if (format == "json") return std::make_unique<JsonFindings>(std::cout, *language);
    if (format == "html") return std::make_unique<HtmlFindings>(std::cout, *language);
    return std::make_unique<TextFindings>(std::cout, *language);
}

int check_with_job(const Arguments& arguments) {
    const auto jobs = jobs_for(arguments);
    const auto report = report_for(arguments);
    RehearsalOptions options;
    options.threads = static_cast<unsigned>(arguments.number("threads", 0, 1, 256));
    options.quiet = arguments.has("json") || arguments.has("quiet");
    Plans plans;
    Rehearsed sums;
    const core::Instant begin = io::now();
    for (const std::string& file : arguments.operands()) {
        const std::string subject = subject_of(file, arguments.has("job"));
        std::vector<const job::Job*> candidates;
        for (const auto& one : jobs)
            if (arguments.has("job") || one->subject == subject) candidates.push_back(one.get());
        const std::string name = fs::path(file).filename().string();
        sums.add(rehearse(file, candidates, plans, options,
                          [&](const core::Finding& finding) { report->finding(name, finding); }));
    }
    report->summary(sums, static_cast<double>(io::now().microseconds - begin.microseconds) / 1e6);
    return sums.clean() ? 0 : 1;
}

}  // namespace app
