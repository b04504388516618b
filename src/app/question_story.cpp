#include "app/question_story.hpp"

#include <iostream>

#include "app/json.hpp"
#include "app/terminal.hpp"
#include "job/questions.hpp"
#include "ledger/questions.hpp"

namespace app {

using ledger::QuestionState;

std::string questions_json(Home& home, const ledger::File& file) {
    const auto questions = ledger::question_file(home.ledger(), file.id);
    if (!questions) return {};
    std::vector<std::string> sources;
    for (const auto& one : ledger::question_sources(home.ledger(), file.id)) {
        JsonObject object;
        object.text("source", one.source)
            .number("expected", one.expected)
            .number("answered", one.answered);
        if (one.last_at) object.text("last_at", core::to_string(*one.last_at));
        sources.push_back(object.str());
    }
    return JsonObject()
        .text("state", to_string(questions->state))
        .number("questions", questions->questions)
        .number("expected", questions->expected)
        .number("answered", questions->answered)
        .text("due_at", core::to_string(questions->due_at))
        .text("until", core::to_string(questions->follow_until))
        .raw("sources", json_array(sources))
        .str();
}

void print_questions(Home& home, const ledger::File& file) {
    const auto questions = ledger::question_file(home.ledger(), file.id);
    if (!questions) return;
    const auto time = [&](core::Instant at) { return home.zone().to_string(at); };
    std::cout << "questions\n  " << questions->questions << " put, " << questions->answered
              << " of " << questions->expected << " answers came; ";
    if (questions->state == QuestionState::open)
        std::cout << "the first answer is due " << time(questions->due_at) << '\n';
    else if (questions->state == QuestionState::returned)
        std::cout << "the follow-up is due " << time(questions->follow_until) << '\n';
    else
        std::cout << "all of them have their final status\n";
    TextTable table;
    for (const auto& one : ledger::question_sources(home.ledger(), file.id)) {
        const std::int64_t open = one.expected - one.answered;
        const bool over = questions->state == QuestionState::closed;
        std::string words = open == 0 ? "all answered"
                            : over    ? std::to_string(open) + " timed out"
                                      : std::to_string(open) + " open";
        table.row({{"  " + one.source},
                   {std::move(words), open == 0 ? Colour::green : Colour::yellow},
                   {"of " + std::to_string(one.expected), Colour::none, true},
                   {one.last_at ? "last " + time(*one.last_at) : ""}});
    }
    std::cout << table.str();
}

// ---- one question ----

namespace {

struct Said {
    std::string source, status, file;
    std::uint64_t record = 0;
    std::string at;
};

std::vector<Said> said_of(Home& home, const ledger::File& file, std::int64_t record) {
    std::vector<Said> list;
    const ledger::Ledger& book = home.ledger();
    const auto questions = ledger::question_file(book, file.id);
    const auto job = home.find_job(file.job);
    const job::Asking* asking = job ? job::asking_of(*job) : nullptr;
    if (!questions || asking == nullptr) return list;
    const auto answers = home.find_job(asking->answers);
    const job::Answering* answering = answers ? job::answering_of(*answers) : nullptr;
    const std::int64_t chunk = ledger::chunk_of(record);
    const auto runs = ledger::taken_runs(book, file.id, chunk, 1, INT64_MAX);
    for (const auto& source : ledger::question_sources(book, file.id)) {
        const auto bits = ledger::question_chunk(book, file.id, source.source, chunk);
        if (!bits || !ledger::bit(bits->expected, ledger::place_of(record))) continue;
        Said said{source.source,
                  questions->state == QuestionState::closed ? asking->timed_out : asking->open,
                  {},
                  0,
                  {}};
        for (const auto& run : runs)
            for (const ledger::AnswerPlace& one : run.answers) {
                if (run.source != source.source || one.question != ledger::place_of(record))
                    continue;
                const auto answer = book.find_file(run.answer_file);
                said.status = answering != nullptr && one.status < answering->statuses.size()
                                  ? answering->statuses[one.status].word
                                  : "answered";
                said.record = one.record;
                if (!answer) continue;
                said.file = answer->identity.text();
                said.at = core::to_string(answer->received_at);
            }
        list.push_back(std::move(said));
    }
    return list;
}

}  // namespace

std::string question_json(Home& home, const ledger::File& file, std::int64_t record) {
    std::vector<std::string> items;
    for (const Said& said : said_of(home, file, record))
        items.push_back(JsonObject()
                            .text("source", said.source)
                            .text("status", said.status)
                            .text_or_null("file", said.file)
                            .number("record", static_cast<std::int64_t>(said.record))
                            .text_or_null("at", said.at)
                            .str());
    return items.empty() ? std::string() : json_array(items);
}

void print_question(Home& home, const ledger::File& file, std::int64_t record) {
    const auto list = said_of(home, file, record);
    if (list.empty()) return;
    const auto questions = ledger::question_file(home.ledger(), file.id);
    std::cout << "  question\n";
    for (const Said& said : list) {
        std::cout << "    " << said.source << "  " << said.status;
        if (!said.file.empty())
            std::cout << "  in " << said.file << '#' << said.record << ", " << said.at;
        else if (questions->state != QuestionState::closed)
            std::cout << ", until " << home.zone().to_string(questions->follow_until);
        std::cout << '\n';
    }
}

}  // namespace app
