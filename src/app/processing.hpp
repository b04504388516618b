#pragma once
// Verified files to decided ones: their parts walked in slices, folded in order, drafts grown, all
// of it committed every so many bytes, so that a killed run goes on where it was. Small files share
// commits.
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/answer_book.hpp"
#include "app/directories.hpp"
#include "app/finishing.hpp"
#include "app/home.hpp"
#include "app/memory_plan.hpp"
#include "app/memory_watch.hpp"
#include "app/plans.hpp"
#include "core/fault.hpp"
#include "traces/pseudonym.hpp"

namespace app {

struct SliceToCommit;
class Maintaining;

struct Tally {
    std::int64_t files = 0, documents = 0, records = 0, accepted = 0, rejected = 0, bytes = 0,
                 deliveries = 0, answers = 0;
    std::int64_t refused_files = 0;
    void add(const ledger::File& file);
};

struct ProcessOptions {
    std::optional<core::Instant> until;  // stop at the first commit behind it
    std::function<void(std::int64_t bytes, std::int64_t records)>
        progress;  // of what was committed since the last call
    // Whether this run has the lock of a job; null: of all. A file that turns out to be of another
    // one is left to the run that has it.
    std::function<bool(const std::string& job)> holds;
};

class Processing {
  public:
    Processing(Home& home, ProcessOptions options);
    ~Processing();

    // One file of any size, or several small ones together. Files in state verified or processing
    // are decided and finished, those in state decided are finished; several small ones are
    // committed and finished not before the next call, beside its work. False: stopped by `until`.
    bool run(std::vector<ledger::File> files, Tally& tally);
    void finish(Tally& tally);  // what waits for the next call
    bool stopped() const { return stopped_; }

  private:
    struct Work;
    struct Batch;
    struct Drafted;
    struct Waiting;
    struct Refusal;
    class Stages;
    friend class Stages;
    void prepare_all(std::vector<Work>& works);
    void prepare(Work& work);
    void hold(Work& work, const core::Fault& fault);
    void choose(Work& work);
    void leave_to_other_run(Work& work, const std::string& job);
    void start_fold(Work& work);
    // False: the sender is not entitled to the message; the file was refused.
    bool start_rules(Work& work, DirectoryPin pin);
    void make_rules(Work& work, DirectoryPin pin);
    const traces::PersonKey& pseudonym_key(int year);
    FoldSettings fold_settings(const Work& work);
    void walk(Work& work, unsigned threads, parse::Stages& stages);
    Batch cut(Work& work);
    void hand_over(Work& work);
    static void pack_some(Batch& batch, unsigned threads, std::uint64_t bytes_max);
    static void append(Batch& batch, outbox::DraftSet* drafts, unsigned threads,
                       std::uint64_t bytes_max);
    void settle_first(Work& work, bool decided = false);
    void settle(Work& work);
    Drafted draft(const std::vector<Work*>& works, unsigned threads);
    void commit_decided(std::vector<Work>& works, Drafted& drafted, Tally& tally);
    // What was committed, if anything waited.
    std::unique_ptr<Waiting> commit_waiting(Tally& tally);
    void take_endings(std::vector<Work>& works);
    // `refused`: before the first slice.
    void commit(const std::vector<Work*>& refused, const std::vector<Work*>& works,
                std::vector<Batch>& batches, const std::vector<SliceToCommit>& slices,
                const std::vector<outbox::DraftCommit>& states, bool decided);
    void keep_definitions(ledger::Step& step, const Work& work);
    // Committed with what goes with it. `why`: for operators, without personal data.
    static void refuse(Work& work, const std::vector<core::Finding>& findings,
                       std::vector<int> codes = {}, std::string why = {});
    void commit_refusal(ledger::Step& step, Work& work, core::Instant now);
    bool is_document_taken(const ledger::File& file, const std::string& document, bool claims);
    // A file that is refused as a whole takes no ids.
    void forget_claims(const Work& work);
    bool past_until() const;
    bool run_small(std::vector<Work>& works, Tally& tally);
    static bool has_answers(const std::vector<Work*>& works);
    std::size_t walk_small(const std::vector<Work*>& works, std::size_t first, unsigned threads,
                           const std::shared_future<void>& committed);
    void fold_small(Work& work);
    bool run_alone(std::vector<ledger::File>& files, Tally& tally);
    bool changes_directory(const ledger::File& file);
    void start_maintaining(Work& work);
    // False: it was held.
    bool try_changes(Work& work);
    bool run_large(Work& work);

    Home& home_;
    ProcessOptions options_;
    const MemoryPlan memory_;
    Plans plans_;
    Directories directories_;
    MemoryWatch watch_;
    AnswerBook answers_;
    std::map<int, traces::PersonKey> pseudonym_keys_;  // by year
    // What is folded asks the ledger here: through a connection of its own while a batch goes out
    // beside it.
    const ledger::Ledger* book_;
    std::unique_ptr<const ledger::Ledger> other_book_;
    // Document ids whose commit is still to come, with their file: of what is being folded, and of
    // each batch that is being drafted beside it.
    using Claims = std::map<std::string, ledger::FileId>;
    Claims claimed_;
    std::set<ledger::FileId> relied_on_;  // whose claims the file that is being folded ran into
    std::deque<Claims> drafted_;
    std::set<std::string> kept_;                // definitions that this run has put into the ledger
    std::unique_ptr<Maintaining> maintaining_;  // of the one file that is processed
    std::unique_ptr<Waiting> waiting_;          // drafted, to be committed by the next call
    std::vector<Ending> unfinished_;
    Turnstile beside_;  // for what is walked and drafted beside them
    bool stopped_ = false;
};

}  // namespace app
