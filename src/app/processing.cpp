#include "app/processing.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <set>

#include "app/answers.hpp"
#include "app/asking.hpp"
#include "app/journal_records.hpp"
#include "app/json.hpp"
#include "app/maintaining.hpp"
#include "app/parallel.hpp"
#include "app/private_copy.hpp"
#include "app/routing.hpp"
#include "app/supplement.hpp"
#include "core/code_table.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "parse/choose.hpp"
#include "parse/pipeline.hpp"
#include "parse/wire.hpp"
#include "seal/digest.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;
namespace wire = parse::wire;

void Tally::add(const ledger::File& file) {
    ++files;
    documents += file.documents.total;
    records += file.records.total;
    accepted += file.records.accepted;
    rejected += file.records.rejected;
    bytes += file.bytes;
    if (file.state == FileState::refused) ++refused_files;
}

// What one commit covers, as it was when its group was cut. Outcomes wait here until then: drafts
// point into their bytes.
struct Processing::Batch {
    std::vector<std::unique_ptr<parse::Outcome>> outcomes;
    std::deque<std::string> reduced;  // likewise
    std::vector<Folded> folded;
    std::vector<SliceToCommit> slices;  // of folded
    std::vector<ledger::AnswerRun> answers;
    std::string entry, fold;  // where to go on
    ledger::Counts documents, records;
    std::uint64_t bytes = 0;
    std::optional<outbox::Group> group;
    std::future<outbox::DraftCommit> drafts;  // packed, appended and flushed beside the next batch
};

// One file on its way.
struct Processing::Work {
    Ending ending;
    std::unique_ptr<Ruling> ruling;
    std::vector<ledger::Part> parts;
    parse::Entry entry;  // where to go on
    std::vector<std::unique_ptr<parse::Outcome>> outcomes;
    std::vector<std::unique_ptr<parse::Product>>
        products;                // of outcomes that are not folded yet (small files)
    std::vector<Folded> folded;  // not committed yet
    std::uint64_t bytes_pending = 0;
    bool elsewhere = false;  // its job is another run's
    bool overtaken = false;  // cancelled or held meanwhile: nothing more of it is committed
    bool walked = false;     // the last byte was seen
    bool decided = false;
    std::optional<Batch> drafting;  // the last: it uses the drafts and must end before them

    ledger::File& file() { return ending.file; }
};

Processing::Processing(Home& home, ProcessOptions options)
    : home_(home), options_(std::move(options)), directories_(home), answers_(home) {}

Processing::~Processing() = default;

bool Processing::past_until() const {
    return options_.until && home_.now() >= *options_.until;
}

// ---- before the first slice ----

static std::size_t version_of(const job::Job& job, const std::string& digest) {
    for (std::size_t i = 0; i < job.schemas.size(); ++i)
        if (job.schemas[i].digest == digest) return i;
    return job.schemas.size();
}

void Processing::refuse(Work& work, const std::vector<core::Finding>& findings,
                        std::vector<int> codes, const std::string& why) {
    ledger::File& file = work.file();
    work.decided = true;
    const auto recorded = home_.ledger().find_file(file.id);
    ENSURE(recorded.has_value());
    work.overtaken = recorded->state != file.state;
    if (work.overtaken) return;
    std::set<std::string> texts;
    for (const int code : codes) texts.insert(core::acrf(code));
    for (const core::Finding& finding : findings)
        if (finding.code.rfind("ACRF-", 0) == 0 && texts.insert(finding.code).second)
            codes.push_back(std::stoi(finding.code.substr(5)));
    file.codes.assign(texts.begin(), texts.end());
    const core::Instant now = home_.now();
    file.decided_at = now;
    file.closed_at = now;
    auto step = home_.ledger().begin();
    step->update_file(file);
    ledger::Slice slice;
    slice.findings = ledger::pack_findings(findings);
    step->add_slice(file.id, slice);
    JsonObject body;
    body.texts("codes", file.codes);
    if (!why.empty()) body.text("why", why);
    step->append(EntryKind::refused, file.id, now, body.str());
    file.state = FileState::refused;
    draw_answer(home_, *step, file, ledger::OutgoingKind::receipt,
                receipt_detail(true, false, codes), now);
    step->commit();
}

