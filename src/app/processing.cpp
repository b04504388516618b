#include "app/processing.hpp"

#include <algorithm>

#include "app/json.hpp"
#include "app/maintaining.hpp"
#include "app/parallel.hpp"
#include "app/processing_impl.hpp"
#include "io/file.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;

void Tally::add(const ledger::File& file) {
    ++files;
    documents += file.documents.total;
    records += file.records.total;
    accepted += file.records.accepted;
    rejected += file.records.rejected;
    bytes += file.bytes;
    if (file.state == FileState::refused) ++refused_files;
}

Processing::Processing(Home& home, ProcessOptions options)
    : home_(home), options_(std::move(options)), directories_(home), answers_(home) {}

Processing::~Processing() = default;

bool Processing::past_until() const {
    return options_.until && home_.now() >= *options_.until;
}

// ---- one large file, or many small ones ----

bool Processing::run_large(Work& work) {
    if (!work.walked) {
        Stages stages(*this, work, true);
        walk(work, home_.threads(), stages);
        settle(work);
        if (stopped_) return false;
        if (work.overtaken) return true;
    }
    Folded last = work.ending.fold->finish();
    if (!work.folded.empty()) {
        merge(work.folded.back(), std::move(last));
    } else if (!last.refused_documents.empty() || !last.findings.empty()) {
        last.slice.ordinal = home_.ledger().newest_slice(work.file().id)->ordinal + 1;
        work.folded.push_back(std::move(last));
    }
    draft_and_commit({&work});
    return true;
}

bool Processing::run_small(std::vector<Work>& works) {
    std::vector<Work*> walking;
    for (Work& work : works)
        if (!work.decided) walking.push_back(&work);
    parallel_for(home_.threads(), walking.size(), [&](std::size_t i) {
        Stages stages(*this, *walking[i], false);
        walk(*walking[i], 1, stages);
    });
    if (maintaining_ && !walking.empty() && !try_changes(*walking.front())) return true;
    for (Work* work : walking) {
        for (std::size_t i = 0; i < work->outcomes.size(); ++i)
            Stages::fold_outcome(*work, *work->outcomes[i],
                                 static_cast<const Routed*>(work->products[i].get()));
        Folded last = work->ending.fold->finish();
        forget_claims(*work);
        if (!work->folded.empty()) merge(work->folded.back(), std::move(last));
    }
    if (!walking.empty()) draft_and_commit(walking);
    return true;
}

// ---- files that change the directory ----

bool Processing::changes_directory(const ledger::File& file) {
    const auto jobs = home_.jobs_of_subject(file.identity.subject);
    return std::any_of(jobs.begin(), jobs.end(),
                       [](const auto& job) { return job->maintenance != nullptr; });
}

// Those that change the directory go one by one, behind the others: each finds what the one before
// it made.
bool Processing::run_alone(std::vector<ledger::File>& files, Tally& tally) {
    const auto middle =
        std::stable_partition(files.begin(), files.end(),
                              [&](const ledger::File& file) { return !changes_directory(file); });
    std::vector<ledger::File> changing(std::make_move_iterator(middle),
                                       std::make_move_iterator(files.end()));
    files.erase(middle, files.end());
    if (!files.empty() && !run(std::move(files), tally)) return false;
    for (ledger::File& file : changing) {
        std::vector<ledger::File> one;
        one.push_back(std::move(file));
        if (!run(std::move(one), tally) || past_until()) return false;
    }
    return true;
}

// Nobody else changes the directory from here to the new version, so the file is decided with what
// is current now.
void Processing::start_maintaining(Work& work) {
    ledger::File& file = work.file();
    if (!work.ending.job || !work.ending.job->maintenance || !work.ending.fold) return;
    maintaining_ = std::make_unique<Maintaining>(home_, file, *work.ending.job);
    if (work.decided) return;
    DirectoryPin pin = directories_.current(*work.ending.job, file.identity.environment);
    file.directory_version = pin.text();
    make_rules(work, std::move(pin));
}

bool Processing::try_changes(Work& work) {
    maintaining_->take(work.ruling->pin(), work.outcomes, work.products);
    if (!work.ending.fold->drafts()) return true;  // a rehearsal
    const std::string words = maintaining_->too_many();
    if (words.empty()) {
        maintaining_->keep();
        return true;
    }
    work.overtaken = true;
    auto recorded = home_.ledger().find_file(work.file().id);
    if (!recorded || recorded->state != work.file().state) return false;
    recorded->held_reason = words;
    recorded->stopped_at = to_string(recorded->state);
    auto step = home_.ledger().begin();
    step->update_file(*recorded);
    step->append(EntryKind::held, recorded->id, home_.now(), JsonObject().text("why", words).str());
    step->commit();
    return false;
}

bool Processing::run(std::vector<ledger::File> files, Tally& tally) {
    if (files.size() > 1 && std::any_of(files.begin(), files.end(), [&](const ledger::File& file) {
            return changes_directory(file);
        }))
        return run_alone(files, tally);
    maintaining_.reset();
    std::vector<Work> works(files.size());
    std::vector<Ending> endings;
    answers_.clear();
    for (std::size_t i = 0; i < files.size(); ++i) {
        works[i].ending.file = std::move(files[i]);
        if (works[i].file().state == FileState::decided) works[i].decided = true;
        const bool decided = works[i].decided;
        if (!prepare(works[i])) {
            if (!works[i].overtaken && !works[i].elsewhere) tally.add(works[i].file());
            continue;
        }
        works[i].decided = decided;
    }
    io::make_folders(home_.spool() / "drafts");
    if (works.size() == 1) start_maintaining(works[0]);
    const bool was_decided = works[0].decided;
    const bool large =
        works.size() == 1 && !works[0].decided && works[0].ending.fold && !maintaining_;
    if (large ? !run_large(works[0]) : !run_small(works)) return false;
    if (maintaining_ && !works[0].overtaken && works[0].ending.fold->drafts() &&
        !works[0].ending.fold->refused())
        maintaining_->make_version(was_decided);
    for (Work& work : works) {
        if (work.overtaken) {
            work.ending.fold.reset();
            // One that is held goes on with its drafts when it is released.
            const auto recorded = home_.ledger().find_file(work.file().id);
            if (recorded && recorded->state != FileState::held)
                std::filesystem::remove_all(home_.drafts(work.file().id));
        }
        if (work.ending.fold) endings.push_back(std::move(work.ending));
    }
    const Finished finished = finish_files(home_, endings);
    for (const Ending& ending : endings) tally.add(ending.file);
    tally.deliveries += finished.deliveries;
    tally.answers += finished.answers;
    if (maintaining_) maintaining_->forget();
    maintaining_.reset();
    return true;
}

}  // namespace app
