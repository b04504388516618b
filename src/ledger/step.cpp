#include <algorithm>
#include <utility>

#include "core/ensure.hpp"
#include "ledger/database.hpp"
#include "ledger/ledger.hpp"
#include "ledger/rows.hpp"

namespace ledger {

Step::Step(Ledger& ledger) : ledger_(ledger) {
    ledger_.database_->execute("BEGIN IMMEDIATE");
    ledger_.database_->before_files_are_read([this] { write_moves(); });
}

Step::~Step() {
    if (!open_) return;
    ledger_.database_->before_files_are_read({});
    try {
        ledger_.database_->execute("ROLLBACK");
    } catch (...) {  // the connection is gone: nothing of the step can become true any more
        open_ = false;
    }
}

void Step::commit() {
    ENSURE(open_);
    write_moves();
    for (const auto& [name, value] : counters_)
        ledger_.database_
            ->prepare(
                "INSERT INTO counter VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = "
                "excluded.value")
            .bind(name)
            .bind(value)
            .run();
    ledger_.database_->execute("COMMIT");
    ledger_.database_->before_files_are_read({});
    open_ = false;
}

std::int64_t Step::append(EntryKind kind, FileId file, core::Instant at, std::string body) {
    const std::int64_t index = next("entry") - 1;
    ledger_.database_->prepare("INSERT INTO entry(idx, at, kind, file, body) VALUES(?, ?, ?, ?, ?)")
        .bind(index)
        .bind(at.microseconds)
        .bind(to_string(kind))
        .bind(file)
        .bind(body)
        .run();
    if (file == 0) return index;
    Move& move = moves_[file];
    move.index = index;
    if (const auto state = state_after(kind)) {
        move.state = state;
        move.accepts = move.accepts || *state == FileState::verified;
    }
    return index;
}

// A file's row is written once for all the entries that it gets in a step, or gets before it is
// read.
void Step::write_moves() {
    for (const auto& [file, move] : std::exchange(moves_, {})) {
        if (move.state)
            ledger_.database_
                ->prepare(std::string("UPDATE file SET state = ?, journal_index = ?") +
                          (move.accepts ? ", accepted = 1" : "") + " WHERE id = ?")
                .bind(to_string(*move.state))
                .bind(move.index)
                .bind(file)
                .run();
        else
            ledger_.database_->prepare("UPDATE file SET journal_index = ? WHERE id = ?")
                .bind(move.index)
                .bind(file)
                .run();
    }
}

void Step::add_file(File& file) {
    auto& db = *ledger_.database_;
    const std::string slot = file.identity.slot();
    {
        auto taken = db.prepare("SELECT id FROM file WHERE slot = ? AND owns_name = 1");
        taken.bind(slot);
        file.owns_name = !taken.step();
    }
    db.prepare(
          "INSERT INTO file(identity, slot, subject, sender, date, sequence, environment, go_name, "
          "owns_name, duplicate_of, job,"
          " job_digest, schema_digest, partners_digest, state, received_at, decided_at, closed_at, "
          "deadline_at, bytes, parts, digest,"
          " ticket, codes, documents, documents_accepted, documents_rejected, records, "
          "records_accepted, records_rejected,"
          " priority, held_reason, stopped_at, journal_index)"
          " VALUES(?,?,?,?,?,?,?,?,?,?,'','','','',?,?,NULL,NULL,NULL,0,1,'','','',0,0,0,0,0,0,5,''"
          ",'',0)")
        .bind(file.identity.text())
        .bind(slot)
        .bind(file.identity.subject)
        .bind(file.identity.sender)
        .bind(file.identity.date)
        .bind(file.identity.sequence)
        .bind(std::string(1, static_cast<char>(file.identity.environment)))
        .bind(file.go_name)
        .bind(std::int64_t{file.owns_name})
        .bind(file.duplicate_of)
        .bind(to_string(file.state))
        .bind(file.received_at.microseconds)
        .run();
    file.id = db.last_row();
    update_file(file);
}

static void bind_instant(Statement& statement, const std::optional<core::Instant>& instant) {
    if (instant)
        statement.bind(instant->microseconds);
    else
        statement.bind_null();
}

// Columns of indexes that rarely change stand in a statement of their own here and below: SQLite
// writes an index anew for each column that is set, changed or not.
void Step::update_file(const File& file) {
    auto& db = *ledger_.database_;
    auto update = db.prepare(
        "UPDATE file SET duplicate_of=?, job_digest=?, schema_digest=?, partners_digest=?, "
        "decided_at=?, closed_at=?,"
        " bytes=?, parts=?, ticket=?, codes=?, documents=?, documents_accepted=?, "
        "documents_rejected=?, records=?,"
        " records_accepted=?, records_rejected=?, priority=?, held_reason=?, stopped_at=?, "
        "directory_version=? WHERE id=?");
    update.bind(file.duplicate_of)
        .bind(file.job_digest)
        .bind(file.schema_digest)
        .bind(file.partners_digest);
    bind_instant(update, file.decided_at);
    bind_instant(update, file.closed_at);
    update.bind(file.bytes)
        .bind(std::int64_t{file.parts})
        .bind(file.ticket)
        .bind(join_codes(file.codes));
    update.bind(file.documents.total).bind(file.documents.accepted).bind(file.documents.rejected);
    update.bind(file.records.total).bind(file.records.accepted).bind(file.records.rejected);
    update.bind(std::int64_t{file.priority})
        .bind(file.held_reason)
        .bind(file.stopped_at)
        .bind(file.directory_version)
        .bind(file.id)
        .run();
    auto indexed = db.prepare(
        "UPDATE file SET job=?2, digest=?3, deadline_at=?4 WHERE id=?1 AND (job <> ?2 OR digest <> "
        "?3 OR deadline_at IS NOT ?4)");
    indexed.bind(file.id).bind(file.job).bind(file.digest);
    bind_instant(indexed, file.deadline_at);
    indexed.run();
}

void Step::add_part(FileId file, const Part& part) {
    ledger_.database_->prepare("INSERT INTO part VALUES(?,?,?,?,?,?,?)")
        .bind(file)
        .bind(std::int64_t{part.part})
        .bind(part.bytes)
        .bind(part.digest)
        .bind(part.path)
        .bind(part.signature_path)
        .bind(part.signer)
        .run();
}

void Step::add_slice(FileId file, const Slice& slice) {
    auto& db = *ledger_.database_;
    db.prepare("INSERT INTO slice VALUES(?,?,?,?,?,?,?,?,?,?,?)")
        .bind(file)
        .bind(slice.ordinal)
        .bind(std::int64_t{slice.part})
        .bind(slice.begin)
        .bind(slice.end)
        .bind(slice.first_record)
        .bind(slice.records)
        .bind(slice.first_document)
        .bind(slice.documents)
        .bind_blob(slice.facts)
        .bind_blob(slice.findings)
        .run();
    if (slice.resume.empty()) return;
    db.prepare(
          "INSERT INTO resume VALUES(?,?,?) ON CONFLICT(file) DO UPDATE SET "
          "ordinal=excluded.ordinal, state=excluded.state")
        .bind(file)
        .bind(slice.ordinal)
        .bind_blob(slice.resume)
        .run();
}

void Step::drop_slices(FileId file) {
    for (const char* sql : {"DELETE FROM question_slice WHERE file = ?",
                            "DELETE FROM answer_run WHERE answer_file = ? AND cut = 0"})
        ledger_.database_->prepare(sql).bind(file).run();
    auto& db = *ledger_.database_;
    for (const char* sql :
         {"DELETE FROM slice WHERE file = ?", "DELETE FROM resume WHERE file = ?",
          "DELETE FROM draft WHERE file = ?", "DELETE FROM refused_document WHERE file = ?"})
        db.prepare(sql).bind(file).run();
}

void Step::set_drafts(FileId file, const std::vector<DraftLength>& drafts) {
    for (const DraftLength& draft : drafts)
        ledger_.database_->prepare("INSERT OR REPLACE INTO draft VALUES(?,?,?,?,?,?)")
            .bind(file)
            .bind(draft.recipient)
            .bind(draft.length)
            .bind(draft.records)
            .bind(draft.documents)
            .bind_blob(draft.blob)
            .run();
}

void Step::refuse_document(FileId file, std::int64_t ordinal, std::string_view code) {
    ledger_.database_->prepare("INSERT OR REPLACE INTO refused_document VALUES(?,?,?)")
        .bind(file)
        .bind(ordinal)
        .bind(code)
        .run();
}

void Step::add_tallies(FileId file, const std::vector<Tally>& tallies) {
    for (const Tally& tally : tallies)
        ledger_.database_
            ->prepare(
                "INSERT INTO tally VALUES(?,?,?,?) ON CONFLICT(file, code, severity) DO UPDATE SET "
                "count = count + excluded.count")
            .bind(file)
            .bind(tally.code)
            .bind(tally.severity)
            .bind(tally.count)
            .run();
}

void Step::drop_tallies(FileId file) {
    ledger_.database_->prepare("DELETE FROM tally WHERE file = ?").bind(file).run();
}

bool Step::claim_document(const core::FileIdentity& identity, std::string_view document_id,
                          FileId file, std::int64_t ordinal, FileId& taken_by) {
    auto& db = *ledger_.database_;
    const std::string environment(1, static_cast<char>(identity.environment));
    {
        auto find = db.prepare(
            "SELECT file FROM document_key WHERE sender=? AND environment=? AND subject=? AND "
            "id=?");
        find.bind(identity.sender).bind(environment).bind(identity.subject).bind(document_id);
        if (find.step()) {
            taken_by = find.integer(0);
            return false;
        }
    }
    db.prepare("INSERT INTO document_key VALUES(?,?,?,?,?,?)")
        .bind(identity.sender)
        .bind(environment)
        .bind(identity.subject)
        .bind(document_id)
        .bind(file)
        .bind(ordinal)
        .run();
    return true;
}

void Step::release_documents(FileId file) {
    ledger_.database_->prepare("DELETE FROM document_key WHERE file = ?").bind(file).run();
}

void Step::add_outgoing(Outgoing& outgoing) {
    auto& db = *ledger_.database_;
    db.prepare(
          "INSERT INTO outgoing(file, kind, recipient, name, folder, number, records, bytes, "
          "digest, detail, state, at)"
          " VALUES(?,?,?,?,?,?,?,?,?,?,?,?)")
        .bind(outgoing.file)
        .bind(to_string(outgoing.kind))
        .bind(outgoing.recipient)
        .bind(outgoing.name)
        .bind(outgoing.folder)
        .bind(outgoing.number)
        .bind(outgoing.records)
        .bind(outgoing.bytes)
        .bind(outgoing.digest)
        .bind(outgoing.detail)
        .bind(to_string(outgoing.state))
        .bind(outgoing.at.microseconds)
        .run();
    outgoing.id = db.last_row();
}

void Step::update_outgoing(const Outgoing& outgoing) {
    auto& db = *ledger_.database_;
    db.prepare(
          "UPDATE outgoing SET records=?, bytes=?, digest=?, detail=?, state=?, at=? WHERE id=?")
        .bind(outgoing.records)
        .bind(outgoing.bytes)
        .bind(outgoing.digest)
        .bind(outgoing.detail)
        .bind(to_string(outgoing.state))
        .bind(outgoing.at.microseconds)
        .bind(outgoing.id)
        .run();
    db.prepare("UPDATE outgoing SET file=?2, name=?3 WHERE id=?1 AND (file <> ?2 OR name <> ?3)")
        .bind(outgoing.id)
        .bind(outgoing.file)
        .bind(outgoing.name)
        .run();
}

void Step::move_outgoing(const Outgoing& outgoing) {
    ledger_.database_->prepare("UPDATE outgoing SET state=?, at=? WHERE id=?")
        .bind(to_string(outgoing.state))
        .bind(outgoing.at.microseconds)
        .bind(outgoing.id)
        .run();
}

std::int64_t Step::next(std::string_view counter) {
    return next_many(counter, 1);
}

std::int64_t Step::next_many(std::string_view counter, std::int64_t count) {
    auto at = counters_.find(counter);
    if (at == counters_.end()) {
        auto select = ledger_.database_->prepare("SELECT value FROM counter WHERE name = ?");
        select.bind(counter);
        const std::int64_t value = select.step() ? select.integer(0) : 0;
        at = counters_.emplace(counter, value).first;
    }
    at->second += count;
    return at->second - count + 1;
}

void Step::finish_claim(std::string_view key) {
    ledger_.database_->prepare("INSERT INTO claim VALUES(?)").bind(key).run();
}

void Step::forget_claims_before(std::string_view key) {
    ledger_.database_->prepare("DELETE FROM claim WHERE key < ?").bind(key).run();
}

void Step::keep_configuration(std::string_view digest, std::string_view kind, std::string_view name,
                              std::string_view content) {
    ledger_.database_->prepare("INSERT OR IGNORE INTO configuration VALUES(?,?,?,?)")
        .bind(digest)
        .bind(kind)
        .bind(name)
        .bind_blob(content)
        .run();
}

}  // namespace ledger