// True: there is something to walk. The choice of job and schema is committed, so that a restart
// does not choose again.
bool Processing::prepare(Work& work) {
    ledger::File& file = work.file();
    work.parts = home_.ledger().parts(file.id);
    ENSURE(!work.parts.empty());
    if (!file.schema_digest.empty()) {
        work.ending.job = home_.find_job(file.job);
        const std::size_t version =
            work.ending.job ? version_of(*work.ending.job, file.schema_digest) : 0;
        if (!work.ending.job || work.ending.job->digest != file.job_digest ||
            version == work.ending.job->schemas.size())
            throw core::Fault(
                core::FaultKind::job, "go on with", file.identity.text(),
                "its job or schema was changed while it was being processed",
                "put the former version of job " + file.job + " back until the file is closed");
        work.ending.plan = plans_.get(*work.ending.job, version);
        start_fold(work);
        if (!work.walked && !work.decided) {
            make_rules(work,
                       directories_.pinned(file.directory_version, file.identity.environment));
            if (!work.ruling->rules().refusal().empty() && !is_supplement(file))
                throw core::Fault(
                    core::FaultKind::job, "go on with", file.identity.text(),
                    "its sender is no longer entitled: partners.xml was changed meanwhile",
                    "put the former partners.xml back until the file is closed, or cancel it");
        }
        return true;
    }
    const PrivateCopy source(home_.spool() / work.parts.front().path);
    const auto choice = parse::choose(home_.jobs_of_subject(file.identity.subject), source,
                                      home_.zone().date(file.received_at));
    if (choice.job == nullptr) {
        refuse(work, choice.findings);
        return false;
    }
    if (choice.job->name != file.job && options_.holds && !options_.holds(choice.job->name)) {
        leave_to_other_run(work, choice.job->name);
        return false;
    }
    work.ending.job = home_.find_job(choice.job->name);
    const job::SchemaVersion& schema = choice.job->schemas.at(choice.version);
    work.ending.plan = plans_.get(*choice.job, choice.version);
    file.job = choice.job->name;
    file.job_digest = choice.job->digest;
    file.schema_digest = schema.digest;
    file.partners_digest = home_.partners().digest;
    DirectoryPin pin = directories_.current(*work.ending.job, file.identity.environment);
    file.directory_version = pin.text();
    if (!start_rules(work, std::move(pin))) return false;
    start_fold(work);
    return true;
}

// From this commit on it is in the queue of the run that has the lock of its job.
void Processing::leave_to_other_run(Work& work, const std::string& job) {
    work.file().job = job;
    work.elsewhere = true;
    work.decided = true;  // nothing of it is walked here
    auto step = home_.ledger().begin();
    step->update_file(work.file());
    step->commit();
}

void Processing::make_rules(Work& work, DirectoryPin pin) {
    const ledger::File& file = work.file();
    const core::Date received = home_.zone().date(file.received_at);
    const traces::PeriodKeys keys(home_.keys_folder() / "pseudonym");
    work.ruling =
        std::make_unique<Ruling>(work.ending.plan, home_.partners(), file.identity.sender, received,
                                 std::move(pin), keys.make(core::civil(received).year));
    if (is_supplement(file))
        work.ruling->reconsider(rulings_before(home_, file, work.ending.plan, directories_));
}

bool Processing::start_rules(Work& work, DirectoryPin pin) {
    make_rules(work, std::move(pin));
    if (work.ruling->rules().refusal().empty()) return true;
    refuse(work, {}, {103}, work.ruling->rules().refusal());
    return false;
}

FoldSettings Processing::fold_settings(const Work& work) {
    FoldSettings settings;
    const auto environment = work.ending.file.identity.environment;
    settings.folder = home_.drafts(work.ending.file.id);
    settings.deliver = environment != core::Environment::T;
    settings.unique_keys_max = home_.settings().unique_keys_max;
    settings.parts = static_cast<std::uint32_t>(work.ending.file.parts);
    settings.drafts.open_files_max = home_.settings().open_files_max;
    settings.drafts.group_bytes = home_.settings().commit_bytes;
    settings.recipients = delivery_recipients(home_, *work.ending.job, environment);
    if (settings.deliver) settings.reference = reference_field(*work.ending.job);
    if (job::answering_of(*work.ending.job) != nullptr && settings.deliver)
        settings.answer = [this, file = work.ending.file, job = work.ending.job](
                              const parse::Outcome& outcome, std::size_t record) {
            return answers_.take(file, *job, outcome, record);
        };
    if (is_supplement(work.ending.file))
        settings.refused_before = home_.ledger().refused_documents(work.ending.file.duplicate_of);
    else if (environment == core::Environment::R)
        settings.document_taken = [this, file = work.ending.file](const std::string& document,
                                                                  bool claims) {
            return is_document_taken(file, document, claims);
        };
    return settings;
}

