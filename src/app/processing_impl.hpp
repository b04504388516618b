#pragma once
// The inside of Processing, spread over processing*.cpp: the turn of files, before the first slice,
// walking, the commit.
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/journal_records.hpp"
#include "app/private_copy.hpp"
#include "app/processing.hpp"
#include "app/routing.hpp"
#include "parse/choose.hpp"
#include "parse/pipeline.hpp"

namespace app {

// What one commit covers, as it was when its group was cut. Outcomes wait here until the group is
// packed: drafts point into their bytes.
struct Processing::Batch {
    Batch() = default;
    Batch(Batch&&) noexcept = default;
    Batch& operator=(Batch&&) noexcept = default;
    ~Batch() {
        if (drafts.valid()) drafts.wait();
    }

    std::vector<std::unique_ptr<parse::Outcome>> outcomes;
    std::deque<std::string> reduced;  // likewise
    std::vector<Folded> folded;
    std::vector<SliceToCommit> slices;  // of folded
    std::vector<ledger::AnswerRun> answers;
    std::string entry, fold;  // where to go on
    ledger::Counts documents, records;
    std::uint64_t bytes = 0;
    std::optional<outbox::Group> group;
    std::size_t next_task = 0;  // of the group, to be packed
    std::promise<void> is_packed;
    std::future<void> packed = is_packed.get_future();  // nothing points into outcomes any more
    std::size_t packed_bytes = 0;                       // then
    bool told = false;
    void tell_packed();
    // Packed, appended behind the batch before and flushed, beside what follows.
    std::shared_future<outbox::DraftCommit> drafts;
};

// Of several files, one of each, ready to be committed together.
struct Processing::Drafted {
    std::vector<Batch> batches;
    std::vector<SliceToCommit> slices;
    std::vector<outbox::DraftCommit> states;
};

// Why a file goes no further than its first page.
struct Processing::Refusal {
    std::vector<core::Finding> findings;
    std::vector<int> codes;
    std::string why;
};

// One file on its way.
struct Processing::Work {
    Ending ending;
    std::unique_ptr<Ruling> ruling;
    std::vector<ledger::Part> parts;
    parse::Choice choice;                 // of job and schema, where none is committed yet
    bool alone = false;                   // no other file is in its batch
    bool held = false;                    // the copy is small, and all of it in memory
    std::unique_ptr<parse::Source> copy;  // what the choice has read, for the walk
    std::optional<Refusal> refusal;       // to be committed
    std::string bytes_key;                // of the digests of records; empty: none are wanted
    parse::Entry entry;                   // where to go on
    io::Rooms rooms = PrivateCopy::frame_rooms();  // of what is walked
    std::vector<std::unique_ptr<parse::Outcome>> outcomes;
    std::vector<std::unique_ptr<parse::Product>>
        products;                // of outcomes that are not folded yet (small files)
    std::vector<Folded> folded;  // not committed yet
    std::uint64_t bytes_pending = 0;
    std::uint64_t memory_pending = 0;  // that they take, about
    // Cancelled or held meanwhile: nothing more of it is committed.
    bool overtaken = false;
    std::set<ledger::FileId> relies_on;  // files of its batch whose ids it was refused for
    bool walked = false;                 // the last byte was seen
    bool decided = false;
    std::deque<Batch> drafting;  // the last: they use the drafts and must end before them

    ledger::File& file() { return ending.file; }
};

// Small files whose drafts are durable.
struct Processing::Waiting {
    std::vector<Work> works;
    Drafted drafted;
};

class Processing::Stages : public parse::Stages {
  public:
    Stages(Processing& processing, Work& work, bool commits)
        : processing_(processing), work_(work), commits_(commits) {}

    std::unique_ptr<parse::Product> work(parse::Outcome& outcome) override;
    bool take(std::unique_ptr<parse::Outcome> outcome,
              std::unique_ptr<parse::Product> product) override;

    static void fold_outcome(Work& work, const parse::Outcome& outcome, const Routed* routed);
    static void keep_bytes(Work& work, std::unique_ptr<parse::Outcome> outcome);

  private:
    Processing& processing_;
    Work& work_;
    bool commits_;
};

// The version of the schema with this digest; behind the last: there is none.
std::size_t version_of(const job::Job& job, const std::string& digest);

}  // namespace app
