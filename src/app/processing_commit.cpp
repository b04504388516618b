// The commit: drafts are written and flushed, then one step of the ledger makes them true.
#include <set>

#include "app/json.hpp"
#include "app/parallel.hpp"
#include "app/processing_impl.hpp"
#include "app/supplement.hpp"
#include "core/ensure.hpp"
#include "core/threads.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "parse/wire.hpp"
#include "seal/digest.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;
namespace wire = parse::wire;

// Those that are packed and not yet committed, of one file: the smaller of the two.
static constexpr std::size_t batches_pending_max = 2;
static constexpr std::size_t pending_bytes_max = 8U << 20;

static std::string resume_of(const std::string& entry, const std::string& fold,
                             const outbox::DraftCommit& drafts) {
    std::string bytes;
    wire::put(bytes, std::string_view(entry));
    wire::put(bytes, std::string_view(fold));
    wire::put(bytes, std::string_view(drafts.common));
    return bytes;
}

static void add_folded(Home& home, ledger::Step& step, const ledger::File& file, Folded& folded) {
    step.add_slice(file.id, folded.slice);
    if (!folded.references.empty())
        ledger::add_references(home.ledger(), file.id, folded.slice, folded.references);
    std::vector<ledger::Tally> tallies;
    for (const auto& [key, count] : folded.tallies)
        tallies.push_back({key.first, key.second, count});
    step.add_tallies(file.id, tallies);
    for (const auto& [ordinal, code] : folded.refused_documents)
        step.refuse_document(file.id, ordinal, code);
    if (file.identity.environment != core::Environment::R || is_supplement(file)) return;
    for (const auto& [id, ordinal] : folded.document_ids) {
        ledger::FileId taken_by = 0;
        step.claim_document(file.identity, id, file.id, ordinal, taken_by);
    }
}

// `roots`: of the commitments to the records of each slice (app/journal_records.hpp).
static std::string slice_body(const std::vector<Folded>& folded, const ledger::File& file,
                              const std::vector<SliceToCommit>& committed) {
    std::vector<std::string> roots;
    for (const SliceToCommit& one : committed)
        if (one.file == &file) roots.push_back(one.root);
    std::int64_t records = 0;
    for (const Folded& one : folded) records += one.slice.records;
    return JsonObject()
        .number("first", folded.front().slice.ordinal)
        .number("slices", static_cast<std::int64_t>(folded.size()))
        .number("records", records)
        .number("file_records", file.records.total)
        .raw("roots", json_array(roots))
        .str();
}

// What a verdict was made with is kept by its digest, so that it can be explained and repeated when
// the files have long changed.
void Processing::keep_definitions(ledger::Step& step, const Work& work) {
    const ledger::File& file = work.ending.file;
    const job::Job& job = *work.ending.job;
    if (!kept_.insert(file.job_digest + file.schema_digest + file.partners_digest).second) return;
    const auto keep_file = [&](const std::string& digest, std::string_view kind,
                               const std::filesystem::path& path) {
        const std::string bytes = io::read_file(path);
        if (seal::hex(seal::sha256(bytes)) == digest)
            step.keep_configuration(digest, kind, path.filename().string(), bytes);
    };
    keep_file(file.job_digest, "job", job.file);
    keep_file(file.partners_digest, "partners", home_.folder() / "jobs" / "partners.xml");
    const job::SchemaVersion& schema = job.schemas.at(version_of(job, file.schema_digest));
    std::string documents;
    for (const std::filesystem::path& path : schema.documents) {
        const std::string bytes = io::read_file(path);
        documents += path.filename().string() + ' ' + std::to_string(bytes.size()) + '\n' + bytes;
    }
    step.keep_configuration(file.schema_digest, "schema", schema.base_name, documents);
}

// Cuts what was folded so far off for one commit.
Processing::Batch Processing::cut(Work& work) {
    Batch batch;
    outbox::DraftSet* drafts = work.ending.fold->drafts();
    if (drafts != nullptr) batch.group.emplace(drafts->cut());
    batch.outcomes = std::move(work.outcomes);
    batch.reduced = work.ending.fold->take_reduced();
    batch.folded = std::move(work.folded);
    for (Folded& folded : batch.folded) batch.slices.push_back({&work.file(), &folded, {}});
    batch.answers = answers_.cut(work.file());
    batch.documents = work.ending.fold->documents();
    batch.records = work.ending.fold->records();
    if (!batch.folded.empty()) {
        batch.entry = work.entry.save();
        batch.fold = work.ending.fold->save();
    }
    batch.bytes = work.bytes_pending;
    work.memory_pending = 0;
    work.outcomes.clear();
    work.folded.clear();
    work.products.clear();
    work.bytes_pending = 0;
    return batch;
}

