#include "ledger/ledger.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "core/fault.hpp"
#include "ledger/database.hpp"
#include "ledger/rows.hpp"
#include "ledger/tables.hpp"

namespace ledger {

static std::int64_t user_version(Database& db) {
    auto version = db.prepare("PRAGMA user_version");
    return version.step() ? version.integer(0) : 0;
}

Ledger::Ledger(const std::filesystem::path& folder, bool create, bool read_only)
    : database_(std::make_unique<Database>(folder / "ledger.db",
                                           create      ? Database::Mode::create
                                           : read_only ? Database::Mode::read
                                                       : Database::Mode::write,
                                           busy_seconds_max)) {
    if (!read_only) {
        database_->execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
        database_->execute(
            "PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = "
            "-16000;");
    }
    std::int64_t version = user_version(*database_);
    if ((version == 0 && create) || (version == version_with_lists && !read_only)) {
        database_->execute("BEGIN IMMEDIATE");
        version = user_version(*database_);
        if (version == 0) database_->execute(tables_sql);
        if (version == 0 || version == version_with_lists) {
            database_->execute(state_indexes_sql);
            database_->execute(("PRAGMA user_version = " + std::to_string(tables_version)).c_str());
            version = tables_version;
        }
        database_->execute("COMMIT");
    }
    if (version != tables_version) {
        throw core::Fault(core::FaultKind::world, "open the ledger", "ledger.db",
                          "its tables are of version " + std::to_string(version) +
                              ", this program knows version " + std::to_string(tables_version),
                          "run the program that wrote it");
    }
}

Ledger::~Ledger() = default;

std::unique_ptr<Step> Ledger::begin() {
    return std::unique_ptr<Step>(new Step(*this));
}

template <class Bind>
static std::vector<File> select_files(Database& db, const std::string& condition, Bind bind) {
    auto select = db.prepare("SELECT " + std::string(file_columns) + " FROM file " + condition);
    bind(select);
    std::vector<File> files;
    while (select.step()) files.push_back(read_file(select));
    return files;
}

static std::optional<File> first(std::vector<File> files) {
    if (files.empty()) return std::nullopt;
    return std::move(files.front());
}

std::optional<File> Ledger::find_file(FileId id) const {
    return first(select_files(*database_, "WHERE id = ?", [&](Statement& s) { s.bind(id); }));
}

std::optional<FileState> Ledger::state_of(FileId id) const {
    auto select = database_->prepare("SELECT state FROM file WHERE id = ?");
    if (!select.bind(id).step()) return std::nullopt;
    return parse_file_state(select.text(0));
}

std::string Ledger::identity_of(FileId id) const {
    auto select = database_->prepare("SELECT identity FROM file WHERE id = ?");
    return select.bind(id).step() ? select.text(0) : std::string();
}

std::optional<File> Ledger::find_file(const core::FileIdentity& identity) const {
    return first(select_files(*database_,
                              "WHERE identity = ? ORDER BY owns_name DESC, id DESC LIMIT 1",
                              [&](Statement& s) { s.bind(identity.text()); }));
}

std::vector<File> Ledger::attempts(const core::FileIdentity& identity) const {
    return select_files(*database_, "WHERE identity = ? ORDER BY id",
                        [&](Statement& s) { s.bind(identity.text()); });
}

std::optional<File> Ledger::owner_of_slot(std::string_view slot) const {
    return first(select_files(*database_, "WHERE slot = ? AND owns_name = 1",
                              [&](Statement& s) { s.bind(slot); }));
}

std::optional<File> Ledger::accepted_content(std::string_view sender, core::Environment environment,
                                             std::string_view digest) const {
    return first(select_files(
        *database_,
        "WHERE sender = ? AND environment = ? AND digest = ? AND accepted = 1 ORDER BY id LIMIT 1",
        [&](Statement& s) {
            s.bind(sender).bind(std::string(1, static_cast<char>(environment))).bind(digest);
        }));
}

// As the index file_open says it, else SQLite does not use it.
static constexpr const char* open_states =
    " AND state <> 'closed' AND state <> 'refused' AND state <> 'cancelled' AND state <> "
    "'quarantined'";

// The file before the first one received since then, where it is not long ago: then what is older
// is not gone through. 0: most of them are newer, and a page of them is found soon.
static FileId last_before(Database& db, core::Instant since) {
    constexpr std::int64_t looked_at_max = 300'000;
    auto far = db.prepare(
        "SELECT 1 FROM file WHERE id = (SELECT max(id) FROM file) - ? AND received_at >= ?");
    if (far.bind(looked_at_max).bind(since.microseconds).step()) return 0;
    auto select = db.prepare(
        "SELECT min(id), count(*) FROM (SELECT id FROM file WHERE received_at >= ? LIMIT ?)");
    select.bind(since.microseconds).bind(looked_at_max);
    if (!select.step() || select.integer(1) == looked_at_max) return 0;
    return select.integer(1) == 0 ? std::numeric_limits<FileId>::max() : select.integer(0) - 1;
}

std::vector<File> Ledger::files(const FileFilter& filter) const {
    // A file that was decided again is told with the one it supplements, not for itself.
    std::string condition = "WHERE id > ? AND NOT (owns_name = 0 AND accepted = 1)";
    if (!filter.sender.empty()) condition += " AND sender = ?";
    if (!filter.job.empty()) condition += " AND job = ?";
    // As a literal: only then can the indexes over some states be used.
    if (filter.state) condition += " AND state = '" + std::string(to_string(*filter.state)) + "'";
    if (filter.state && !is_final(*filter.state)) condition += open_states;
    if (filter.since) condition += " AND +received_at >= ?";  // in the order of ids alone
    if (filter.until) condition += " AND +received_at < ?";
    if (filter.before > 0) condition += " AND id < ?";
    const FileId after =
        std::max(filter.after, filter.since ? last_before(*database_, *filter.since) : 0);
    return select_files(*database_, condition + " ORDER BY id DESC LIMIT ?", [&](Statement& s) {
        s.bind(after);
        if (!filter.sender.empty()) s.bind(filter.sender);
        if (!filter.job.empty()) s.bind(filter.job);
        if (filter.since) s.bind(filter.since->microseconds);
        if (filter.until) s.bind(filter.until->microseconds);
        if (filter.before > 0) s.bind(filter.before);
        s.bind(filter.limit);
    });
}

std::map<std::pair<std::string, std::int64_t>, std::int64_t> Ledger::bytes_served(
    const std::set<std::int64_t>& deadlines) const {
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> served;
    for (const std::int64_t deadline : deadlines) {
        auto select = database_->prepare(
            "SELECT sender, SUM(MAX(bytes, 1)) FROM file WHERE deadline_at = ? AND state IN "
            "('closed', 'refused') GROUP BY sender");
        select.bind(deadline);
        while (select.step()) served[{select.text(0), deadline}] = select.integer(1);
    }
    return served;
}

void Ledger::each_file_in(const std::vector<FileState>& states,
                          const std::function<void(File)>& visit) const {
    // A query for each state, merged by their ids: so each goes by its index.
    std::vector<std::unique_ptr<Statement>> open;
    for (const FileState state : states) {
        open.emplace_back(new Statement(database_->prepare(
            "SELECT " + std::string(file_columns) + " FROM file WHERE state = '" +
            std::string(to_string(state)) + "'" +
            (is_final(state) ? "" : std::string(open_states)) + " ORDER BY id")));
        if (!open.back()->step()) open.pop_back();
    }
    while (!open.empty()) {
        const auto least = std::min_element(
            open.begin(), open.end(),
            [](const auto& a, const auto& b) { return a->integer(0) < b->integer(0); });
        visit(read_file(**least));
        if (!(*least)->step()) open.erase(least);
    }
}

std::vector<Part> Ledger::parts(FileId file) const {
    auto select = database_->prepare(
        "SELECT part, bytes, digest, path, signature_path, signer FROM part WHERE file = ? ORDER "
        "BY part");
    select.bind(file);
    std::vector<Part> parts;
    while (select.step())
        parts.push_back({static_cast<int>(select.integer(0)), select.integer(1), select.text(2),
                         select.text(3), select.text(4), select.text(5)});
    return parts;
}

static Slice read_slice(const Statement& row) {
    return {row.integer(0),
            static_cast<int>(row.integer(1)),
            row.integer(2),
            row.integer(3),
            row.integer(4),
            row.integer(5),
            row.integer(6),
            row.integer(7),
            row.text(8),
            row.text(9),
            {}};
}

static constexpr const char* slice_columns =
    "ordinal, part, begin, end, first_record, records, first_document, documents, facts, findings";

std::optional<Slice> Ledger::newest_slice(FileId file) const {
    auto select = database_->prepare("SELECT " + std::string(slice_columns) +
                                     ", (SELECT state FROM resume WHERE resume.file = slice.file "
                                     "AND resume.ordinal = slice.ordinal)"
                                     " FROM slice WHERE file = ? ORDER BY ordinal DESC LIMIT 1");
    select.bind(file);
    if (!select.step()) return std::nullopt;
    Slice slice = read_slice(select);
    slice.resume = select.text(10);
    return slice;
}

void Ledger::each_slice(FileId file, const std::function<bool(const Slice&)>& visit) const {
    auto select = database_->prepare("SELECT " + std::string(slice_columns) +
                                     " FROM slice WHERE file = ? ORDER BY ordinal");
    select.bind(file);
    while (select.step() && visit(read_slice(select))) {
    }
}

void Ledger::each_slice_from(FileId file, std::int64_t ordinal,
                             const std::function<bool(const Slice&)>& visit) const {
    auto select =
        database_->prepare("SELECT " + std::string(slice_columns) +
                           " FROM slice WHERE file = ? AND ordinal >= ? ORDER BY ordinal");
    select.bind(file).bind(ordinal);
    while (select.step() && visit(read_slice(select))) {
    }
}

std::optional<Slice> Ledger::slice_of_record(FileId file, std::int64_t record) const {
    auto select = database_->prepare("SELECT " + std::string(slice_columns) +
                                     " FROM slice WHERE file = ? AND first_record <= ? AND records "
                                     "> 0 ORDER BY first_record DESC LIMIT 1");
    select.bind(file).bind(record);
    if (!select.step()) return std::nullopt;
    Slice slice = read_slice(select);
    if (record >= slice.first_record + slice.records) return std::nullopt;
    return slice;
}

std::vector<DraftLength> Ledger::drafts(FileId file) const {
    auto select = database_->prepare(
        "SELECT recipient, length, records, documents, blob FROM draft WHERE file = ?");
    select.bind(file);
    std::vector<DraftLength> drafts;
    while (select.step())
        drafts.push_back({select.text(0), select.integer(1), select.integer(2), select.integer(3),
                          select.text(4)});
    return drafts;
}

std::map<std::int64_t, std::string> Ledger::refused_documents(FileId file) const {
    auto select = database_->prepare("SELECT ordinal, code FROM refused_document WHERE file = ?");
    select.bind(file);
    std::map<std::int64_t, std::string> documents;
    while (select.step()) documents[select.integer(0)] = select.text(1);
    return documents;
}

std::vector<Tally> Ledger::tallies(FileId file) const {
    auto select = database_->prepare(
        "SELECT code, severity, count FROM tally WHERE file = ? ORDER BY count DESC, code");
    select.bind(file);
    std::vector<Tally> tallies;
    while (select.step()) tallies.push_back({select.text(0), select.text(1), select.integer(2)});
    return tallies;
}

template <class Bind>
static std::vector<Outgoing> select_outgoing(Database& db, const std::string& condition,
                                             Bind bind) {
    auto select =
        db.prepare("SELECT " + std::string(outgoing_columns) + " FROM outgoing " + condition);
    bind(select);
    std::vector<Outgoing> list;
    while (select.step()) list.push_back(read_outgoing(select));
    return list;
}

std::vector<Outgoing> Ledger::outgoing(FileId file) const {
    return select_outgoing(*database_, "WHERE file = ? ORDER BY id",
                           [&](Statement& s) { s.bind(file); });
}

std::vector<Outgoing> Ledger::outgoing_in(OutgoingState state) const {
    return select_outgoing(*database_,
                           "WHERE state = '" + std::string(to_string(state)) + "' ORDER BY id",
                           [](Statement&) {});
}

std::optional<Outgoing> Ledger::find_outgoing(std::string_view name) const {
    auto list = select_outgoing(*database_, "WHERE name = ? AND name <> '' LIMIT 1",
                                [&](Statement& s) { s.bind(name); });
    if (list.empty()) return std::nullopt;
    return list.front();
}

std::optional<Outgoing> Ledger::find_outgoing(std::int64_t id) const {
    auto list = select_outgoing(*database_, "WHERE id = ?", [&](Statement& s) { s.bind(id); });
    if (list.empty()) return std::nullopt;
    return list.front();
}

void Ledger::each_parcel_lying(const std::function<void(const Outgoing&)>& visit) const {
    auto select = database_->prepare("SELECT " + std::string(outgoing_columns) +
                                     " FROM outgoing WHERE state = 'published' AND kind = 'parcel' "
                                     "ORDER BY recipient, folder, name");
    while (select.step()) visit(read_outgoing(select));
}

std::string Ledger::parcel_name(std::string_view recipient, std::string_view subject,
                                core::Environment environment, std::int64_t number) const {
    auto select = database_->prepare(
        "SELECT name FROM outgoing WHERE recipient = ? AND number = ? AND likely(number > 0) AND "
        "substr(name, 4, 4) = ? AND substr(name, 31, 1) = ? ORDER BY id DESC LIMIT 1");
    // FO.SUBJ.999999.YYYYMMDD.SEQ5.E, with or without a suffix. A condition of the index that is
    // not said to be likely is taken for the range to look through.
    select.bind(recipient).bind(number).bind(subject).bind(
        std::string(1, static_cast<char>(environment)));
    return select.step() ? select.text(0) : std::string();
}

FileId Ledger::document_owner(const core::FileIdentity& identity,
                              std::string_view document_id) const {
    auto select = database_->prepare(
        "SELECT file FROM document_key WHERE sender=? AND environment=? AND subject=? AND id=?");
    select.bind(identity.sender)
        .bind(std::string(1, static_cast<char>(identity.environment)))
        .bind(identity.subject)
        .bind(document_id);
    return select.step() ? select.integer(0) : 0;
}

bool Ledger::claim_finished(std::string_view key) const {
    auto select = database_->prepare("SELECT 1 FROM claim WHERE key = ?");
    return select.bind(key).step();
}

std::string Ledger::configuration(std::string_view digest) const {
    auto select = database_->prepare("SELECT content FROM configuration WHERE digest = ?");
    select.bind(digest);
    return select.step() ? select.text(0) : std::string();
}

void Ledger::copy_to(const std::filesystem::path& file) const {
    auto copy = database_->prepare("VACUUM INTO ?");
    copy.bind(file.string()).run();
}

std::map<FileState, std::int64_t> Ledger::count_by_state() const {
    auto select = database_->prepare("SELECT state, count(*) FROM file GROUP BY state");
    std::map<FileState, std::int64_t> counts;
    while (select.step())
        if (const auto state = parse_file_state(select.text(0))) counts[*state] = select.integer(1);
    return counts;
}

}  // namespace ledger
