#include "app/rehearsal.hpp"

#include "app/key_set.hpp"
#include "app/progress.hpp"
#include "core/fault.hpp"
#include "io/scratch_folder.hpp"
#include "job/attachments.hpp"
#include "parse/choose.hpp"
#include "parse/pipeline.hpp"

namespace app {

void Rehearsed::add(const Rehearsed& other) {
    files += other.files;
    documents += other.documents;
    records += other.records;
    accepted += other.accepted;
    rejected += other.rejected;
    findings += other.findings;
    refused = refused || other.refused;
}

namespace {

class RehearsalStages : public parse::Stages {
  public:
    RehearsalStages(Fold& fold, Rehearsed& sums, Progress& progress, const FindingSink& sink,
                    const std::function<void(const Folded&)>& watch)
        : fold_(fold), sums_(sums), progress_(progress), sink_(sink), watch_(watch) {}

    bool take(std::unique_ptr<parse::Outcome> outcome, std::unique_ptr<parse::Product>) override {
        tell(fold_.take(*outcome, nullptr));
        progress_.add(static_cast<std::int64_t>(outcome->bytes.size()),
                      static_cast<std::int64_t>(outcome->records.size()), sums_.findings);
        return true;
    }

    void tell(const Folded& folded) {
        if (watch_) watch_(folded);
        for (const core::Finding& finding : folded.findings) sink_(finding);
        for (const auto& [key, count] : folded.tallies) sums_.findings += count;
    }

  private:
    Fold& fold_;
    Rehearsed& sums_;
    Progress& progress_;
    const FindingSink& sink_;
    const std::function<void(const Folded&)>& watch_;
};

// Null where the job has no documents beside its records.
std::shared_ptr<const parse::Enclosures> enclosures_for(const job::Job& job,
                                                        const std::vector<std::string>& files) {
    if (!job::encloses(job)) {
        if (files.empty()) return nullptr;
        throw core::Fault(core::FaultKind::usage, "check", files.front(),
                          "the job " + job.name + " has no documents beside its records",
                          "leave the archive out");
    }
    std::vector<parse::Enclosures::Part> parts;
    parts.reserve(files.size());
    for (const std::string& file : files)
        parts.push_back(
            {static_cast<std::uint32_t>(parts.size() + 2), parse::file_source(file, file)});
    return std::make_shared<const parse::Enclosures>(std::move(parts), job.limits);
}

Rehearsed refused(const std::vector<core::Finding>& findings, const FindingSink& sink) {
    Rehearsed sums;
    sums.files = 1;
    sums.refused = true;
    sums.findings = static_cast<std::int64_t>(findings.size());
    for (const core::Finding& finding : findings) sink(finding);
    return sums;
}

}  // namespace

bool is_enclosure(const std::string& file) {
    return parse::looks_zipped(*parse::file_source(file, file));
}

Rehearsed rehearse(const std::string& file, const std::vector<const job::Job*>& candidates,
                   Plans& plans, const RehearsalOptions& options, const FindingSink& sink) {
    const auto source = parse::file_source(file, file);
    const auto choice = parse::choose(candidates, *source);
    if (choice.job == nullptr) return refused(choice.findings, sink);
    const auto enclosures = enclosures_for(*choice.job, options.enclosures);
    if (enclosures && enclosures->problem()) return refused({*enclosures->problem()}, sink);
    Rehearsed sums;
    sums.files = 1;
    const io::ScratchFolder scratch;  // for spilled keys of uniqueness checks
    FoldSettings settings;
    settings.deliver = false;
    settings.folder = scratch.path();
    settings.enclosures = enclosures;
    // Other files of the sender are the night's to know; a document sent twice in this one is not.
    KeySet documents(scratch.path(), "documents", settings.unique_keys_max);
    settings.document_taken = [&documents](const std::string& document, bool claims) {
        const Key key = key_of(document);
        return claims ? !documents.insert(key) : documents.contains(key);
    };
    const auto plan = plans.get(*choice.job, choice.version);
    Fold fold(plan, settings);
    Progress progress(static_cast<std::int64_t>(source->size()), options.quiet);
    RehearsalStages stages(fold, sums, progress, sink, options.folded);
    parse::PipelineOptions pipeline;
    pipeline.threads = options.threads;
    pipeline.enclosures = enclosures.get();
    parse::run_pipeline(plan, *source, {}, pipeline, stages);
    stages.tell(fold.finish());
    progress.end();
    sums.documents = fold.documents().total;
    sums.records = fold.records().total;
    sums.accepted = fold.records().accepted;
    sums.rejected = fold.records().rejected;
    sums.refused = fold.refused() || fold.documents().rejected > 0;
    return sums;
}

}  // namespace app
