#pragma once
// The ledger: what happened to every file, document, record and parcel, durable in one SQLite
// database (WAL, synchronous=FULL). Something is true from the commit of the Step that says so, and
// not before. State moves only here, by entries; nothing is ever deleted.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/types.hpp"

namespace ledger {

class Database;
class Ledger;

// One transaction. Everything said through it becomes true together at commit(); a Step that is
// dropped leaves no trace.
class Step {
  public:
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

    // Appends to the entries and moves the file's state where the kind says so. Returns the entry's
    // index.
    std::int64_t append(EntryKind kind, FileId file, core::Instant at, std::string body);

    // A new attempt; `file.id` is set. The first attempt of a slot (sender, date, sequence,
    // environment) owns the name.
    void add_file(File& file);
    // Everything of the file but its identity, state and journal index.
    void update_file(const File& file);
    void add_part(FileId file, const Part& part);
    void add_slice(FileId file, const Slice& slice);
    void drop_slices(FileId file);  // before a file is decided anew
    void set_drafts(FileId file, const std::vector<DraftLength>& drafts);
    // A document rejected as a whole, with the code of the cause. Ordinal 0: every document of the
    // file.
    void refuse_document(FileId file, std::int64_t ordinal, std::string_view code);
    void add_tallies(FileId file, const std::vector<Tally>& tallies);
    void drop_tallies(FileId file);
    // False: this sender has this document id already, in `taken_by` (file id).
    bool claim_document(const core::FileIdentity& identity, std::string_view document_id,
                        FileId file, std::int64_t ordinal, FileId& taken_by);
    void release_documents(FileId file);
    void add_outgoing(Outgoing& outgoing);           // sets id
    void update_outgoing(const Outgoing& outgoing);  // state, digest, bytes, records, at, detail
    void move_outgoing(const Outgoing& outgoing);    // its state and instant alone
    std::int64_t next(std::string_view counter);     // 1, 2, 3, ... without gaps
    std::int64_t next_many(std::string_view counter,
                           std::int64_t count);  // the first of `count` numbers
    void keep_configuration(std::string_view digest, std::string_view kind, std::string_view name,
                            std::string_view content);
    // A claim of the landing zone was recorded; its key is forgotten when no claim is left at all
    // and its instant has passed.
    void finish_claim(std::string_view key);
    void forget_claims_before(std::string_view key);
    void commit();

  private:
    friend class Ledger;
    explicit Step(Ledger& ledger);
    void write_moves();
    struct Move {  // of a file, by the entries it got
        std::int64_t index = 0;
        std::optional<FileState> state;
        bool accepts = false;
    };
    Ledger& ledger_;
    std::map<FileId, Move> moves_;                               // still to be written
    std::map<std::string, std::int64_t, std::less<>> counters_;  // drawn from, in this step
    bool open_ = true;
};

class Ledger {
  public:
    // `create` makes the tables where they are not; otherwise the ledger must be there and of this
    // program's version.
    Ledger(const std::filesystem::path& folder, bool create, bool read_only = false);
    ~Ledger();

    std::unique_ptr<Step> begin();  // waits for another writer at most `busy_seconds_max`

    std::optional<File> find_file(FileId id) const;
    std::optional<FileState> state_of(FileId id) const;
    std::string identity_of(FileId id) const;  // empty: there is no such file
    std::optional<File> find_file(const core::FileIdentity& identity)
        const;  // the attempt that owns the name, else the newest
    std::vector<File> attempts(
        const core::FileIdentity& identity) const;  // all that came under this name
    std::optional<File> owner_of_slot(std::string_view slot) const;
    // A file of this sender and environment with this content that was accepted for processing.
    std::optional<File> accepted_content(std::string_view sender, core::Environment environment,
                                         std::string_view digest) const;
    std::vector<File> files(const FileFilter& filter) const;  // newest first
    // In order of reception; one at a time, for there may be as many as a night brings.
    void each_file_in(const std::vector<FileState>& states,
                      const std::function<void(File)>& visit) const;
    // Bytes of finished files by (sender, deadline), for these deadlines alone.
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> bytes_served(
        const std::set<std::int64_t>& deadlines) const;
    std::vector<Part> parts(FileId file) const;
    std::optional<Slice> newest_slice(FileId file) const;
    void each_slice(FileId file, const std::function<bool(const Slice&)>& visit)
        const;  // in order, without resume; false stops
    // From this ordinal on; also while each_slice() visits.
    void each_slice_from(FileId file, std::int64_t ordinal,
                         const std::function<bool(const Slice&)>& visit) const;
    std::optional<Slice> slice_of_record(FileId file, std::int64_t record) const;
    std::vector<DraftLength> drafts(FileId file) const;
    std::map<std::int64_t, std::string> refused_documents(FileId file) const;  // ordinal -> code
    std::vector<Tally> tallies(FileId file) const;
    std::vector<Outgoing> outgoing(FileId file) const;
    std::vector<Outgoing> outgoing_in(OutgoingState state) const;
    std::optional<Outgoing> find_outgoing(std::string_view name) const;
    std::optional<Outgoing> find_outgoing(std::int64_t id) const;
    // Parcels that lay in a recipient's folder when last looked at, by recipient, folder and name.
    // A great many where partners do not fetch.
    void each_parcel_lying(const std::function<void(const Outgoing&)>& visit) const;
    // The name of the parcel with this number for a recipient, subject and environment; empty where
    // there is none.
    std::string parcel_name(std::string_view recipient, std::string_view subject,
                            core::Environment environment, std::int64_t number) const;
    // The file that has this document id of a sender, 0 where none has.
    FileId document_owner(const core::FileIdentity& identity, std::string_view document_id) const;
    std::vector<Entry> entries(FileId file) const;
    std::vector<Entry> entries_from(std::int64_t index, std::int64_t limit) const;
    // Those of one kind, from this index on, in order; fast for the kinds that are rare.
    std::vector<Entry> entries_of(EntryKind kind, std::int64_t index, std::int64_t limit) const;
    std::int64_t entry_count() const;  // one more than the newest index
    bool claim_finished(std::string_view key) const;
    std::string configuration(std::string_view digest) const;
    std::map<FileState, std::int64_t> count_by_state() const;
    // Sequence numbers missing between the first and the last one that this sender (empty: each)
    // used on a day and environment (decimal ones only), among files received since then.
    struct Gap {
        std::string sender, date;
        core::Environment environment;
        std::int64_t first_missing, last_missing;
    };
    std::vector<Gap> sequence_gaps(std::string_view sender,
                                   std::optional<core::Instant> since = {}) const;
    // Compares each file's state with the fold of its entries; returns the names that differ.
    std::vector<std::string> check_states() const;
    bool check_database(std::string& problem) const;
    // The whole ledger as one transaction sees it, into a new file.
    void copy_to(const std::filesystem::path& file) const;
    // For the other queries of this room (figures.hpp).
    Database& database() const { return *database_; }

  private:
    friend class Step;
    std::unique_ptr<Database> database_;
};

inline constexpr int busy_seconds_max = 60;

}  // namespace ledger