// The drafts of a large file are packed, and behind them written and flushed, beside the folding of
// what follows: a slow disk holds up nobody before `batches_pending_max` wait for it.
void Processing::hand_over(Work& work) {
    // One batch at a time keeps its outcomes: that is what takes memory.
    if (!work.drafting.empty()) {
        work.drafting.back().packed.wait();
        if (work.drafting.back().packed_bytes > pending_bytes_max) settle(work);
    }
    while (work.drafting.size() >= batches_pending_max) settle_first(work);
    if (work.overtaken) return;
    std::shared_future<outbox::DraftCommit> before = work.drafting.empty()
                                                         ? std::shared_future<outbox::DraftCommit>()
                                                         : work.drafting.back().drafts;
    Batch& batch = work.drafting.emplace_back(cut(work));
    drafted_.push_back(std::exchange(claimed_, {}));
    home_.keys();  // loaded here, on the thread that owns the home
    auto drafting =
        core::beside([this, &batch, before, drafts = work.ending.fold->drafts()]() mutable {
            const struct Tell {
                Batch& batch;
                ~Tell() { batch.tell_packed(); }
            } tell{batch};
            commit_slices(home_, batch.slices);
            pack_some(batch, home_.threads(), memory_.packed_bytes);
            if (before.valid()) before.get();  // drafts grow in order
            before = {};                       // or each would hold all those before it
            if (drafts == nullptr) return outbox::DraftCommit{};
            append(batch, drafts, home_.threads(), memory_.packed_bytes);
            drafts->sync();
            return drafts->take_state();
        });
    batch.drafts = drafting.share();
}

// As many frames as may wait to be appended.
void Processing::pack_some(Batch& batch, unsigned threads, std::uint64_t bytes_max) {
    const std::size_t tasks = batch.group ? batch.group->tasks() : 0;
    while (batch.next_task < tasks && batch.group->packed_bytes() < bytes_max) {
        const std::size_t first = batch.next_task;
        for (std::uint64_t bytes = 0; batch.next_task < tasks && bytes < bytes_max;)
            bytes += batch.group->task_bytes(batch.next_task++);
        on_workers(threads, batch.next_task - first,
                   [&](std::size_t i) { batch.group->pack(first + i); });
    }
    if (batch.next_task == tasks) batch.tell_packed();
}

void Processing::append(Batch& batch, outbox::DraftSet* drafts, unsigned threads,
                        std::uint64_t bytes_max) {
    drafts->append(*batch.group, [&](std::size_t) { pack_some(batch, threads, bytes_max); });
    batch.tell_packed();
    batch.group.reset();
}

// No frame is still to be packed: what its pieces point to may go.
void Processing::Batch::tell_packed() {
    if (told) return;
    told = true;
    if (group) packed_bytes = group->packed_bytes();
    outcomes.clear();
    reduced.clear();
    is_packed.set_value();
}

// Commits the oldest batch whose drafts are being written. `decided`: it is the last of its file.
void Processing::settle_first(Work& work, bool decided) {
    Batch& batch = work.drafting.front();
    const std::vector<outbox::DraftCommit> states{batch.drafts.get()};
    io::crash_point("drafts-durable");
    std::vector<Batch> batches;
    batches.push_back(std::move(batch));
    work.drafting.pop_front();
    if (!work.overtaken) commit({}, {&work}, batches, batches.front().slices, states, decided);
    drafted_.pop_front();
}

void Processing::settle(Work& work) {
    while (!work.drafting.empty()) settle_first(work);
}

