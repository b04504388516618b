#include "app/processing.hpp"

#include <algorithm>
#include <future>

#include "app/json.hpp"
#include "app/maintaining.hpp"
#include "app/parallel.hpp"
#include "app/processing_impl.hpp"
#include "core/threads.hpp"
#include "io/file.hpp"
#include "job/questions.hpp"
#include "ledger/reading.hpp"

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
    : home_(home),
      options_(std::move(options)),
      memory_(memory_plan(home.settings(), home.jobs())),
      directories_(home),
      watch_(memory_.budget_bytes, directories_),
      answers_(home),
      book_(&home.ledger()) {}

Processing::~Processing() = default;

bool Processing::past_until() const {
    return options_.until && home_.now() >= *options_.until;
}

// ---- one large file, or many small ones ----

bool Processing::run_large(Work& work) {
    if (!work.walked) {
        Stages stages(*this, work, true);
        walk(work, home_.threads(), stages);
        if (stopped_ || work.overtaken) settle(work);
        if (stopped_) return false;
        if (work.overtaken) return true;
    }
    Folded last = work.ending.fold->finish();
    const bool found = !last.refused_documents.empty() || !last.findings.empty();
    const bool apart = found && work.folded.empty();  // a slice of its own
    if (apart || work.ending.fold->rejects_drafts()) settle(work);
    if (work.overtaken) return true;
    if (work.ending.fold->rejects_drafts()) work.ending.fold->reject_drafts();
    if (!work.folded.empty()) {
        merge(work.folded.back(), std::move(last));
    } else if (apart) {
        // None: the file was cancelled meanwhile, as the commit will find.
        const auto newest = home_.ledger().newest_slice(work.file().id);
        last.slice.ordinal = newest ? newest->ordinal + 1 : 0;
        work.folded.push_back(std::move(last));
    }
    // The last draft is packed beside the writing of those before it.
    hand_over(work);
    while (work.drafting.size() > 1) settle_first(work);
    if (work.overtaken) {
        settle(work);
        return true;
    }
    settle_first(work, true);
    // What the slices took is free by now: much of it is given back before the end of the file, and
    // the privacy log, take what they need.
    watch_.rest();
    core::start([rooms = work.rooms] { rooms.give_back(); });
    return true;
}

// Answers are matched with the ledger as it is when they are committed.
bool Processing::has_answers(const std::vector<Work*>& works) {
    return std::any_of(works.begin(), works.end(), [](const Work* work) {
        return job::answering_of(*work->ending.job) != nullptr;
    });
}

void Processing::fold_small(Work& work) {
    relied_on_.clear();
    for (std::size_t i = 0; i < work.outcomes.size(); ++i) {
        Stages::fold_outcome(work, *work.outcomes[i],
                             static_cast<const Routed*>(work.products[i].get()));
        work.outcomes[i]->keep_bytes();
        work.products[i].reset();
    }
    Folded last = work.ending.fold->finish();
    if (work.ending.fold->rejects_drafts()) work.ending.fold->reject_drafts();
    forget_claims(work);
    work.relies_on = std::exchange(relied_on_, {});
    if (!work.folded.empty()) merge(work.folded.back(), std::move(last));
}

// Some files side by side, then folded in their order: until then they take many times their bytes.
// Folding asks for what was committed before. The first that is still to be walked.
std::size_t Processing::walk_small(const std::vector<Work*>& works, std::size_t first,
                                   unsigned threads, const std::shared_future<void>& committed) {
    constexpr std::uint64_t times = 16;
    std::size_t end = first;
    for (std::uint64_t bytes = 0; end < works.size() && bytes < memory_.slices_bytes / times; ++end)
        bytes += static_cast<std::uint64_t>(works[end]->file().bytes);
    parallel_for(threads, end - first, [&](std::size_t i) {
        beside_.pass();
        Work& work = *works[first + i];
        if (!work.ending.fold)
            work.ending.fold = std::make_unique<Fold>(work.ending.plan, fold_settings(work));
        Stages stages(*this, work, false);
        walk(work, 1, stages);
    });
    committed.get();
    if (maintaining_) return end;
    const ledger::Reading reading(*book_);
    for (std::size_t i = first; i < end; ++i) fold_small(*works[i]);
    return end;
}