// An id of this very file counts as well, wherever in the file it came before: what the ledger has
// of it was committed by this attempt, as those of another were released.
bool Processing::is_document_taken(const ledger::File& file, const std::string& document,
                                   bool claims) {
    if (home_.ledger().document_owner(file.identity, document) != 0) return true;
    const std::string key = file.identity.sender + file.identity.subject + document;
    if (claimed_.count(key) > 0 || drafted_.count(key) > 0) return true;
    if (claims) claimed_.emplace(key, file.id);
    return false;
}

void Processing::forget_claims(const Work& work) {
    const Fold& fold = *work.ending.fold;
    if (!fold.refused() && fold.file_cause().empty()) return;
    answers_.withdraw(work.ending.file);
    std::erase_if(claimed_, [&](const auto& one) { return one.second == work.ending.file.id; });
}

void Processing::start_fold(Work& work) {
    const auto newest = home_.ledger().newest_slice(work.file().id);
    if (!newest || newest->resume.empty()) {
        work.ending.fold = std::make_unique<Fold>(work.ending.plan, fold_settings(work));
        return;
    }
    wire::Reader in(newest->resume);
    work.entry = parse::Entry::restore(in.text());
    const std::string fold = in.text();
    outbox::DraftCommit drafts;
    drafts.common = in.text();
    for (ledger::DraftLength& draft : home_.ledger().drafts(work.file().id))
        drafts.drafts.push_back({draft.recipient, static_cast<std::uint64_t>(draft.length),
                                 static_cast<std::uint64_t>(draft.records),
                                 static_cast<std::uint64_t>(draft.documents),
                                 std::move(draft.blob)});
    work.ending.fold = std::make_unique<Fold>(work.ending.plan, fold_settings(work), fold, drafts);
    work.walked = work.entry.at_end && work.entry.part == work.parts.size();
}

// ---- walking ----

class Processing::Stages : public parse::Stages {
  public:
    Stages(Processing& processing, Work& work, bool commits)
        : processing_(processing), work_(work), commits_(commits) {}

    std::unique_ptr<parse::Product> work(parse::Outcome& outcome) override {
        return work_.ruling->route(outcome);
    }

    bool take(std::unique_ptr<parse::Outcome> outcome,
              std::unique_ptr<parse::Product> product) override {
        if (work_.drafting && is_ready(work_.drafting->drafts)) processing_.settle(work_);
        if (work_.overtaken) return false;
        work_.entry = outcome->exit;
        work_.bytes_pending += outcome->bytes.size();
        if (!commits_) {
            work_.outcomes.push_back(std::move(outcome));
            work_.products.push_back(std::move(product));
            return true;
        }
        fold_outcome(work_, *outcome, static_cast<const Routed*>(product.get()));
        // Only the bytes are still needed, by the drafts.
        outcome->cells = {};
        outcome->strings.clear();
        outcome->pieces = {};
        outcome->records = {};
        work_.outcomes.push_back(std::move(outcome));
        if (work_.bytes_pending < processing_.home_.settings().commit_bytes) return true;
        processing_.hand_over(work_);
        if (processing_.past_until()) processing_.stopped_ = true;
        if (processing_.stopped_ || processing_.home_.threads() == 1) processing_.settle(work_);
        return !work_.overtaken && !processing_.stopped_;
    }

    static void fold_outcome(Work& work, const parse::Outcome& outcome, const Routed* routed) {
        work.folded.push_back(work.ending.fold->take(outcome, routed));
        work.folded.back().slice.resume.clear();
    }

