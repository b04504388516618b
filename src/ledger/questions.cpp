#include "ledger/questions.hpp"

#include <algorithm>
#include <map>

#include "core/ensure.hpp"
#include "ledger/database.hpp"
#include "ledger/facts.hpp"
#include "ledger/packing.hpp"

namespace ledger {

std::string_view to_string(QuestionState state) {
    static constexpr std::string_view names[] = {"open", "returned", "closed"};
    return names[static_cast<std::size_t>(state)];
}

static QuestionState state_of(std::string_view text) {
    if (text == "returned") return QuestionState::returned;
    return text == "closed" ? QuestionState::closed : QuestionState::open;
}

static void bind_instant(Statement& statement, const std::optional<core::Instant>& instant) {
    if (instant)
        statement.bind(instant->microseconds);
    else
        statement.bind_null();
}

static std::optional<core::Instant> instant_of(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return core::Instant{row.integer(column)};
}

// ---- files and sources ----

static constexpr const char* file_columns =
    "SELECT file, questions, expected, answered, buckets, asked_at, due_at, follow_until, "
    "remind_at, last_at, state, first_cut, last_cut FROM question_file";

static QuestionFile read_file(const Statement& row) {
    QuestionFile file;
    file.file = row.integer(0);
    file.questions = row.integer(1);
    file.expected = row.integer(2);
    file.answered = row.integer(3);
    file.buckets = row.integer(4);
    file.asked_at = core::Instant{row.integer(5)};
    file.due_at = core::Instant{row.integer(6)};
    file.follow_until = core::Instant{row.integer(7)};
    file.remind_at = instant_of(row, 8);
    file.last_at = instant_of(row, 9);
    file.state = state_of(row.text(10));
    file.first_cut = row.integer(11);
    file.last_cut = row.integer(12);
    return file;
}

std::optional<QuestionFile> question_file(const Ledger& book, FileId file) {
    auto select = book.database().prepare(std::string(file_columns) + " WHERE file = ?");
    select.bind(file);
    if (!select.step()) return std::nullopt;
    return read_file(select);
}

std::vector<QuestionFile> open_questions(const Ledger& book) {
    auto select = book.database().prepare(std::string(file_columns) +
                                          " WHERE state <> 'closed' ORDER BY file");
    std::vector<QuestionFile> files;
    while (select.step()) files.push_back(read_file(select));
    return files;
}

void update_question_file(Ledger& book, const QuestionFile& file) {
    auto replace = book.database().prepare(
        "INSERT OR REPLACE INTO question_file VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
    replace.bind(file.file)
        .bind(file.questions)
        .bind(file.expected)
        .bind(file.answered)
        .bind(file.buckets)
        .bind(file.asked_at.microseconds)
        .bind(file.due_at.microseconds)
        .bind(file.follow_until.microseconds);
    bind_instant(replace, file.remind_at);
    bind_instant(replace, file.last_at);
    replace.bind(to_string(file.state)).bind(file.first_cut).bind(file.last_cut).run();
}

std::vector<QuestionSource> question_sources(const Ledger& book, FileId file) {
    auto select = book.database().prepare(
        "SELECT source, expected, answered, last_at, stood_in FROM question_source WHERE file = ? "
        "ORDER BY source");
    select.bind(file);
    std::vector<QuestionSource> sources;
    while (select.step())
        sources.push_back({select.text(0), select.integer(1), select.integer(2),
                           instant_of(select, 3), select.integer(4)});
    return sources;
}

void update_question_source(Ledger& book, FileId file, const QuestionSource& source) {
    auto replace =
        book.database().prepare("INSERT OR REPLACE INTO question_source VALUES(?,?,?,?,?,?)");
    replace.bind(file).bind(source.source).bind(source.expected).bind(source.answered);
    bind_instant(replace, source.last_at);
    replace.bind(source.stood_in).run();
}

// ---- asking ----

void add_references(Ledger& book, FileId file, const Slice& slice,
                    const std::vector<std::string>& references) {
    Packer out;
    out.number(references.size());
    for (const std::string& reference : references) out.text(reference);
    book.database()
        .prepare("INSERT OR REPLACE INTO question_slice VALUES(?,?,?,?,?)")
        .bind(file)
        .bind(slice.ordinal)
        .bind(slice.first_record)
        .bind(static_cast<std::int64_t>(references.size()))
        .bind_blob(out.frame())
        .run();
}

static std::vector<std::string> unpack_references(std::string_view bytes) {
    Unpacker in(bytes);
    std::vector<std::string> references(in.count());
    for (std::string& reference : references) reference = in.text();
    return references;
}

// FNV-1a, finished as SplitMix64 does. Only narrows down: the text itself is compared behind it.
static std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBULL;
    return hash ^ (hash >> 31U);
}

// Rises with the hash, so that sorted keys lie bucket by bucket.
static std::uint64_t bucket_of(std::uint64_t hash, std::int64_t buckets) {
    return (hash >> 32U) * static_cast<std::uint64_t>(buckets) >> 32U;
}

namespace {

constexpr std::int64_t keys_per_bucket = 256;

// Gathers the bits of one chunk after the other.
class ChunkMaker {
  public:
    ChunkMaker(Ledger& book, FileId file, std::size_t sources)
        : book_(book), file_(file), bits_(sources), counts_(sources, 0), totals_(sources, 0) {}

