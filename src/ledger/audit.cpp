// The ledger looked at as a whole: its entries, the fold of states, gaps in the senders' numbering,
// the database itself.
#include <map>

#include "ledger/database.hpp"
#include "ledger/ledger.hpp"
#include "ledger/rows.hpp"

namespace ledger {

static Entry read_entry(const Statement& row) {
    Entry entry;
    entry.index = row.integer(0);
    entry.at = core::Instant{row.integer(1)};
    entry.kind = parse_entry_kind(row.text(2)).value_or(EntryKind::failed);
    entry.file = row.integer(3);
    entry.body = row.text(4);
    return entry;
}

std::vector<Entry> Ledger::entries(FileId file) const {
    auto select = database_->prepare(
        "SELECT idx, at, kind, file, body FROM entry WHERE file = ? AND file > 0 ORDER BY idx");
    select.bind(file);
    std::vector<Entry> entries;
    while (select.step()) entries.push_back(read_entry(select));
    return entries;
}

std::vector<Entry> Ledger::entries_from(std::int64_t index, std::int64_t limit) const {
    auto select = database_->prepare(
        "SELECT idx, at, kind, file, body FROM entry WHERE idx >= ? ORDER BY idx LIMIT ?");
    select.bind(index).bind(limit);
    std::vector<Entry> entries;
    while (select.step()) entries.push_back(read_entry(select));
    return entries;
}

std::vector<Entry> Ledger::entries_of(EntryKind kind, std::int64_t index,
                                      std::int64_t limit) const {
    // As a literal: only then is the index entry_rare used.
    auto select =
        database_->prepare("SELECT idx, at, kind, file, body FROM entry WHERE kind = '" +
                           std::string(to_string(kind)) + "' AND idx >= ? ORDER BY idx LIMIT ?");
    select.bind(index).bind(limit);
    std::vector<Entry> entries;
    while (select.step()) entries.push_back(read_entry(select));
    return entries;
}

std::int64_t Ledger::entry_count() const {
    auto select = database_->prepare("SELECT coalesce(max(idx) + 1, 0) FROM entry");
    return select.step() ? select.integer(0) : 0;
}

std::vector<Ledger::Gap> Ledger::sequence_gaps(std::string_view sender,
                                               std::optional<core::Instant> since) const {
    // A gap lies between two neighbours of one sender, day and environment whose numbers are not
    // one apart.
    // As conditions of their own: only then are the indexes used.
    // Days are fewer than what one sender ever sent.
    const std::string some = std::string(sender.empty() ? ""
                                         : since        ? " AND +sender = ?"
                                                        : " AND sender = ?") +
                             (since ? " AND received_at >= ?" : "");
    auto select = database_->prepare(
        "SELECT sender, date, environment, before + 1, number - 1 FROM (SELECT sender, date, "
        "environment, CAST(sequence AS INTEGER) AS"
        " number, lag(CAST(sequence AS INTEGER)) OVER (PARTITION BY sender, date, environment "
        "ORDER BY sequence) AS before FROM file"
        " WHERE owns_name = 1 AND sequence NOT GLOB '*[^0-9]*'" +
        some + ") WHERE number > before + 1");
    if (!sender.empty()) select.bind(sender);
    if (since) select.bind(since->microseconds);
    std::vector<Gap> gaps;
    while (select.step())
        gaps.push_back({select.text(0), select.text(1),
                        static_cast<core::Environment>(select.text(2).at(0)), select.integer(3),
                        select.integer(4)});
    return gaps;
}

std::vector<std::string> Ledger::check_states() const {
    std::map<FileId, FileState> folded;
    {
        auto select =
            database_->prepare("SELECT file, kind, body FROM entry WHERE file > 0 ORDER BY idx");
        while (select.step()) {
            const auto kind = parse_entry_kind(select.text(1));
            if (!kind) continue;
            if (const auto state = state_after(*kind)) folded[select.integer(0)] = *state;
        }
    }
    std::vector<std::string> wrong;
    auto select = database_->prepare("SELECT id, identity, state FROM file");
    while (select.step()) {
        const auto at = folded.find(select.integer(0));
        if (at == folded.end() || to_string(at->second) != select.text(2))
            wrong.push_back(select.text(1));
    }
    return wrong;
}

bool Ledger::check_database(std::string& problem) const {
    auto select = database_->prepare("PRAGMA quick_check(1)");
    problem = select.step() ? select.text(0) : "no answer";
    return problem == "ok";
}

}  // namespace ledger
