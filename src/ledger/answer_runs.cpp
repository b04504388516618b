// Answers as they are kept: runs of places, one for each answer file and chunk of questions.
#include <algorithm>
#include <map>

#include "ledger/database.hpp"
#include "ledger/packing.hpp"
#include "ledger/questions.hpp"

namespace ledger {

static std::string pack(const std::vector<AnswerPlace>& answers) {
    Packer out;
    out.number(answers.size());
    AnswerPlace before;
    // Differences may go either way: answers stand in the order of the questions, not of their
    // file. Arithmetic modulo 2^64 takes care of that.
    const auto signed_number = [&](std::uint64_t now, std::uint64_t then) {
        const std::uint64_t difference = now - then;
        out.number(difference << 1U ^ (0 - (difference >> 63U)));
    };
    for (const AnswerPlace& one : answers) {
        out.number(one.question - before.question);
        before.question = one.question;
    }
    for (const AnswerPlace& one : answers) out.number(one.status);
    for (const AnswerPlace& one : answers) out.number(one.part);
    for (const AnswerPlace& one : answers) {
        signed_number(one.offset, before.offset);
        before.offset = one.offset;
    }
    for (const AnswerPlace& one : answers) out.number(one.length);
    for (const AnswerPlace& one : answers) {
        signed_number(one.record, before.record);
        before.record = one.record;
    }
    for (const AnswerPlace& one : answers) {
        signed_number(one.document, before.document);
        before.document = one.document;
    }
    return out.frame();
}

static std::vector<AnswerPlace> unpack(std::string_view bytes) {
    Unpacker in(bytes);
    std::vector<AnswerPlace> answers(in.count());
    const auto signed_number = [&](std::uint64_t then) {
        const std::uint64_t value = in.number();
        return then + (value >> 1U ^ (0 - (value & 1U)));
    };
    std::uint64_t question = 0, offset = 0, record = 0, document = 0;
    for (AnswerPlace& one : answers)
        one.question = static_cast<std::uint32_t>(question += in.number());
    for (AnswerPlace& one : answers) one.status = static_cast<std::uint32_t>(in.number());
    for (AnswerPlace& one : answers) one.part = static_cast<std::uint32_t>(in.number());
    for (AnswerPlace& one : answers) one.offset = offset = signed_number(offset);
    for (AnswerPlace& one : answers) one.length = in.number();
    for (AnswerPlace& one : answers) one.record = record = signed_number(record);
    for (AnswerPlace& one : answers) one.document = document = signed_number(document);
    return answers;
}

static constexpr const char* run_columns =
    "SELECT file, chunk, answer_file, ordinal, source, cut, context, entries FROM answer_run ";

static AnswerRun read_run(const Statement& row) {
    return {row.integer(0), row.integer(1), row.integer(2), row.integer(3),
            row.text(4),    row.integer(5), row.text(6),    unpack(row.text(7))};
}

static std::vector<AnswerRun> read_runs(Statement& select) {
    std::vector<AnswerRun> runs;
    while (select.step()) runs.push_back(read_run(select));
    return runs;
}

void add_run(Ledger& book, const AnswerRun& run) {
    book.database()
        .prepare("INSERT OR REPLACE INTO answer_run VALUES(?,?,?,?,?,?,?,?)")
        .bind(run.file)
        .bind(run.chunk)
        .bind(run.answer_file)
        .bind(run.ordinal)
        .bind(run.source)
        .bind(run.cut)
        .bind(run.context)
        .bind_blob(pack(run.answers))
        .run();
}

std::int64_t run_count(const Ledger& book, FileId answer_file) {
    auto select =
        book.database().prepare("SELECT max(ordinal) FROM answer_run WHERE answer_file = ?");
    select.bind(answer_file);
    return select.step() && !select.is_null(0) ? select.integer(0) + 1 : 0;
}

std::vector<AnswerRun> pending_runs(const Ledger& book, FileId answer_file, FileId file,
                                    std::int64_t chunk) {
    auto select = book.database().prepare(
        std::string(run_columns) + "WHERE file = ? AND chunk = ? AND answer_file = ? AND cut = 0");
    select.bind(file).bind(chunk).bind(answer_file);
    return read_runs(select);
}

std::vector<AnswerRun> taken_runs(const Ledger& book, FileId file, std::int64_t chunk,
                                  std::int64_t from, std::int64_t to) {
    auto select = book.database().prepare(
        std::string(run_columns) +
        "WHERE file = ? AND chunk = ? AND cut > 0 AND cut >= ? AND cut < ? ORDER BY answer_file, "
        "ordinal");
    select.bind(file).bind(chunk).bind(from).bind(to);
    return read_runs(select);
}

// The states are said a second time as the index file_open says them, else SQLite does not use it.
bool answers_wait(const Ledger& book, FileId file, std::string_view subject, core::Instant until) {
    auto select = book.database().prepare(
        "SELECT 1 FROM file f JOIN file q ON q.id = ? WHERE f.state IN ('received', 'verified', "
        "'processing', 'held') AND f.state <> 'closed' AND f.state <> 'refused' AND f.state <> "
        "'cancelled' AND f.state <> 'quarantined' AND f.subject = ? AND f.environment = "
        "q.environment AND f.received_at <= ? "
        "AND f.sender IN (SELECT source FROM question_source WHERE file = q.id) LIMIT 1");
    select.bind(file).bind(subject).bind(until.microseconds);
    return select.step();
}

bool answers_needed(const Ledger& book, FileId answer_file) {
    auto select = book.database().prepare(
        "SELECT 1 FROM answer_run a JOIN question_file q ON q.file = a.file WHERE a.answer_file = "
        "? AND (q.state <> 'closed' OR EXISTS (SELECT 1 FROM outgoing o WHERE o.file = q.file AND "
        "o.kind = 'answer' AND o.state = 'drawn')) LIMIT 1");
    select.bind(answer_file);
    return select.step();
}

// ---- the decision ----

namespace {

struct Key {
    FileId file;
    std::int64_t chunk, ordinal;
};

std::vector<Key> keys_of(const Ledger& book, FileId answer_file, const std::string& which) {
    auto select = book.database().prepare(
        "SELECT file, chunk, ordinal FROM answer_run WHERE answer_file = ? AND " + which +
        " ORDER BY file, ordinal, chunk");
    select.bind(answer_file);
    std::vector<Key> keys;
    while (select.step()) keys.push_back({select.integer(0), select.integer(1), select.integer(2)});
    return keys;
}

std::optional<AnswerRun> find_run(const Ledger& book, FileId answer_file, const Key& key) {
    auto select =
        book.database().prepare(std::string(run_columns) +
                                "WHERE file = ? AND chunk = ? AND answer_file = ? AND ordinal = ?");
    select.bind(key.file).bind(key.chunk).bind(answer_file).bind(key.ordinal);
    if (!select.step()) return std::nullopt;
    return read_run(select);
}

// Bits of one run into its chunk; how many were new.
std::int64_t answer_bits(Ledger& book, const AnswerRun& run) {
    auto bits = question_chunk(book, run.file, run.source, run.chunk);
    if (!bits) return 0;
    std::int64_t count = 0;
    for (const AnswerPlace& one : run.answers) {
        if (bit(bits->answered, one.question)) continue;
        set_bit(bits->answered, one.question);
        ++count;
    }
    book.database()
        .prepare(
            "UPDATE question_chunk SET answered = ? WHERE file = ? AND source = ? AND chunk = ?")
        .bind_blob(bits->answered)
        .bind(run.file)
        .bind(run.source)
        .bind(run.chunk)
        .run();
    return count;
}

void count_answers(Ledger& book, FileId file, const std::string& source, std::int64_t answers,
                   core::Instant received) {
    for (QuestionSource& one : question_sources(book, file)) {
        if (one.source != source) continue;
        one.answered += answers;
        one.last_at = std::max(received, one.last_at.value_or(received));
        update_question_source(book, file, one);
    }
    auto questions = question_file(book, file);
    if (!questions) return;
    questions->answered += answers;
    questions->last_at = std::max(received, questions->last_at.value_or(received));
    update_question_file(book, *questions);
}

}  // namespace

void each_taken_run(const Ledger& book, FileId answer_file,
                    const std::function<void(const AnswerRun&)>& visit) {
    for (const Key& key : keys_of(book, answer_file, "cut > 0"))
        if (const auto run = find_run(book, answer_file, key)) visit(*run);
}

void take_runs(Ledger& book, FileId answer_file, core::Instant received,
               const std::vector<std::int64_t>& refused_documents,
               const std::function<std::int64_t(FileId, std::int64_t)>& entry) {
    auto& db = book.database();
    const std::vector<Key> keys = keys_of(book, answer_file, "cut = 0");
    const auto is_refused = [&](const AnswerPlace& one) {
        return std::binary_search(refused_documents.begin(), refused_documents.end(),
                                  static_cast<std::int64_t>(one.document));
    };
    for (std::size_t at = 0; at < keys.size();) {
        const FileId file = keys[at].file;
        std::int64_t answers = 0;
        std::string source;
        const std::size_t begin = at;
        for (; at < keys.size() && keys[at].file == file; ++at) {
            auto found = find_run(book, answer_file, keys[at]);
            if (!found) continue;
            AnswerRun& run = *found;
            if (!refused_documents.empty() && std::erase_if(run.answers, is_refused) > 0)
                add_run(book, run);
            source = run.source;
            answers += answer_bits(book, run);
        }
        count_answers(book, file, source, answers, received);
        const std::int64_t cut = entry(file, answers);
        for (std::size_t i = begin; i < at; ++i)
            db.prepare(
                  "UPDATE answer_run SET cut = ? WHERE file = ? AND chunk = ? AND answer_file = ? "
                  "AND ordinal = ?")
                .bind(cut)
                .bind(file)
                .bind(keys[i].chunk)
                .bind(answer_file)
                .bind(keys[i].ordinal)
                .run();
    }
}

}  // namespace ledger