    void add(std::int64_t record, std::size_t source) {
        std::string& bits = bits_[source];
        if (bits.empty()) bits.assign(chunk_bytes, '\0');
        set_bit(bits, place_of(record));
        ++counts_[source];
        ++totals_[source];
    }
    void move_to(std::int64_t chunk, const std::vector<std::string>& sources) {
        if (chunk == chunk_) return;
        flush(sources);
        chunk_ = chunk;
    }
    void flush(const std::vector<std::string>& sources) {
        const std::string none(chunk_bytes, '\0');
        for (std::size_t i = 0; i < bits_.size(); ++i) {
            if (counts_[i] == 0) continue;
            book_.database()
                .prepare("INSERT INTO question_chunk VALUES(?,?,?,?,?)")
                .bind(file_)
                .bind(sources[i])
                .bind(chunk_)
                .bind_blob(bits_[i])
                .bind_blob(none)
                .run();
            bits_[i].clear();
            counts_[i] = 0;
        }
    }
    std::int64_t total(std::size_t source) const { return totals_[source]; }

  private:
    Ledger& book_;
    FileId file_;
    std::int64_t chunk_ = 0;
    std::vector<std::string> bits_;
    std::vector<std::int64_t> counts_, totals_;
};

// Whom the records of one slice go to, as indexes in the list of sources.
class Routing {
  public:
    Routing(const SliceFacts& facts, const std::vector<std::string>& sources) {
        for (const Route& route : facts.routes) {
            of_route_.emplace_back();
            for (const std::string& one : route.recipients) {
                const auto at = std::lower_bound(sources.begin(), sources.end(), one);
                if (at != sources.end() && *at == one)
                    of_route_.back().push_back(static_cast<std::size_t>(at - sources.begin()));
            }
        }
    }
    const std::vector<std::size_t>& of(const RecordFact& record) const {
        static const std::vector<std::size_t> nobody;
        return record.route < of_route_.size() ? of_route_[record.route] : nobody;
    }

  private:
    std::vector<std::vector<std::size_t>> of_route_;
};

}  // namespace

// Calls `visit` with each question: its record, its sources, and its slice.
static void each_question(
    const Ledger& book, FileId file, const std::vector<std::string>& sources,
    const std::function<void(std::int64_t, const std::vector<std::size_t>&, const Slice&)>& visit) {
    const auto refused = book.refused_documents(file);
    if (refused.count(0) > 0) return;
    book.each_slice(file, [&](const Slice& slice) {
        const SliceFacts facts = SliceFacts::unpack(slice.facts);
        const Routing routing(facts, sources);
        for (std::size_t i = 0; i < facts.records.size(); ++i) {
            const RecordFact& record = facts.records[i];
            if (!record.accepted) continue;
            const auto document = facts.documents.at(record.document).ordinal;
            if (!refused.empty() && refused.count(static_cast<std::int64_t>(document)) > 0)
                continue;
            const auto& to = routing.of(record);
            if (!to.empty()) visit(slice.first_record + static_cast<std::int64_t>(i), to, slice);
        }
        return true;
    });
}

// The index is made in passes over ranges of buckets, so that it takes bounded memory.
static void make_index(Ledger& book, const QuestionFile& file,
                       const std::vector<std::string>& sources, std::size_t keys_max) {
    const auto passes =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(file.questions) / keys_max + 1);
    const std::int64_t step = (file.buckets + passes - 1) / passes;
    for (std::int64_t from = 0; from < file.buckets; from += step) {
        const auto begin = static_cast<std::uint64_t>(from),
                   end = static_cast<std::uint64_t>(from + step);
        std::vector<std::pair<std::uint64_t, std::int64_t>> keys;
        std::optional<ReferenceSlice> texts;
        each_question(book, file.file, sources,
                      [&](std::int64_t record, const auto&, const Slice&) {
                          if (!texts || !texts->holds(record))
                              texts = references_at(book, file.file, record);
                          ENSURE(texts.has_value());
                          const std::uint64_t hash = hash_of(texts->of(record));
                          const std::uint64_t bucket = bucket_of(hash, file.buckets);
                          if (bucket >= begin && bucket < end) keys.emplace_back(hash, record);
                      });
        std::sort(keys.begin(), keys.end());
        for (std::size_t at = 0; at < keys.size();) {
            const std::uint64_t bucket = bucket_of(keys[at].first, file.buckets);
            std::string bytes;
            for (; at < keys.size() && bucket_of(keys[at].first, file.buckets) == bucket; ++at) {
                for (unsigned shift = 0; shift < 64; shift += 8)
                    bytes.push_back(static_cast<char>(keys[at].first >> shift));
                for (unsigned shift = 0; shift < 48; shift += 8)
                    bytes.push_back(
                        static_cast<char>(static_cast<std::uint64_t>(keys[at].second) >> shift));
            }
            book.database()
                .prepare("INSERT INTO question_index VALUES(?,?,?)")
                .bind(file.file)
                .bind(static_cast<std::int64_t>(bucket))
                .bind_blob(bytes)
                .run();
        }
    }
}

