#include "ledger/questions.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>

#include "ledger/facts.hpp"

using namespace ledger;

namespace {

// A file of questions in slices of `per_slice`; every third goes to one source alone, every seventh
// was rejected.
struct Asked {
    std::filesystem::path folder;
    std::unique_ptr<Ledger> book;
    QuestionFile questions;

    Asked(std::int64_t count, std::int64_t per_slice, std::size_t keys_max) {
        std::string name =
            (std::filesystem::temp_directory_path() / "sluice-questions-XXXXXX").string();
        folder = mkdtemp(name.data());
        book = std::make_unique<Ledger>(folder, true);
        auto step = book->begin();
        File file;
        REQUIRE(core::parse_identity("EMPQ.000123.20260401.00001.R", file.identity));
        step->add_file(file);
        for (std::int64_t first = 1, ordinal = 0; first <= count; first += per_slice, ++ordinal) {
            Slice slice;
            slice.ordinal = ordinal;
            slice.first_record = first;
            slice.records = std::min(per_slice, count - first + 1);
            SliceFacts facts;
            facts.routes = {{{"000301", "000302"}, {}, {}}, {{"000301"}, {}, {}}};
            facts.documents = {{1, first == 1, first + per_slice > count, "D",
                                static_cast<std::uint64_t>(slice.records), 0}};
            std::vector<std::string> references;
            for (std::int64_t record = first; record < first + slice.records; ++record) {
                RecordFact fact;
                fact.accepted = record % 7 != 0;
                fact.route = record % 3 == 0 ? 1 : 0;
                facts.records.push_back(fact);
                references.push_back(reference(record));
            }
            slice.facts = facts.pack();
            step->add_slice(file.id, slice);
            add_references(*book, file.id, slice, references);
        }
        questions.file = file.id;
        questions.due_at = core::Instant{10};
        ask(*book, questions, {"000301", "000302", "000303"}, keys_max);
        step->commit();
    }
    ~Asked() {
        book.reset();
        std::filesystem::remove_all(folder);
    }
    static std::string reference(std::int64_t record) { return "Q-" + std::to_string(record); }
};

AnswerRun run_of(FileId file, FileId answer_file, std::int64_t ordinal,
                 const std::vector<std::int64_t>& records) {
    AnswerRun run;
    run.file = file;
    run.chunk = chunk_of(records.front());
    run.answer_file = answer_file;
    run.ordinal = ordinal;
    run.source = "000301";
    run.context = "xml 0";
    std::uint64_t at = 1'000'000;
    for (const std::int64_t record : records) {
        at -= 100;  // given in the other order
        run.answers.push_back({static_cast<std::uint32_t>(place_of(record)), 1, 1, at, 90,
                               static_cast<std::uint64_t>(record), 1});
    }
    return run;
}

}  // namespace

TEST_CASE("Questions are the accepted records with a source, over slices and chunks alike") {
    constexpr std::int64_t count = 20'000;
    const Asked asked(count, 777, 1'000'000);
    std::int64_t questions = 0, expected = 0;
    for (std::int64_t record = 1; record <= count; ++record) {
        const bool good = record % 7 != 0;
        questions += good ? 1 : 0;
        expected += good ? (record % 3 == 0 ? 1 : 2) : 0;
        const auto first =
            question_chunk(*asked.book, asked.questions.file, "000301", chunk_of(record));
        const auto second =
            question_chunk(*asked.book, asked.questions.file, "000302", chunk_of(record));
        REQUIRE(first.has_value());
        REQUIRE(second.has_value());
        REQUIRE(bit(first->expected, place_of(record)) == good);
        REQUIRE(bit(second->expected, place_of(record)) == (good && record % 3 != 0));
    }
    CHECK(asked.questions.questions == questions);
    CHECK(asked.questions.expected == expected);
    const auto sources = question_sources(*asked.book, asked.questions.file);
    REQUIRE(sources.size() == 2);
    CHECK(sources[0].expected == questions);
    CHECK(chunk_count(*asked.book, asked.questions.file) == 3);
}

