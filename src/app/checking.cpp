// sluice check: the sender's rehearsal. The same engine and the same findings as the night, nothing
// written to any ledger.
#include "app/checking.hpp"

#include <iostream>
#include <set>

#include "app/fold.hpp"
#include "app/home.hpp"
#include "app/json.hpp"
#include "app/plans.hpp"
#include "app/progress.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"
#include "parse/choose.hpp"
#include "parse/pipeline.hpp"
#include "schema/schema.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

struct Checked {
    std::int64_t files = 0, documents = 0, records = 0, accepted = 0, rejected = 0, findings = 0;
    bool refused = false;
};

// Where findings go: text for people or one JSON object a line.
class Report {
  public:
    Report(bool json, std::string file) : json_(json), file_(std::move(file)) {}
    void finding(const core::Finding& f) const {
        if (json_) {
            std::cout << JsonObject()
                             .text("code", f.code)
                             .text("severity", core::to_string(f.severity))
                             .number("line", static_cast<std::int64_t>(f.place.line))
                             .number("column", static_cast<std::int64_t>(f.place.column))
                             .number("offset", static_cast<std::int64_t>(f.place.offset))
                             .number("document", static_cast<std::int64_t>(f.document))
                             .number("record", static_cast<std::int64_t>(f.record))
                             .text("path", f.path)
                             .text("element", f.element)
                             .text("value", f.value)
                             .text("message", core::sentence(f, core::Language::en))
                             .text("file", file_)
                             .number("part", f.part)
                             .text("document_id", f.document_id)
                             .str()
                      << '\n';
            return;
        }
        std::cout << file_ << ':' << f.place.line << ':' << f.place.column << ": "
                  << core::to_string(f.severity) << ' ' << f.code << ' '
                  << core::sentence(f, core::Language::en);
        if (!f.value.empty()) std::cout << " [" << f.value << ']';
        std::cout << "\n    " << f.path;
        if (f.record != 0)
            std::cout << " (document " << f.document << ", record " << f.record << ')';
        std::cout << '\n';
    }

  private:
    bool json_;
    std::string file_;
};

class CheckStages : public parse::Stages {
  public:
    CheckStages(Fold& fold, const Report& report, Checked& checked, Progress& progress)
        : fold_(fold), report_(report), checked_(checked), progress_(progress) {}
    bool take(std::unique_ptr<parse::Outcome> outcome, std::unique_ptr<parse::Product>) override {
        const Folded folded = fold_.take(*outcome, nullptr);
        for (const core::Finding& finding : folded.findings) report_.finding(finding);
        for (const auto& [key, count] : folded.tallies) checked_.findings += count;
        progress_.add(static_cast<std::int64_t>(outcome->bytes.size()),
                      static_cast<std::int64_t>(outcome->records.size()), checked_.findings);
        return true;
    }

  private:
    Fold& fold_;
    const Report& report_;
    Checked& checked_;
    Progress& progress_;
};

}  // namespace

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

static Checked check_file(const std::string& file,
                          const std::vector<std::shared_ptr<const job::Job>>& jobs, Plans& plans,
                          const Arguments& arguments, bool json) {
    Checked checked;
    checked.files = 1;
    const Report report(json, fs::path(file).filename().string());
    const std::string subject = subject_of(file, arguments.has("job"));
    std::vector<const job::Job*> candidates;
    for (const auto& one : jobs)
        if (arguments.has("job") || one->subject == subject) candidates.push_back(one.get());
    const auto source = parse::file_source(file, file);
    const auto choice = parse::choose(candidates, *source);
    if (choice.job == nullptr) {
        for (const core::Finding& finding : choice.findings) report.finding(finding);
        checked.findings += static_cast<std::int64_t>(choice.findings.size());
        checked.refused = true;
        return checked;
    }
    FoldSettings settings;
    settings.deliver = false;
    settings.folder = fs::temp_directory_path() / ("sluice-check-" + std::to_string(::getpid()));
    Fold fold(plans.get(*choice.job, choice.version), settings);
    Progress progress(static_cast<std::int64_t>(source->size()), json || arguments.has("quiet"));
    CheckStages stages(fold, report, checked, progress);
    parse::PipelineOptions options;
    options.threads = static_cast<unsigned>(arguments.number("threads", 0, 1, 256));
    parse::run_pipeline(plans.get(*choice.job, choice.version), *source, {}, options, stages);
    const Folded last = fold.finish();
    for (const core::Finding& finding : last.findings) report.finding(finding);
    for (const auto& [key, count] : last.tallies) checked.findings += count;
    progress.end();
    std::error_code ignored;
    fs::remove_all(settings.folder, ignored);
    checked.documents = fold.documents().total;
    checked.records = fold.records().total;
    checked.accepted = fold.records().accepted;
    checked.rejected = fold.records().rejected;
    // A document can be rejected without a single record in it.
    checked.refused = fold.refused() || fold.documents().rejected > 0;
    return checked;
}

static int print_summary(const Checked& sum, bool json, double seconds) {
    static const std::vector<std::string> skipped{"channel", "duplicates", "mandates", "directory"};
    if (json)
        std::cout << JsonObject()
                         .boolean("summary", true)
                         .number("files", sum.files)
                         .number("documents", sum.documents)
                         .number("records", sum.records)
                         .number("accepted", sum.accepted)
                         .number("rejected", sum.rejected)
                         .number("findings", sum.findings)
                         .texts("skipped", skipped)
                         .decimal("seconds", seconds)
                         .str()
                  << '\n';
    else
        std::cout << sum.files << (sum.files == 1 ? " file, " : " files, ") << sum.documents
                  << " documents, " << sum.records << " records: " << sum.accepted << " accepted, "
                  << sum.rejected << " rejected, " << sum.findings
                  << " findings (not checked here: channel, duplicates, mandates, directory)\n";
    return sum.rejected > 0 || sum.refused ? 1 : 0;
}

int check_with_job(const Arguments& arguments) {
    const bool json = arguments.has("json");
    const auto jobs = jobs_for(arguments);
    Plans plans;
    Checked sum;
    const core::Instant begin = io::now();
    for (const std::string& file : arguments.operands()) {
        const Checked one = check_file(file, jobs, plans, arguments, json);
        sum.files += one.files;
        sum.documents += one.documents;
        sum.records += one.records;
        sum.accepted += one.accepted;
        sum.rejected += one.rejected;
        sum.findings += one.findings;
        sum.refused = sum.refused || one.refused;
    }
    return print_summary(sum, json,
                         static_cast<double>((io::now().microseconds - begin.microseconds)) / 1e6);
}

}  // namespace app