void ask(Ledger& book, QuestionFile& file, const std::vector<std::string>& recipients,
         std::size_t keys_max) {
    auto& db = book.database();
    // A file that is decided anew asks anew.
    for (const char* sql :
         {"DELETE FROM question_chunk WHERE file = ?", "DELETE FROM question_index WHERE file = ?",
          "DELETE FROM question_source WHERE file = ?"})
        db.prepare(sql).bind(file.file).run();
    ChunkMaker chunks(book, file.file, recipients.size());
    file.questions = file.expected = file.answered = 0;
    each_question(book, file.file, recipients,
                  [&](std::int64_t record, const std::vector<std::size_t>& to, const Slice&) {
                      chunks.move_to(chunk_of(record), recipients);
                      for (const std::size_t source : to) chunks.add(record, source);
                      ++file.questions;
                      file.expected += static_cast<std::int64_t>(to.size());
                  });
    chunks.flush(recipients);
    for (std::size_t i = 0; i < recipients.size(); ++i)
        if (chunks.total(i) > 0)
            update_question_source(book, file.file,
                                   {recipients[i], chunks.total(i), 0, std::nullopt, 0});
    file.buckets = file.questions / keys_per_bucket + 1;
    make_index(book, file, recipients, keys_max);
    update_question_file(book, file);
}

// ---- looking up ----

std::optional<ReferenceSlice> references_at(const Ledger& book, FileId file, std::int64_t record) {
    auto select = book.database().prepare(
        "SELECT first_record, texts FROM question_slice WHERE file = ? AND first_record <= ? "
        "ORDER BY first_record DESC, records DESC LIMIT 1");
    select.bind(file).bind(record);
    if (!select.step()) return std::nullopt;
    ReferenceSlice slice{select.integer(0), unpack_references(select.text(1))};
    if (!slice.holds(record)) return std::nullopt;
    return slice;
}

std::vector<std::int64_t> records_of_reference(const Ledger& book, const QuestionFile& file,
                                               std::string_view reference) {
    constexpr std::size_t key_bytes = 14;
    const std::uint64_t hash = hash_of(reference);
    auto select =
        book.database().prepare("SELECT entries FROM question_index WHERE file = ? AND bucket = ?");
    select.bind(file.file).bind(static_cast<std::int64_t>(bucket_of(hash, file.buckets)));
    std::vector<std::int64_t> records;
    if (!select.step()) return records;
    const std::string bytes = select.text(0);
    const auto number = [&](std::size_t at, unsigned length) {
        std::uint64_t value = 0;
        for (unsigned i = length; i-- > 0;)
            value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
        return value;
    };
    std::size_t low = 0, high = bytes.size() / key_bytes;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (number(middle * key_bytes, 8) < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (std::size_t at = low * key_bytes; at < bytes.size() && number(at, 8) == hash;
         at += key_bytes)
        records.push_back(static_cast<std::int64_t>(number(at + 8, 6)));
    return records;
}

std::optional<Chunk> question_chunk(const Ledger& book, FileId file, std::string_view source,
                                    std::int64_t chunk) {
    auto select = book.database().prepare(
        "SELECT expected, answered FROM question_chunk WHERE file = ? AND source = ? AND chunk = "
        "?");
    select.bind(file).bind(source).bind(chunk);
    if (!select.step()) return std::nullopt;
    return Chunk{select.text(0), select.text(1)};
}

std::int64_t chunk_count(const Ledger& book, FileId file) {
    auto select = book.database().prepare("SELECT max(chunk) FROM question_chunk WHERE file = ?");
    select.bind(file);
    return select.step() && !select.is_null(0) ? select.integer(0) + 1 : 0;
}

}  // namespace ledger
