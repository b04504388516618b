// Before the first slice: which job and schema, who may send, what the fold goes on from.
#include <set>

#include "app/answers.hpp"
#include "app/asking.hpp"
#include "app/dispatch.hpp"
#include "app/enclosures.hpp"
#include "app/json.hpp"
#include "app/parallel.hpp"
#include "app/private_copy.hpp"
#include "app/processing_impl.hpp"
#include "app/supplement.hpp"
#include "core/code_table.hpp"
#include "core/ensure.hpp"
#include "journal/record.hpp"
#include "ledger/reading.hpp"
#include "parse/wire.hpp"

namespace app {

using ledger::EntryKind;
using ledger::FileState;
namespace wire = parse::wire;

std::size_t version_of(const job::Job& job, const std::string& digest) {
    for (std::size_t i = 0; i < job.schemas.size(); ++i)
        if (job.schemas[i].digest == digest) return i;
    return job.schemas.size();
}

void Processing::refuse(Work& work, const std::vector<core::Finding>& findings,
                        std::vector<int> codes, std::string why) {
    work.decided = true;
    work.refusal = Refusal{findings, std::move(codes), std::move(why)};
}

void Processing::commit_refusal(ledger::Step& step, Work& work, core::Instant now) {
    ledger::File& file = work.file();
    auto& [findings, codes, why] = *work.refusal;
    const auto recorded = home_.ledger().state_of(file.id);
    ENSURE(recorded.has_value());
    work.overtaken = *recorded != file.state;
    if (work.overtaken) return;
    std::set<std::string> texts;
    for (const int code : codes) texts.insert(core::acrf(code));
    for (const core::Finding& finding : findings)
        if (finding.code.rfind("ACRF-", 0) == 0 && texts.insert(finding.code).second)
            codes.push_back(std::stoi(finding.code.substr(5)));
    file.codes.assign(texts.begin(), texts.end());
    file.decided_at = now;
    file.closed_at = now;
    step.update_file(file);
    ledger::Slice slice;
    slice.findings = ledger::pack_findings(findings);
    step.add_slice(file.id, slice);
    JsonObject body;
    body.texts("codes", file.codes);
    if (!why.empty()) body.text("why", why);
    step.append(EntryKind::refused, file.id, now, body.str());
    file.state = FileState::refused;
    draw_answer(home_, step, file, ledger::OutgoingKind::receipt,
                receipt_detail(true, false, codes), now);
}

// Works with nothing to walk are over. Of many, the first pages are read on all threads.
void Processing::prepare_all(std::vector<Work>& works) {
    {
        const ledger::Reading reading(home_.ledger());
        for (Work& work : works) {
            work.parts = home_.ledger().parts(work.file().id);
            ENSURE(!work.parts.empty());
        }
    }
    std::uint64_t held_bytes = 0;
    for (Work& work : works) {
        work.alone = works.size() == 1;
        held_bytes += static_cast<std::uint64_t>(work.file().bytes);
        work.held =
            works.size() > 1 && work.parts.size() == 1 && held_bytes < memory_.slices_bytes / 4;
    }
    home_.jobs();  // loaded here, on the thread that owns the home
    parallel_for(home_.threads(), works.size(), [&](std::size_t i) {
        if (works[i].file().schema_digest.empty()) choose(works[i]);
    });
    for (Work& work : works) {
        work.decided = work.file().state == FileState::decided;
        try {
            prepare(work);
        } catch (const core::Fault& fault) {
            if (fault.kind() != core::FaultKind::job) throw;
            hold(work, fault);
        }
    }
}

// What it was begun with was changed meanwhile. That is mended for this file; the others go on.
void Processing::hold(Work& work, const core::Fault& fault) {
    work.ending.fold.reset();
    work.decided = true;  // nothing of it is walked here
    auto recorded = home_.ledger().find_file(work.file().id);
    if (!recorded || recorded->state != work.file().state) return;
    recorded->held_reason = fault.reason() + "; " + fault.advice();
    recorded->stopped_at = to_string(recorded->state);
    auto step = home_.ledger().begin();
    step->update_file(*recorded);
    step->append(EntryKind::held, recorded->id, home_.now(),
                 JsonObject().text("why", recorded->held_reason).str());
    step->commit();
}

void Processing::choose(Work& work) {
    const auto path = home_.spool() / work.parts.front().path;
    // One that is alone is walked from the frames that it was chosen by.
    const bool alone = work.alone && home_.threads() > 1;
    auto source =
        work.held ? whole_copy(path)
                  : std::make_unique<PrivateCopy>(path, alone ? home_.threads() : 0, work.rooms);
    work.choice = parse::choose(home_.jobs_of_subject(work.file().identity.subject), *source,
                                home_.zone().date(work.file().received_at));
    const bool one_reader =
        work.choice.job != nullptr && work.choice.job->format == job::Format::xml;
    if (work.held || (alone && one_reader)) work.copy = std::move(source);
}

// The choice of job and schema is committed with the first slice, so that a restart does not choose
// again.
void Processing::prepare(Work& work) {
    ledger::File& file = work.file();
    if (!file.schema_digest.empty()) {
        work.ending.job = home_.find_job(file.job);
        const std::size_t version =
            work.ending.job ? version_of(*work.ending.job, file.schema_digest) : 0;
        if (!work.ending.job || work.ending.job->digest != file.job_digest ||
            version == work.ending.job->schemas.size())
            throw core::Fault(
                core::FaultKind::job, "go on with", file.identity.text(),
                "its job or schema was changed while it was being processed",
                "put the former version of job " + file.job + " back, then release the file");
        work.ending.plan = plans_.get(*work.ending.job, version);
        work.ending.enclosures = take_enclosures(home_, *work.ending.job, work.parts);
        start_fold(work);
        if (!work.walked && !work.decided) {
            make_rules(work,
                       directories_.pinned(file.directory_version, file.identity.environment));
            if (!work.ruling->rules().refusal().empty() && !is_supplement(file))
                throw core::Fault(
                    core::FaultKind::job, "go on with", file.identity.text(),
                    "its sender is no longer entitled: partners.xml was changed meanwhile",
                    "put the former partners.xml back, then release the file, or cancel it");
        }
        return;
    }
    const parse::Choice& choice = work.choice;
    if (choice.job == nullptr) return refuse(work, choice.findings);
    if (choice.job->name != file.job && options_.holds && !options_.holds(choice.job->name)) {
        return leave_to_other_run(work, choice.job->name);
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
    if (!start_rules(work, std::move(pin))) return;
    work.ending.enclosures = take_enclosures(home_, *work.ending.job, work.parts);
    if (work.ending.enclosures && work.ending.enclosures->problem()) {
        return refuse(work, {*work.ending.enclosures->problem()});
    }
    if (!work.held) start_fold(work);  // else where it is walked: there is nothing to go on from
}

// From this commit on it is in the queue of the run that has the lock of its job.
void Processing::leave_to_other_run(Work& work, const std::string& job) {
    work.file().job = job;
    work.decided = true;  // nothing of it is walked here
    auto step = home_.ledger().begin();
    step->update_file(work.file());
    step->commit();
}

// Read once a run: one that is destroyed meanwhile is of a year long ago.
const traces::PersonKey& Processing::pseudonym_key(int year) {
    const auto found = pseudonym_keys_.find(year);
    if (found != pseudonym_keys_.end()) return found->second;
    const traces::PeriodKeys keys(home_.keys_folder() / "pseudonym");
    return pseudonym_keys_.emplace(year, keys.make(year)).first->second;
}

void Processing::make_rules(Work& work, DirectoryPin pin) {
    const ledger::File& file = work.file();
    const core::Date received = home_.zone().date(file.received_at);
    work.ruling =
        std::make_unique<Ruling>(work.ending.plan, home_.partners(), file.identity.sender, received,
                                 std::move(pin), pseudonym_key(core::civil(received).year));
    if (home_.settings().record_digests)
        work.bytes_key =
            journal::file_key(home_.keys().journal_key(), file.identity.text(), file.id);
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
    const std::size_t checks = std::max<std::size_t>(work.ending.job->uniques.size(), 1);
    settings.unique_keys_max =
        std::min<std::size_t>(home_.settings().unique_keys_max, memory_.unique_keys / checks);
    settings.parts = static_cast<std::uint32_t>(work.parts.size());
    settings.enclosures = work.ending.enclosures;
    settings.drafts.open_files_max = home_.settings().open_files_max;
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
    if (book_->document_owner(file.identity, document) != 0) return true;
    const std::string key = file.identity.sender + file.identity.subject + document;
    const auto taken = claimed_.find(key);
    if (taken != claimed_.end() && taken->second != file.id) relied_on_.insert(taken->second);
    if (taken != claimed_.end() ||
        std::any_of(drafted_.begin(), drafted_.end(),
                    [&](const Claims& batch) { return batch.count(key) > 0; }))
        return true;
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

}  // namespace app
