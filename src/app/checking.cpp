// sluice check: the sender's rehearsal. The same engine and the same findings as the night, nothing
// written to any ledger.
#include "app/checking.hpp"

#include <algorithm>
#include <iostream>

#include "app/findings_report.hpp"
#include "app/fix_file.hpp"
#include "app/home.hpp"
#include "app/rehearsal.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

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

static void prepare_fix(const Arguments& arguments, const fs::path& out, FixFile& fix,
                        RehearsalOptions& options) {
    const auto& operands = arguments.operands();
    if (!std::all_of(operands.begin() + 1, operands.end(), is_enclosure))
        throw core::Fault(core::FaultKind::usage, "write the correction", out.string(),
                          "it is of one file, and several are named", "check them one by one");
    if (io::facts(out))
        throw core::Fault(core::FaultKind::usage, "write the correction", out.string(),
                          "there is a file of this name", "move it away, or name another one");
    options.folded = [&fix](const Folded& folded) { fix.take(folded); };
}

static void write_fix(FixFile& fix, const std::string& file,
                      const std::vector<const job::Job*>& candidates, Plans& plans,
                      const fs::path& out) {
    const FixWritten written = fix.write(file, candidates, plans, out, io::now());
    const auto records = static_cast<long long>(written.records),
               left_out = static_cast<long long>(written.left_out);
    std::cerr << "sluice: check: ";
    if (left_out > 0)
        std::cerr << counted(left_out, "rejected record", "rejected records")
                  << " over the limit of the job cannot be mended there; ";
    if (records > 0)
        std::cerr << out.string() << " holds the " << (left_out > 0 ? "other " : "")
                  << counted(records, "rejected record", "rejected records")
                  << (fix.is_full() ? "; there are more behind these" : "")
                  << "; mend them and send them under a new name\n";
    else
        std::cerr << (left_out > 0 ? "" : "no record is rejected alone: ") << out.string()
                  << " is not written\n";
}

int check_with_job(const Arguments& arguments) {
    const auto jobs = jobs_for(arguments);
    const auto report = report_for(arguments);
    RehearsalOptions options;
    options.threads = static_cast<unsigned>(arguments.number("threads", 0, 1, 256));
    options.quiet = arguments.has("json") || arguments.has("quiet");
    Plans plans;
    Rehearsed sums;
    const fs::path fix_to = arguments.get("fix-file");
    FixFile fix(core::parse_language(arguments.get("language", "en")).value_or(core::Language::en));
    if (!fix_to.empty()) prepare_fix(arguments, fix_to, fix, options);
    const core::Instant begin = io::now();
    const auto& operands = arguments.operands();
    for (std::size_t i = 0; i < operands.size();) {
        const std::string& file = operands[i++];
        options.enclosures.clear();
        while (i < operands.size() && is_enclosure(operands[i]))
            options.enclosures.push_back(operands[i++]);
        const std::string subject = subject_of(file, arguments.has("job"));
        std::vector<const job::Job*> candidates;
        for (const auto& one : jobs)
            if (arguments.has("job") || one->subject == subject) candidates.push_back(one.get());
        const std::string name = fs::path(file).filename().string();
        sums.add(rehearse(file, candidates, plans, options, [&](const core::Finding& finding) {
            report->finding(name, finding);
            if (!fix_to.empty()) fix.finding(finding);
        }));
        if (!fix_to.empty()) write_fix(fix, file, candidates, plans, fix_to);
    }
    report->summary(sums, static_cast<double>(io::now().microseconds - begin.microseconds) / 1e6);
    return sums.clean() ? 0 : 1;
}

}  // namespace app