// The drafts of many files, with one flush for all.
Processing::Drafted Processing::draft(const std::vector<Work*>& works, unsigned threads) {
    Drafted drafted;
    for (Work* work : works) drafted.batches.push_back(cut(*work));
    auto& [batches, slices, states] = drafted;
    for (Batch& batch : batches)
        slices.insert(slices.end(), batch.slices.begin(), batch.slices.end());
    commit_slices(home_, slices);
    // One file packs on all threads, many pack each on its own.
    const bool alone = works.size() == 1;
    states.resize(works.size());
    parallel_for(threads, works.size(), [&](std::size_t i) {
        if (!drafted.batches[i].group) return;
        beside_.pass();
        outbox::DraftSet* drafts = works[i]->ending.fold->drafts();
        if (alone)
            append(drafted.batches[i], drafts, threads, memory_.packed_bytes);
        else
            append(drafted.batches[i], drafts, 1, memory_.packed_bytes / threads);
        if (alone)
            drafts->sync();
        else
            drafts->close_files();
        drafted.states[i] = drafts->take_state();
    });
    if (works.size() > 1) io::flush_file_system(home_.spool() / "drafts");
    io::crash_point("drafts-durable");
    return drafted;
}

// All that became of a batch becomes true at once: a restart finds it whole, and begins the next
// one where it would have begun.
void Processing::commit_decided(std::vector<Work>& works, Drafted& drafted, Tally& tally) {
    std::vector<Work*> refused, walked;
    for (Work& work : works) {
        if (work.refusal) refused.push_back(&work);
        if (!work.decided) walked.push_back(&work);
    }
    claimed_.clear();
    if (refused.empty() && walked.empty()) return;
    commit(refused, walked, drafted.batches, drafted.slices, drafted.states, true);
    for (const Work* work : refused)
        if (!work->overtaken) tally.add(work->ending.file);
}

void Processing::commit(const std::vector<Work*>& refused, const std::vector<Work*>& works,
                        std::vector<Batch>& batches, const std::vector<SliceToCommit>& slices,
                        const std::vector<outbox::DraftCommit>& states, bool decided) {
    const core::Instant now = home_.now();
    auto step = home_.ledger().begin();
    for (Work* work : refused) commit_refusal(*step, *work, now);
    std::set<ledger::FileId> gone;
    for (std::size_t i = 0; i < works.size(); ++i) {
        Work& work = *works[i];
        Batch& batch = batches[i];
        ledger::File& file = work.file();
        // Reception runs beside us: a TD that was recorded before this step wins.
        const auto recorded = home_.ledger().state_of(file.id);
        ENSURE(recorded.has_value());
        work.overtaken = *recorded != file.state;
        // Nor is what was refused for the ids of a file that takes none now: it is begun anew.
        if (file.state == FileState::verified)
            for (const ledger::FileId other : work.relies_on)
                work.overtaken = work.overtaken || gone.count(other) > 0;
        if (work.overtaken) {
            gone.insert(file.id);
            continue;
        }
        if (file.state == FileState::verified) {
            keep_definitions(*step, work);
            step->append(EntryKind::started, file.id, now,
                         JsonObject()
                             .text("job", file.job)
                             .text("job_sha256", file.job_digest)
                             .text("schema_sha256", file.schema_digest)
                             .text("directory", file.directory_version)
                             .str());
            file.state = FileState::processing;
        }
        file.documents = batch.documents;
        file.records = batch.records;
        if (!decided) step->update_file(file);  // else it is with the decision
        if (!batch.folded.empty()) {
            batch.folded.back().slice.resume = resume_of(batch.entry, batch.fold, states[i]);
            for (Folded& folded : batch.folded) add_folded(home_, *step, file, folded);
            step->append(EntryKind::slice, file.id, now, slice_body(batch.folded, file, slices));
        }
        for (const ledger::AnswerRun& run : batch.answers) ledger::add_run(home_.ledger(), run);
        std::vector<ledger::DraftLength> lengths;
        for (const outbox::DraftState& state : states[i].drafts)
            lengths.push_back({state.recipient, static_cast<std::int64_t>(state.bytes),
                               static_cast<std::int64_t>(state.records),
                               static_cast<std::int64_t>(state.documents), state.blob});
        step->set_drafts(file.id, lengths);
        if (decided) decide(home_, *step, work.ending);
    }
    step->commit();
    io::crash_point(decided ? "decided" : "slices-committed");
    for (std::size_t i = 0; i < works.size(); ++i) {
        std::int64_t records = 0;
        for (const Folded& folded : batches[i].folded) records += folded.slice.records;
        if (options_.progress)
            options_.progress(static_cast<std::int64_t>(batches[i].bytes), records);
        works[i]->decided = works[i]->decided || (decided && !works[i]->overtaken);
    }
}

}  // namespace app
