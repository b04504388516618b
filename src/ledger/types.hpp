#pragma once
// What the ledger knows: files, their parts, slices, outgoing files and the entries everything
// derives from. Plain values.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"

namespace ledger {

using FileId = std::int64_t;

// waiting: half a set lies in IN and is not in the ledger. The order is the order of life.
enum class FileState : unsigned char {
    received,    // ours, private copy durable, not yet decided whether it may be processed
    verified,    // accepted for processing
    processing,  // slices are being committed
    decided,     // every record has its verdict, outgoing names are drawn
    delivered,   // everything is published
    closed,
    refused,
    cancelled,
    held,
    quarantined,
};
std::string_view to_string(FileState state);
std::optional<FileState> parse_file_state(std::string_view text);
bool is_final(FileState state);

// The kinds of entry. What a kind does to the state of its file is in `state_after`; a file's state
// is the fold of its entries.
enum class EntryKind : unsigned char {
    received,
    verified,
    refused,
    duplicate,
    quarantined,
    cancelled,
    late_cancel,
    started,
    slice,
    decided,
    outgoing,
    published,
    delivered,
    closed,
    held,
    released,
    retried,
    redelivered,
    configuration,
    expired_set,
    failed,
    restored,
    directory,     // a version of the reference directory became current, is held or was released
    fetched,       // a recipient took a parcel out of its folder
    acknowledged,  // a recipient's own receipt for a parcel
    segment,       // a segment of the privacy log was sealed
    query,         // somebody looked into the privacy log
    key,           // a key was created, rolled or retired
    partner,       // a partner or its certificates were changed
    legal_hold,    // expiry was stopped or allowed again
    incident,      // opened, followed or closed
    transferred,   // a parcel was uploaded to its recipient's own server
    reminded,      // a supplier, recipient or sender was reminded
    expired,       // payload was removed at the end of its days
    alert,         // something that somebody must look at now
    proposal,      // an act that waits for a second person, or what became of it
    question,      // questions of a file were sent, answered, refused or timed out
};
std::string_view to_string(EntryKind kind);
std::optional<EntryKind> parse_entry_kind(std::string_view text);
// Nothing: this kind does not move the state.
std::optional<FileState> state_after(EntryKind kind);

struct Entry {
    std::int64_t index = 0;  // from 0, without gaps
    core::Instant at;
    EntryKind kind = EntryKind::received;
    FileId file = 0;  // 0: not about a file
    std::string
        body;  // canonical JSON: codes, numbers, digests, names of files; never personal data
};

struct Counts {
    std::int64_t total = 0, accepted = 0, rejected = 0;
    std::int64_t pending() const { return total - accepted - rejected; }
};

struct File {
    FileId id = 0;
    core::FileIdentity identity;
    std::string go_name;    // as the sender wrote it; what answers quote
    bool owns_name = true;  // false: a later attempt under a name that was already taken
    FileId duplicate_of = 0;
    std::string job;  // name of the job; empty where none was found
    std::string job_digest, schema_digest, partners_digest;
    std::string directory_version;  // pinned when it was started; empty: nothing was loaded
    FileState state = FileState::received;
    core::Instant received_at;
    std::optional<core::Instant> decided_at, closed_at, deadline_at;
    std::int64_t bytes = 0;  // over all parts, as delivered
    int parts = 1;
    std::string digest;              // hex SHA-256 over the parts' digests in order
    std::string ticket;              // 13 characters
    std::vector<std::string> codes;  // ACRF-nnn of the file itself
    Counts documents, records;
    int priority = 5;
    std::string held_reason;
    std::string stopped_at;          // where a held file goes on: a state's name
    std::int64_t journal_index = 0;  // the newest entry about it
};

struct Part {
    int part = 1;
    std::int64_t bytes = 0;
    std::string digest;          // hex SHA-256 of the part as delivered
    std::string path;            // private copy, relative to the spool
    std::string signature_path;  // FS as delivered, relative to the spool; empty where none came
    std::string signer;          // subject of the certificate that signed
};

// A committed piece of a file: where it lies, what came of it, and how to go on behind it.
struct Slice {
    std::int64_t ordinal = 0;  // from 0 through all parts
    int part = 1;
    std::int64_t begin = 0, end = 0;             // bytes of the part's UTF-8 text
    std::int64_t first_record = 0, records = 0;  // ordinals from 1
    std::int64_t first_document = 0, documents = 0;
    std::string facts;     // zstd: one column per fact, one value per record (ledger/facts.hpp)
    std::string findings;  // zstd: the findings kept
    std::string resume;    // parse::Entry after this slice, and the committer's own fold; only the
                           // newest is kept
};

struct DraftLength {
    std::string recipient;
    std::int64_t length = 0, records = 0, documents = 0;
    std::string blob;  // the draft's own state, opaque here
};

struct Tally {
    std::string code, severity;
    std::int64_t count = 0;
    bool operator==(const Tally&) const = default;
};

// A file that goes to a partner: a parcel, an answer, a voucher. Its name, number and bytes are
// drawn once.
enum class OutgoingKind : unsigned char {
    parcel,
    receipt,
    notification,
    correction,
    status,
    voucher,
    evidence,  // of delivery: what a recipient did with a parcel
    answer,    // the merged answers to a file of questions
    reminder
};
std::string_view to_string(OutgoingKind kind);

enum class OutgoingState : unsigned char {
    drawn,
    staged,
    published,
    withheld,
    held,
    transferred,
    fetched,
    acknowledged,
    failed,
    expired  // never fetched, and taken out of the folder
};
std::string_view to_string(OutgoingState state);

struct Outgoing {
    std::int64_t id = 0;
    FileId file = 0;
    OutgoingKind kind = OutgoingKind::parcel;
    std::string recipient;    // partner number
    std::string name;         // of the data file, FO... or CO...
    std::string folder;       // OUT, OUTTEST, OUTTEST-S
    std::int64_t number = 0;  // per recipient and subject, from 1 without gaps; 0 for answers
    std::int64_t records = 0, bytes = 0;
    std::string digest;  // hex SHA-256 of the published bytes
    std::string detail;  // kind's own: result and codes of a receipt, reason of a withheld parcel
    OutgoingState state = OutgoingState::drawn;
    core::Instant at;
};

struct FileFilter {
    std::string sender, job;
    std::optional<FileState> state;
    std::optional<core::Instant> since, until;  // from the one on, before the other
    std::int64_t limit = 10'000;
    FileId after = 0;   // for paging: ids greater than this
    FileId before = 0;  // the same towards older ones: ids less than this; 0: from the newest
};

}  // namespace ledger