bool Processing::run_small(std::vector<Work>& works, Tally& tally) {
    std::vector<Work*> walking;
    for (Work& work : works)
        if (!work.decided) walking.push_back(&work);
    Drafted drafted;
    const bool answers = has_answers(walking);
    const bool beside = (waiting_ || !unfinished_.empty()) && home_.threads() > 1 && !answers;
    std::promise<void> committing;
    const std::shared_future<void> committed = committing.get_future().share();
    const unsigned threads = beside ? home_.threads() - 1 : home_.threads();
    const auto make_ready = [&] {
        for (std::size_t first = 0; first < walking.size();)
            first = walk_small(walking, first, threads, committed);
        if (maintaining_ && !walking.empty()) {
            if (!try_changes(*walking.front())) return false;
            fold_small(*walking.front());
        }
        if (!walking.empty()) drafted = draft(walking, threads);
        return true;
    };
    // All this draws no name and commits nothing, so the batch before is committed and goes out
    // beside it.
    if (beside) {
        home_.keys();  // loaded here, on the thread that owns the home
        if (!other_book_)
            other_book_ = std::make_unique<ledger::Ledger>(home_.spool() / "ledger", false, true);
        book_ = other_book_.get();
    }
    auto ready = std::async(beside ? std::launch::async : std::launch::deferred, make_ready);
    try {
        const auto committed_now = commit_waiting(tally);
        committing.set_value();  // letting go of what was committed takes a while
    } catch (...) {
        committing.set_exception(std::current_exception());
        throw;
    }
    finish(tally);
    const bool good = ready.get();
    book_ = &home_.ledger();
    if (!good) return true;
    if (works.size() > 1 && !answers)
        waiting_ = std::make_unique<Waiting>(Waiting{std::move(works), std::move(drafted)});
    else
        commit_decided(works, drafted, tally);
    watch_.rest();
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
    const bool alone = files.size() == 1;
    if (alone) finish(tally);
    maintaining_.reset();
    std::vector<Work> works(files.size());
    answers_.clear();
    // Those of a file that was overtaken; what waits is committed before more is folded.
    claimed_.clear();
    for (std::size_t i = 0; i < files.size(); ++i) works[i].ending.file = std::move(files[i]);
    try {
        prepare_all(works);
    } catch (...) {
        finish(tally);
        throw;
    }
    io::make_folders(home_.spool() / "drafts");
    if (alone) start_maintaining(works[0]);
    const bool was_decided = works[0].decided;
    const bool large = alone && !works[0].decided && works[0].ending.fold && !maintaining_;
    if (large ? !run_large(works[0]) : !run_small(works, tally)) return false;
    if (maintaining_ && !works[0].overtaken && works[0].ending.fold->drafts() &&
        !works[0].ending.fold->refused())
        maintaining_->make_version(was_decided);
    take_endings(works);
    if (!alone) return true;
    finish(tally);
    if (maintaining_) maintaining_->forget();
    maintaining_.reset();
    return true;
}

void Processing::take_endings(std::vector<Work>& works) {
    for (Work& work : works) {
        if (work.overtaken) {
            work.ending.fold.reset();
            // One that is held goes on with its drafts when it is released.
            const auto recorded = home_.ledger().find_file(work.file().id);
            if (recorded && recorded->state != FileState::held)
                std::filesystem::remove_all(home_.drafts(work.file().id));
        }
        if (work.ending.fold) unfinished_.push_back(std::move(work.ending));
    }
}

std::unique_ptr<Processing::Waiting> Processing::commit_waiting(Tally& tally) {
    auto waiting = std::move(waiting_);
    if (!waiting) return nullptr;
    commit_decided(waiting->works, waiting->drafted, tally);
    take_endings(waiting->works);
    return waiting;
}

void Processing::finish(Tally& tally) {
    commit_waiting(tally);
    if (unfinished_.empty()) return;
    std::vector<Ending> endings = std::move(unfinished_);
    unfinished_.clear();
    const Finished finished = finish_files(home_, endings, beside_);
    for (const Ending& ending : endings) tally.add(ending.file);
    tally.deliveries += finished.deliveries;
    tally.answers += finished.answers;
}

}  // namespace app
