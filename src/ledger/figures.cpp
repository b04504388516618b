#include "ledger/figures.hpp"

#include <algorithm>
#include <map>

#include "ledger/database.hpp"
#include "ledger/rows.hpp"

namespace ledger {

// ---- bodies ----

// Where the value behind "key": begins. A key that stands inside a text is preceded by a backslash
// before its closing quote, so it cannot be met here.
static std::size_t value_of(std::string_view body, std::string_view key) {
    const std::string wanted = '"' + std::string(key) + "\":";
    for (std::size_t at = body.find(wanted); at != std::string_view::npos;
         at = body.find(wanted, at + 1))
        if (at > 0 && (body[at - 1] == '{' || body[at - 1] == ',')) return at + wanted.size();
    return std::string_view::npos;
}

std::int64_t body_number(std::string_view body, std::string_view key, std::int64_t otherwise) {
    std::size_t at = value_of(body, key);
    if (at >= body.size()) return otherwise;
    const bool negative = body[at] == '-';
    if (negative) ++at;
    if (at >= body.size() || body[at] < '0' || body[at] > '9') return otherwise;
    std::int64_t value = 0;
    for (; at < body.size() && body[at] >= '0' && body[at] <= '9'; ++at)
        value = value * 10 + (body[at] - '0');
    return negative ? -value : value;
}

std::string body_text(std::string_view body, std::string_view key) {
    std::size_t at = value_of(body, key);
    if (at >= body.size() || body[at] != '"') return {};
    std::string text;
    for (++at; at < body.size() && body[at] != '"'; ++at) {
        if (body[at] == '\\' && at + 1 < body.size()) ++at;
        text += body[at];
    }
    return text;
}

std::vector<std::string_view> body_items(std::string_view body, std::string_view key) {
    std::vector<std::string_view> items;
    std::size_t at = value_of(body, key);
    if (at >= body.size() || body[at] != '[') return items;
    std::size_t begin = 0;
    bool inside = false;  // a text, where braces mean nothing
    for (++at; at < body.size(); ++at) {
        const char c = body[at];
        if (inside && c == '\\')
            ++at;
        else if (c == '"')
            inside = !inside;
        else if (!inside && c == '{')
            begin = at;
        else if (!inside && c == '}')
            items.push_back(body.substr(begin, at - begin + 1));
        else if (!inside && c == ']')
            break;
    }
    return items;
}

// ---- histories ----

static std::string file_condition(const HistoryFilter& filter) {
    // What is decided again of a file (a second attempt that was accepted) is no file of its own.
    std::string condition =
        "f.received_at >= ? AND f.received_at < ? AND f.environment = 'R' AND NOT (f.owns_name = 0 "
        "AND f.accepted = 1)";
    if (!filter.sender.empty()) condition += " AND f.sender = ?";
    if (!filter.job.empty()) condition += " AND f.job = ?";
    return condition;
}

static void bind_filter(Statement& statement, const HistoryFilter& filter) {
    statement.bind(filter.from.microseconds).bind(filter.to.microseconds);
    if (!filter.sender.empty()) statement.bind(filter.sender);
    if (!filter.job.empty()) statement.bind(filter.job);
}

void each_history(const Ledger& book, const HistoryFilter& filter,
                  const std::function<bool(const History&)>& visit) {
    // Bodies are large; only those that a fold reads are fetched.
    const std::string bodies =
        std::string("'decided', 'slice', 'verified', 'held', 'released', 'question'") +
        (filter.parcels ? ", 'outgoing', 'published'" : "");
    auto select = book.database().prepare(
        "SELECT f.id, f.identity, f.sender, f.subject, f.job, f.bytes, f.received_at, e.kind, "
        "e.at, CASE WHEN e.kind IN (" +
        bodies +
        ") THEN e.body ELSE '' END FROM file f INDEXED BY file_received CROSS JOIN entry e ON "
        "e.file = f.id AND e.file > 0 WHERE " +
        file_condition(filter) + " AND e.at <= ? ORDER BY f.received_at, f.id, e.idx");
    bind_filter(select, filter);
    select.bind(filter.as_of.microseconds);
    History history;
    while (select.step()) {
        if (select.integer(0) != history.id) {
            if (history.id != 0 && !visit(history)) return;
            history = {select.integer(0),
                       select.text(1),
                       select.text(2),
                       select.text(3),
                       select.text(4),
                       select.integer(5),
                       core::Instant{select.integer(6)},
                       {}};
        }
        if (const auto kind = parse_entry_kind(select.text(7)))
            history.moments.push_back({*kind, core::Instant{select.integer(8)}, select.text(9)});
    }
    if (history.id != 0) visit(history);
}

// ---- findings ----

std::vector<FindingGroup> finding_groups(const Ledger& book, const HistoryFilter& filter) {
    auto select = book.database().prepare(
        "SELECT t.code, t.severity, f.job, f.sender, f.schema_digest, sum(t.count), count(*), "
        "min(f.received_at), max(f.received_at) FROM file f INDEXED BY file_received CROSS JOIN "
        "tally t ON t.file = f.id WHERE " +
        file_condition(filter) +
        " GROUP BY t.code, t.severity, f.job, f.sender, f.schema_digest ORDER BY 6 DESC, 1, 3, 4");
    bind_filter(select, filter);
    std::vector<FindingGroup> groups;
    while (select.step())
        groups.push_back({select.text(0), select.text(1), select.text(2), select.text(3),
                          select.text(4), select.integer(5), select.integer(6),
                          core::Instant{select.integer(7)}, core::Instant{select.integer(8)}});
    return groups;
}

std::vector<FindingGroup> refusal_groups(const Ledger& book, const HistoryFilter& filter) {
    auto select = book.database().prepare(
        "SELECT f.codes, f.job, f.sender, count(*), min(f.received_at), max(f.received_at) FROM "
        "file f INDEXED BY file_received WHERE " +
        file_condition(filter) +
        " AND f.state IN ('refused', 'quarantined') AND f.codes <> '' AND NOT (f.duplicate_of <> 0 "
        "AND f.owns_name = 0) GROUP BY f.codes, f.job, f.sender ORDER BY 4 DESC, 1, 2, 3");
    bind_filter(select, filter);
    std::vector<FindingGroup> groups;
    while (select.step()) {
        FindingGroup group;
        group.code = select.text(0);
        group.job = select.text(1);
        group.sender = select.text(2);
        group.findings = group.files = select.integer(3);
        group.first = core::Instant{select.integer(4)};
        group.last = core::Instant{select.integer(5)};
        groups.push_back(std::move(group));
    }
    return groups;
}

std::vector<FindingGroup> withheld_groups(const Ledger& book, const HistoryFilter& filter) {
    auto select = book.database().prepare(
        "SELECT o.detail, o.recipient, f.job, sum(o.records), count(DISTINCT f.id), "
        "min(f.received_at), max(f.received_at) FROM file f INDEXED BY file_received CROSS JOIN "
        "outgoing o ON o.file = f.id WHERE " +
        file_condition(filter) +
        " AND o.kind = 'parcel' AND o.state = 'withheld' GROUP BY o.detail, o.recipient, f.job "
        "ORDER BY 4 DESC, 1, 2, 3");
    bind_filter(select, filter);
    std::vector<FindingGroup> groups;
    while (select.step()) {
        FindingGroup group;
        group.code = select.text(0);
        group.sender = select.text(1);
        group.job = select.text(2);
        group.findings = select.integer(3);
        group.files = select.integer(4);
        group.first = core::Instant{select.integer(5)};
        group.last = core::Instant{select.integer(6)};
        groups.push_back(std::move(group));
    }
    return groups;
}

void each_decided_file(const Ledger& book, const HistoryFilter& filter,
                       const std::function<bool(const File&)>& visit) {
    auto select = book.database().prepare(
        "SELECT " + std::string(file_columns) + " FROM file f INDEXED BY file_received WHERE " +
        file_condition(filter) +
        " AND f.state IN ('decided', 'delivered', 'closed') ORDER BY f.received_at, f.id");
    bind_filter(select, filter);
    while (select.step())
        if (!visit(read_file(select))) return;
}

std::int64_t records_rejected(const Ledger& book, const HistoryFilter& filter) {
    auto select = book.database().prepare(
        "SELECT coalesce(sum(f.records_rejected), 0) FROM file f INDEXED BY file_received WHERE " +
        file_condition(filter));
    bind_filter(select, filter);
    return select.step() ? select.integer(0) : 0;
}

static std::vector<File> read_files(Statement& select) {
    std::vector<File> files;
    while (select.step()) files.push_back(read_file(select));
    return files;
}

std::vector<File> files_with_rejections(const Ledger& book, const HistoryFilter& filter) {
    auto select = book.database().prepare(
        "SELECT " + std::string(file_columns) + " FROM file f INDEXED BY file_received WHERE " +
        file_condition(filter) +
        " AND f.state IN ('decided', 'delivered', 'closed') AND (f.records_rejected > 0 OR "
        "f.documents_rejected > 0) ORDER BY f.id");
    bind_filter(select, filter);
    return read_files(select);
}

std::vector<File> files_behind(const Ledger& book, const File& file) {
    auto select = book.database().prepare(
        "SELECT " + std::string(file_columns) +
        " FROM file WHERE sender = ? AND id > ? AND subject = ? AND environment = ? AND accepted = "
        "1 AND owns_name = 1 AND documents_accepted > 0 ORDER BY id");
    select.bind(file.identity.sender)
        .bind(file.id)
        .bind(file.identity.subject)
        .bind(std::string(1, static_cast<char>(file.identity.environment)));
    return read_files(select);
}

// ---- speed and signs of life ----

static std::int64_t newest_index(Database& db) {
    auto select = db.prepare("SELECT coalesce(max(idx), -1) FROM entry");
    return select.step() ? select.integer(0) : -1;
}

using Span = std::pair<std::int64_t, std::int64_t>;

// Small files share a commit, so their times overlap: time counts once.
static std::int64_t busy(std::vector<Span>& spans) {
    std::sort(spans.begin(), spans.end());
    std::int64_t sum = 0, until = INT64_MIN;
    for (const auto& [begin, end] : spans) {
        sum += std::max<std::int64_t>(0, end - std::max(begin, until));
        until = std::max(until, end);
    }
    return sum;
}

std::vector<Rate> measured_rates(const Ledger& book, std::int64_t window) {
    Database& db = book.database();
    auto select = db.prepare(
        "SELECT e.file, e.kind, e.at, f.job, f.bytes, f.records FROM entry e CROSS JOIN file f ON "
        "f.id = e.file WHERE e.idx > ? AND e.kind IN ('started', 'decided') ORDER BY e.idx");
    select.bind(newest_index(db) - window);
    std::map<FileId, std::int64_t> started;
    std::map<std::string, Rate> rates;
    std::map<std::string, std::vector<Span>> spans;
    while (select.step()) {
        const FileId file = select.integer(0);
        if (select.text(1) == "started") {
            started[file] = select.integer(2);
            continue;
        }
        const auto begin = started.find(file);
        if (begin == started.end()) continue;
        const std::string job = select.text(3);
        Rate& rate = rates[job];
        rate.job = job;
        ++rate.files;
        rate.bytes += select.integer(4);
        rate.records += select.integer(5);
        spans[job].emplace_back(begin->second, select.integer(2));
        started.erase(begin);
    }
    std::vector<Rate> list;
    for (auto& [job, rate] : rates) {
        rate.microseconds = busy(spans[job]);
        list.push_back(std::move(rate));
    }
    return list;
}

std::vector<std::pair<std::string, core::Environment>> senders_with_news(const Ledger& book,
                                                                         std::int64_t index,
                                                                         std::int64_t& next) {
    Database& db = book.database();
    next = newest_index(db) + 1;
    auto select = db.prepare(
        "SELECT DISTINCT f.sender, f.environment FROM entry e CROSS JOIN file f ON f.id = e.file "
        "WHERE e.idx >= ? AND e.idx < ? AND e.file > 0 ORDER BY 1, 2");
    select.bind(index).bind(next);
    std::vector<std::pair<std::string, core::Environment>> senders;
    while (select.step())
        senders.emplace_back(select.text(0), static_cast<core::Environment>(select.text(1).at(0)));
    return senders;
}

bool has_entry(const Ledger& book, FileId file, EntryKind kind) {
    // The index of files is a partial one. A kind that is bound would be compared with those of
    // other partial indexes, and the statement prepared again for each.
    auto select =
        book.database().prepare("SELECT 1 FROM entry WHERE file = ? AND file > 0 AND kind = '" +
                                std::string(to_string(kind)) + "' LIMIT 1");
    select.bind(file);
    return select.step();
}

void each_newest(const Ledger& book, EntryKind kind,
                 const std::function<bool(const Entry&)>& visit) {
    auto select = book.database().prepare("SELECT idx, at, file, body FROM entry WHERE kind = '" +
                                          std::string(to_string(kind)) + "' ORDER BY idx DESC");
    while (select.step() && visit({select.integer(0), core::Instant{select.integer(1)}, kind,
                                   select.integer(2), select.text(3)})) {
    }
}

std::int64_t first_entry_at(const Ledger& book, core::Instant instant) {
    Database& db = book.database();
    const std::int64_t at = instant.microseconds;
    std::int64_t low = 0, high = newest_index(db) + 1;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        auto select = db.prepare("SELECT at FROM entry WHERE idx = ?");
        select.bind(middle);
        if (select.step() && select.integer(0) < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

std::vector<core::Instant> heartbeats(const Ledger& book, core::Instant from, core::Instant to,
                                      std::int64_t step_microseconds) {
    Database& db = book.database();
    auto select = db.prepare(
        "SELECT min(at) FROM entry WHERE idx >= ? AND idx <= ? AND at >= ? AND at < ? GROUP BY at "
        "/ ? ORDER BY 1");
    select.bind(first_entry_at(book, from))
        .bind(first_entry_at(book, to))
        .bind(from.microseconds)
        .bind(to.microseconds)
        .bind(step_microseconds);
    std::vector<core::Instant> beats;
    while (select.step()) beats.push_back(core::Instant{select.integer(0)});
    return beats;
}

}  // namespace ledger
