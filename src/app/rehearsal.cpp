#include "app/rehearsal.hpp"

#include "app/key_set.hpp"
#include "app/progress.hpp"
#include "io/scratch_folder.hpp"
#include "parse/choose.hpp"
#include "parse/pipeline.hpp"

namespace app {

namespace fs = std::filesystem;

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

}  // namespace

Rehearsed rehearse(const std::string& file, const std::vector<const job::Job*>& candidates,
                   Plans& plans, const RehearsalOptions& options, const FindingSink& sink) {
    Rehearsed sums;
    sums.files = 1;
    const auto source = parse::file_source(file, file);
    const auto choice = parse::choose(candidates, *source);
    if (choice.job == nullptr) {
        for (const core::Finding& finding : choice.findings) sink(finding);
        sums.findings = static_cast<std::int64_t>(choice.findings.size());
        sums.refused = true;
        return sums;
    }
    const io::ScratchFolder scratch;  // for spilled keys of uniqueness checks
    FoldSettings settings;
    settings.deliver = false;
    settings.folder = scratch.path();
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
