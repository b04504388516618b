#pragma once
// The tables of the ledger, as SQL. Inside the ledger room only.

namespace ledger {

inline constexpr int tables_version = 4, version_with_lists = 3;

inline constexpr const char* tables_sql = R"sql(
CREATE TABLE entry(idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, file INTEGER
  NOT NULL, body TEXT NOT NULL);
CREATE INDEX entry_file ON entry(file) WHERE file > 0;
CREATE TABLE file(
  id INTEGER PRIMARY KEY, identity TEXT NOT NULL, slot TEXT NOT NULL, subject TEXT NOT NULL, sender
  TEXT NOT NULL, date TEXT NOT NULL,
  sequence TEXT NOT NULL, environment TEXT NOT NULL, go_name TEXT NOT NULL, owns_name INTEGER NOT
  NULL, duplicate_of INTEGER NOT NULL,
  job TEXT NOT NULL, job_digest TEXT NOT NULL, schema_digest TEXT NOT NULL, partners_digest TEXT NOT
  NULL, state TEXT NOT NULL,
  received_at INTEGER NOT NULL, decided_at INTEGER, closed_at INTEGER, deadline_at INTEGER, bytes
  INTEGER NOT NULL,
  parts INTEGER NOT NULL, digest TEXT NOT NULL, ticket TEXT NOT NULL, codes TEXT NOT NULL,
  documents INTEGER NOT NULL, documents_accepted INTEGER NOT NULL, documents_rejected INTEGER NOT
  NULL,
  records INTEGER NOT NULL, records_accepted INTEGER NOT NULL, records_rejected INTEGER NOT NULL,
  priority INTEGER NOT NULL, held_reason TEXT NOT NULL, stopped_at TEXT NOT NULL, journal_index
  INTEGER NOT NULL,
  accepted INTEGER NOT NULL DEFAULT 0, directory_version TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX file_slot ON file(slot) WHERE owns_name = 1;
CREATE INDEX file_identity ON file(identity);
CREATE INDEX file_content ON file(sender, environment, digest) WHERE accepted = 1;
CREATE INDEX file_sender ON file(sender, id);
CREATE INDEX file_received ON file(received_at);
CREATE INDEX file_due ON file(deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX file_job ON file(job, id);
CREATE TABLE part(file INTEGER NOT NULL, part INTEGER NOT NULL, bytes INTEGER NOT NULL, digest TEXT
  NOT NULL, path TEXT NOT NULL,
  signature_path TEXT NOT NULL, signer TEXT NOT NULL, PRIMARY KEY(file, part)) WITHOUT ROWID;
CREATE TABLE slice(file INTEGER NOT NULL, ordinal INTEGER NOT NULL, part INTEGER NOT NULL, begin
  INTEGER NOT NULL, end INTEGER NOT NULL,
  first_record INTEGER NOT NULL, records INTEGER NOT NULL, first_document INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  facts BLOB NOT NULL, findings BLOB NOT NULL, PRIMARY KEY(file, ordinal));
CREATE INDEX slice_record ON slice(file, first_record);
CREATE TABLE resume(file INTEGER PRIMARY KEY, ordinal INTEGER NOT NULL, state BLOB NOT NULL);
CREATE TABLE draft(file INTEGER NOT NULL, recipient TEXT NOT NULL, length INTEGER NOT NULL, records
  INTEGER NOT NULL,
  documents INTEGER NOT NULL, blob BLOB NOT NULL, PRIMARY KEY(file, recipient)) WITHOUT ROWID;
CREATE TABLE refused_document(file INTEGER NOT NULL, ordinal INTEGER NOT NULL, code TEXT NOT NULL,
  PRIMARY KEY(file, ordinal)) WITHOUT ROWID;
CREATE TABLE tally(file INTEGER NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL, count INTEGER
  NOT NULL,
  PRIMARY KEY(file, code, severity)) WITHOUT ROWID;
CREATE TABLE document_key(sender TEXT NOT NULL, environment TEXT NOT NULL, subject TEXT NOT NULL, id
  TEXT NOT NULL,
  file INTEGER NOT NULL, ordinal INTEGER NOT NULL, PRIMARY KEY(sender, environment, subject, id))
  WITHOUT ROWID;
CREATE INDEX document_key_file ON document_key(file);
CREATE TABLE outgoing(id INTEGER PRIMARY KEY, file INTEGER NOT NULL, kind TEXT NOT NULL, recipient
  TEXT NOT NULL, name TEXT NOT NULL,
  folder TEXT NOT NULL, number INTEGER NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  detail TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX outgoing_file ON outgoing(file);
CREATE INDEX outgoing_number ON outgoing(recipient, number) WHERE number > 0;
CREATE UNIQUE INDEX outgoing_name ON outgoing(name, recipient) WHERE name <> '';
CREATE INDEX outgoing_lies ON outgoing(recipient, folder, name) WHERE state = 'published' AND kind =
  'parcel';
CREATE TABLE question_file(file INTEGER PRIMARY KEY, questions INTEGER NOT NULL, expected INTEGER
  NOT NULL, answered INTEGER NOT NULL, buckets INTEGER NOT NULL, asked_at INTEGER NOT NULL, due_at
  INTEGER NOT NULL, follow_until INTEGER NOT NULL, remind_at INTEGER, last_at INTEGER, state TEXT
  NOT NULL, first_cut INTEGER NOT NULL, last_cut INTEGER NOT NULL);
CREATE INDEX question_file_open ON question_file(file) WHERE state <> 'closed';
CREATE TABLE question_source(file INTEGER NOT NULL, source TEXT NOT NULL, expected INTEGER NOT NULL,
  answered INTEGER NOT NULL, last_at INTEGER, stood_in INTEGER NOT NULL, PRIMARY KEY(file, source))
  WITHOUT ROWID;
CREATE TABLE question_slice(file INTEGER NOT NULL, ordinal INTEGER NOT NULL, first_record INTEGER
  NOT NULL, records INTEGER NOT NULL, texts BLOB NOT NULL, PRIMARY KEY(file, ordinal));
CREATE INDEX question_slice_record ON question_slice(file, first_record);
CREATE TABLE question_index(file INTEGER NOT NULL, bucket INTEGER NOT NULL, entries BLOB NOT NULL,
  PRIMARY KEY(file, bucket));
CREATE TABLE question_chunk(file INTEGER NOT NULL, source TEXT NOT NULL, chunk INTEGER NOT NULL,
  expected BLOB NOT NULL, answered BLOB NOT NULL, PRIMARY KEY(file, source, chunk));
CREATE TABLE answer_run(file INTEGER NOT NULL, chunk INTEGER NOT NULL, answer_file INTEGER NOT NULL,
  ordinal INTEGER NOT NULL, source TEXT NOT NULL, cut INTEGER NOT NULL, context TEXT NOT NULL,
  entries BLOB NOT NULL, PRIMARY KEY(file, chunk, answer_file, ordinal));
CREATE INDEX answer_run_file ON answer_run(answer_file);
CREATE TABLE claim(key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE configuration(digest TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, content
  BLOB NOT NULL) WITHOUT ROWID;
)sql";

// Conditions are chains of comparisons: SQLite makes a table of a list IN (...) each time that a
// row is written, and a query that names one value finds no index of a list.
inline constexpr const char* state_indexes_sql = R"sql(
DROP INDEX IF EXISTS entry_rare;
DROP INDEX IF EXISTS file_open;
DROP INDEX IF EXISTS file_rare;
DROP INDEX IF EXISTS outgoing_open;
CREATE INDEX entry_rare ON entry(kind, idx) WHERE kind = 'directory' OR kind = 'segment' OR
  kind = 'query' OR kind = 'key' OR kind = 'partner' OR kind = 'legal-hold' OR kind = 'incident' OR
  kind = 'restored' OR kind = 'alert' OR kind = 'proposal' OR kind = 'reminded' OR kind = 'expired';
CREATE INDEX file_open ON file(state) WHERE state <> 'closed' AND state <> 'refused' AND
  state <> 'cancelled' AND state <> 'quarantined';
CREATE INDEX file_rare ON file(state, id, job) WHERE state = 'refused' OR state = 'cancelled' OR
  state = 'quarantined';
CREATE INDEX outgoing_open ON outgoing(state) WHERE state = 'drawn' OR state = 'staged' OR
  state = 'held' OR state = 'failed';
)sql";

}  // namespace ledger