TEST_CASE("A reference leads to its record, also when the index was made in many passes") {
    constexpr std::int64_t count = 5'000;
    const Asked asked(count, 1'000, 300);
    for (std::int64_t record = 1; record <= count; record += 13) {
        const auto found =
            records_of_reference(*asked.book, asked.questions, Asked::reference(record));
        if (record % 7 == 0) {
            REQUIRE(found.empty());
            continue;
        }
        REQUIRE(found == std::vector<std::int64_t>{record});
        const auto slice = references_at(*asked.book, asked.questions.file, record);
        REQUIRE(slice.has_value());
        REQUIRE(slice->of(record) == Asked::reference(record));
    }
    CHECK(records_of_reference(*asked.book, asked.questions, "Q-0").empty());
    CHECK_FALSE(references_at(*asked.book, asked.questions.file, count + 1).has_value());
}

TEST_CASE("Answers count from the decision of their file, and not those of refused documents") {
    const Asked asked(10'000, 1'000, 1'000'000);
    Ledger& book = *asked.book;
    const FileId file = asked.questions.file;
    constexpr FileId answer_file = 77;
    AnswerRun first = run_of(file, answer_file, 0, {1, 2, 3}),
              second = run_of(file, answer_file, 1, {9'000});
    first.answers[1].document = 2;
    auto step = book.begin();
    add_run(book, first);
    add_run(book, second);
    step->commit();
    CHECK(run_count(book, answer_file) == 2);
    CHECK(taken_runs(book, file, 0, 1, INT64_MAX).empty());
    const auto pending = pending_runs(book, answer_file, file, 0);
    REQUIRE(pending.size() == 1);
    CHECK(pending[0].answers == first.answers);

    step = book.begin();
    std::map<FileId, std::int64_t> told;
    take_runs(book, answer_file, core::Instant{5}, {2}, [&](FileId of, std::int64_t answers) {
        told[of] = answers;
        return std::int64_t{41};
    });
    step->commit();
    CHECK(told == std::map<FileId, std::int64_t>{{file, 3}});
    const auto questions = question_file(book, file);
    REQUIRE(questions.has_value());
    CHECK(questions->answered == 3);
    CHECK(questions->last_at == core::Instant{5});
    CHECK(question_sources(book, file)[0].answered == 3);
    const auto bits = question_chunk(book, file, "000301", 0);
    REQUIRE(bits.has_value());
    CHECK(bit(bits->answered, place_of(1)));
    CHECK_FALSE(bit(bits->answered, place_of(2)));
    CHECK(bit(bits->answered, place_of(3)));
    CHECK(taken_runs(book, file, 0, 1, 41).empty());
    const auto taken = taken_runs(book, file, 0, 41, 42);
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].answers.size() == 2);
    CHECK(taken_runs(book, file, 1, 1, 42).size() == 1);
    CHECK(pending_runs(book, answer_file, file, 0).empty());
}

TEST_CASE("A file of a source that came in time is waited for before anything of it is read") {
    const Asked asked(10, 10, 1'000);
    Ledger& book = *asked.book;
    const FileId file = asked.questions.file;
    File answers;
    REQUIRE(core::parse_identity("EMPA.000301.20260402.00001.R", answers.identity));
    answers.received_at = core::Instant{7};
    CHECK_FALSE(answers_wait(book, file, "EMPA", core::Instant{7}));
    auto step = book.begin();
    step->add_file(answers);
    step->commit();
    CHECK(answers_wait(book, file, "EMPA", core::Instant{7}));
    CHECK_FALSE(answers_wait(book, file, "EMPA", core::Instant{6}));
    CHECK_FALSE(answers_wait(book, file, "EMPQ", core::Instant{7}));
    step = book.begin();
    step->append(EntryKind::cancelled, answers.id, core::Instant{8}, "{}");
    step->commit();
    CHECK_FALSE(answers_wait(book, file, "EMPA", core::Instant{7}));
}

TEST_CASE("An answer is needed until its questions are closed") {
    const Asked asked(10, 10, 1'000);
    Ledger& book = *asked.book;
    QuestionFile questions = asked.questions;
    auto step = book.begin();
    add_run(book, run_of(questions.file, 77, 0, {1}));
    step->commit();
    CHECK(answers_needed(book, 77));
    CHECK_FALSE(answers_needed(book, 78));
    step = book.begin();
    questions.state = QuestionState::closed;
    update_question_file(book, questions);
    step->commit();
    CHECK_FALSE(answers_needed(book, 77));
}
