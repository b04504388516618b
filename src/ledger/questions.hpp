#pragma once
// What the ledger knows of questions: which source owes which answer, and where the answers lie.
// Questions are counted by the ordinals of their records, in chunks of a fixed size: two bits for
// each question and source, a few bytes for each answer. What writes is called while a Step of the
// same ledger is open, and becomes true with it.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.hpp"

namespace ledger {

inline constexpr std::int64_t questions_per_chunk = 8192;
inline constexpr std::size_t chunk_bytes = questions_per_chunk / 8;

// open: nothing was returned to the asker. returned: the first answer was, some are still owed.
// closed: each question has its final status.
enum class QuestionState : unsigned char { open, returned, closed };
std::string_view to_string(QuestionState state);

struct QuestionFile {
    FileId file = 0;
    std::int64_t questions = 0;  // that were put to at least one source
    std::int64_t expected = 0;   // answers: one for each question and source
    std::int64_t answered = 0;
    std::int64_t buckets = 1;  // of the index by reference
    core::Instant asked_at, due_at, follow_until;
    std::optional<core::Instant> remind_at, last_at;  // last_at: when the newest answer came
    QuestionState state = QuestionState::open;
    // Entries before which an answer must have been taken to stand in the first, in the last of
    // what is returned; 0: not drawn yet. The same where there is only one.
    std::int64_t first_cut = 0, last_cut = 0;
    bool complete() const { return answered == expected; }
};

struct QuestionSource {
    std::string source;
    std::int64_t expected = 0, answered = 0;
    std::optional<core::Instant> last_at;
    std::int64_t stood_in = 0;  // how far a stand-in got
};

// An answer that was taken, and where it lies in its file's text as delivered.
struct AnswerPlace {
    std::uint32_t question = 0;  // record ordinal less the first of its chunk
    std::uint32_t status = 0;    // index in the job's statuses
    std::uint32_t part = 1;
    std::uint64_t offset = 0, length = 0;    // bytes as delivered
    std::uint64_t record = 0, document = 0;  // ordinals in the answer's file
    bool operator==(const AnswerPlace&) const = default;
};

// Answers of one file to questions of one chunk, in the order of the questions.
struct AnswerRun {
    FileId file = 0;  // of the questions
    std::int64_t chunk = 0;
    FileId answer_file = 0;
    std::int64_t ordinal = 0;  // of the run in its answer file
    std::string source;
    std::int64_t cut = 0;  // the entry that took them; 0: their file is not decided yet
    std::string context;   // what their text needs around it; opaque here
    std::vector<AnswerPlace> answers;
};

struct Chunk {
    std::string expected, answered;  // a bit for each question
};
inline bool bit(const std::string& bits, std::int64_t at) {
    if (at / 8 >= static_cast<std::int64_t>(bits.size())) return false;
    const unsigned byte = static_cast<unsigned char>(bits[static_cast<std::size_t>(at / 8)]);
    return (byte >> (at % 8) & 1U) != 0;
}
inline void set_bit(std::string& bits, std::int64_t at, bool value = true) {
    auto& byte = bits[static_cast<std::size_t>(at / 8)];
    const auto mask = static_cast<unsigned char>(1U << (at % 8));
    byte = static_cast<char>(value ? static_cast<unsigned char>(byte) | mask
                                   : static_cast<unsigned char>(byte) & ~mask);
}
inline std::int64_t chunk_of(std::int64_t record) {
    return (record - 1) / questions_per_chunk;
}
inline std::int64_t place_of(std::int64_t record) {
    return (record - 1) % questions_per_chunk;
}

// ---- asking ----

// The references of the records of one slice, in order; empty where a record has none.
void add_references(Ledger& book, FileId file, const Slice& slice,
                    const std::vector<std::string>& references);
// With the decision: every accepted record that goes to one of `recipients` (in order) is a
// question. Makes the chunks and the index, and adds the rows; fills the counts of `file`.
// `keys_max` bounds the memory that the index takes.
void ask(Ledger& book, QuestionFile& file, const std::vector<std::string>& recipients,
         std::size_t keys_max = 2'000'000);

std::optional<QuestionFile> question_file(const Ledger& book, FileId file);
std::vector<QuestionFile> open_questions(const Ledger& book);  // not closed, in order of files
std::vector<QuestionSource> question_sources(const Ledger& book, FileId file);
void update_question_file(Ledger& book, const QuestionFile& file);
void update_question_source(Ledger& book, FileId file, const QuestionSource& source);

// ---- looking up ----

// The references from the slice that holds this record, with its first ordinal.
struct ReferenceSlice {
    std::int64_t first_record = 0;
    std::vector<std::string> references;
    bool holds(std::int64_t record) const {
        return record >= first_record &&
               record < first_record + static_cast<std::int64_t>(references.size());
    }
    const std::string& of(std::int64_t record) const {
        return references.at(static_cast<std::size_t>(record - first_record));
    }
};
std::optional<ReferenceSlice> references_at(const Ledger& book, FileId file, std::int64_t record);
// Records whose reference may be this one, by the index.
std::vector<std::int64_t> records_of_reference(const Ledger& book, const QuestionFile& file,
                                               std::string_view reference);
std::optional<Chunk> question_chunk(const Ledger& book, FileId file, std::string_view source,
                                    std::int64_t chunk);

// ---- answering ----

void add_run(Ledger& book, const AnswerRun& run);
// How many runs this answer file has so far.
std::int64_t run_count(const Ledger& book, FileId answer_file);
// Runs of an answer file that are not taken yet, for one chunk.
std::vector<AnswerRun> pending_runs(const Ledger& book, FileId answer_file, FileId file,
                                    std::int64_t chunk);
// The answer file is decided: what it says is true. Answers of refused documents (in
// order) are left out.
// Calls `entry` for each file of questions with the number of its answers; it gives the index of
// the entry that says so.
void take_runs(Ledger& book, FileId answer_file, core::Instant received,
               const std::vector<std::int64_t>& refused_documents,
               const std::function<std::int64_t(FileId file, std::int64_t answers)>& entry);
// Taken runs of one chunk with cut in [from, to).
std::vector<AnswerRun> taken_runs(const Ledger& book, FileId file, std::int64_t chunk,
                                  std::int64_t from, std::int64_t to);
// Taken runs of an answer file, in the order in which they were made.
void each_taken_run(const Ledger& book, FileId answer_file,
                    const std::function<void(const AnswerRun&)>& visit);
std::int64_t chunk_count(const Ledger& book, FileId file);
// A file of this subject, from one of the sources of these questions, that came in no later than
// `until` and is not decided: it may hold answers to them.
bool answers_wait(const Ledger& book, FileId file, std::string_view subject, core::Instant until);
// Questions that this file answers are open, or what goes to their asker is not written yet: its
// answers are still read from its private copy.
bool answers_needed(const Ledger& book, FileId answer_file);

}  // namespace ledger