  private:
    static bool is_ready(const std::future<outbox::DraftCommit>& drafts) {
        return !drafts.valid() ||
               drafts.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    Processing& processing_;
    Work& work_;
    bool commits_;
};

void Processing::walk(Work& work, unsigned threads, parse::Stages& stages) {
    parse::PipelineOptions options;
    options.threads = threads;
    options.slice_bytes = home_.settings().slice_bytes;
    for (const ledger::Part& part : work.parts) {
        if (static_cast<std::uint32_t>(part.part) < work.entry.part) continue;
        if (static_cast<std::uint32_t>(part.part) > work.entry.part)
            work.entry = work.entry.next_part();
        if (work.entry.at_end) continue;
        const PrivateCopy source(home_.spool() / part.path);
        const parse::End end =
            parse::run_pipeline(work.ending.plan, source, work.entry, options, stages);
        if (end == parse::End::stopped) return;
        if (end == parse::End::malformed) break;
    }
    work.walked = true;
}

// ---- the commit ----

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
    work.outcomes.clear();
    work.folded.clear();
    work.products.clear();
    work.bytes_pending = 0;
    return batch;
}

// The drafts of a large file are written beside the folding of what follows; one batch at a time.
void Processing::hand_over(Work& work) {
    settle(work);
    if (work.overtaken) return;
    Batch& batch = work.drafting.emplace(cut(work));
    drafted_ = std::exchange(claimed_, {});
    home_.keys();  // loaded here, on the thread that owns the home
    batch.drafts =
        std::async(std::launch::async, [this, &batch, drafts = work.ending.fold->drafts()] {
            commit_slices(home_, batch.slices);
            if (drafts == nullptr) return outbox::DraftCommit{};
            parallel_for(home_.threads(), batch.group->tasks(),
                         [&](std::size_t i) { batch.group->pack(i); });
            drafts->append(*batch.group);
            drafts->sync();
            return drafts->take_state();
        });
}

// Commits the batch whose drafts are being written.
void Processing::settle(Work& work) {
    if (!work.drafting) return;
    std::vector<outbox::DraftCommit> states(1);
    if (work.drafting->drafts.valid()) states[0] = work.drafting->drafts.get();
    io::crash_point("drafts-durable");
    std::vector<Batch> batches;
    batches.push_back(std::move(*work.drafting));
    work.drafting.reset();
    commit({&work}, batches, batches.front().slices, states, false);
    drafted_.clear();
}

// The drafts of many files, with one flush for all.
void Processing::draft_and_commit(const std::vector<Work*>& works) {
    std::vector<Batch> batches;
    for (Work* work : works) batches.push_back(cut(*work));
    std::vector<SliceToCommit> slices;
    for (Batch& batch : batches)
        slices.insert(slices.end(), batch.slices.begin(), batch.slices.end());
    commit_slices(home_, slices);
    std::vector<std::pair<outbox::Group*, std::size_t>> shares;
    for (Batch& batch : batches)
        for (std::size_t i = 0; batch.group && i < batch.group->tasks(); ++i)
            shares.emplace_back(&*batch.group, i);
    parallel_for(home_.threads(), shares.size(),
                 [&](std::size_t i) { shares[i].first->pack(shares[i].second); });
    std::vector<outbox::DraftCommit> states(works.size());
    for (std::size_t i = 0; i < works.size(); ++i) {
        if (!batches[i].group) continue;
        outbox::DraftSet* drafts = works[i]->ending.fold->drafts();
        drafts->append(*batches[i].group);
        if (works.size() == 1) drafts->sync();
        states[i] = drafts->take_state();
    }
    if (works.size() > 1) io::flush_file_system(home_.spool() / "drafts");
    io::crash_point("drafts-durable");
    commit(works, batches, slices, states, true);
    claimed_.clear();
}

void Processing::commit(const std::vector<Work*>& works, std::vector<Batch>& batches,
                        const std::vector<SliceToCommit>& slices,
                        const std::vector<outbox::DraftCommit>& states, bool decided) {
    const core::Instant now = home_.now();
    auto step = home_.ledger().begin();
    for (std::size_t i = 0; i < works.size(); ++i) {
        Work& work = *works[i];
        Batch& batch = batches[i];
        ledger::File& file = work.file();
        // Reception runs beside us: a TD that was recorded before this step wins.
        const auto recorded = home_.ledger().find_file(file.id);
        ENSURE(recorded.has_value());
        work.overtaken = recorded->state != file.state;
        if (work.overtaken) continue;
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
        step->update_file(file);
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
