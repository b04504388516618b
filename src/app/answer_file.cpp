#include "app/answer_file.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "app/answer_book.hpp"
#include "app/dispatch.hpp"
#include "app/private_copy.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "outbox/merged_answers.hpp"
#include "parse/encoding.hpp"

namespace app {

namespace {

// One answer that goes into the file.
struct Item {
    const ledger::AnswerRun* run = nullptr;
    const ledger::AnswerPlace* place = nullptr;
    std::string text;
};

// The questions of one chunk, with what their sources said.
struct ChunkOfAnswers {
    std::int64_t number = 0;
    std::vector<ledger::AnswerRun> runs;
    std::vector<std::string> expected;     // of each source; of a second part: only what was open
    std::vector<std::vector<Item>> items;  // of each source: one for each question
    std::uint64_t bytes = 0;
};

struct AnswerFacts {
    std::string name, at;
    std::vector<ledger::Part> parts;
};

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

class Merging {
  public:
    Merging(Home& home, const ledger::QuestionFile& questions, const ledger::Outgoing& row);
    void write(const std::filesystem::path& draft, std::uint64_t window_bytes);

  private:
    ChunkOfAnswers load(std::int64_t number);
    void read(std::vector<ChunkOfAnswers>& window);
    void print(outbox::MergedAnswers& out, ChunkOfAnswers& chunk);
    const AnswerFacts& facts_of(ledger::FileId file);
    const std::filesystem::path& there(const std::filesystem::path& copy, ledger::FileId file);
    std::int64_t answered_until(std::int64_t cut) const;

    Home& home_;
    const ledger::QuestionFile& questions_;
    const ledger::Outgoing& row_;
    bool second_;
    bool last_;
    ledger::File file_;
    std::shared_ptr<const job::Job> asking_, answering_;
    std::vector<std::string> sources_;
    std::map<ledger::FileId, AnswerFacts> facts_;
    std::optional<ledger::ReferenceSlice> references_;
};

Merging::Merging(Home& home, const ledger::QuestionFile& questions, const ledger::Outgoing& row)
    : home_(home),
      questions_(questions),
      row_(row),
      second_(row.detail == second_part),
      last_(second_ || questions.first_cut == questions.last_cut) {
    const auto file = home.ledger().find_file(questions.file);
    ENSURE(file.has_value());
    file_ = *file;
    const QuestionJobs jobs = jobs_of_questions(home, file_);
    asking_ = jobs.asking;
    answering_ = jobs.answering;
    for (const auto& source : ledger::question_sources(home.ledger(), questions.file))
        sources_.push_back(source.source);
}

const AnswerFacts& Merging::facts_of(ledger::FileId file) {
    constexpr std::size_t kept_max = 10'000;
    if (facts_.size() >= kept_max) facts_.clear();
    const auto [at, is_new] = facts_.try_emplace(file);
    if (!is_new) return at->second;
    const auto found = home_.ledger().find_file(file);
    ENSURE(found.has_value());
    at->second = {found->identity.text(), core::to_string(found->received_at),
                  home_.ledger().parts(file)};
    return at->second;
}

ChunkOfAnswers Merging::load(std::int64_t number) {
    ledger::Ledger& book = home_.ledger();
    ChunkOfAnswers chunk;
    chunk.number = number;
    chunk.items.resize(sources_.size());
    for (const std::string& source : sources_) {
        const auto bits = ledger::question_chunk(book, questions_.file, source, number);
        chunk.expected.push_back(bits ? bits->expected : std::string());
    }
    const auto source_of = [&](const ledger::AnswerRun& run) {
        const auto at = std::lower_bound(sources_.begin(), sources_.end(), run.source);
        ENSURE(at != sources_.end() && *at == run.source);
        return static_cast<std::size_t>(at - sources_.begin());
    };
    if (second_)
        for (const auto& run :
             ledger::taken_runs(book, questions_.file, number, 1, questions_.first_cut))
            for (const ledger::AnswerPlace& one : run.answers)
                ledger::set_bit(chunk.expected[source_of(run)], one.question, false);
    chunk.runs = second_
                     ? ledger::taken_runs(book, questions_.file, number, questions_.first_cut,
                                          questions_.last_cut)
                     : ledger::taken_runs(book, questions_.file, number, 1, questions_.first_cut);
    for (const ledger::AnswerRun& run : chunk.runs) {
        std::vector<Item>& items = chunk.items[source_of(run)];
        if (items.empty()) {
            items.resize(static_cast<std::size_t>(ledger::questions_per_chunk));
            chunk.bytes += items.size() * sizeof(Item);
        }
        for (const ledger::AnswerPlace& one : run.answers) {
            items[one.question].run = &run;
            items[one.question].place = &one;
            chunk.bytes += one.length;
        }
    }
    return chunk;
}

const std::filesystem::path& Merging::there(const std::filesystem::path& copy,
                                            ledger::FileId file) {
    if (!io::facts(copy))
        throw core::Fault(core::FaultKind::integrity, "read the answers in", facts_of(file).name,
                          "its private copy is no longer there",
                          "restore the archive from a backup");
    return copy;
}

// In the order in which the answers lie in their files, however the questions stand.
void Merging::read(std::vector<ChunkOfAnswers>& window) {
    std::vector<Item*> items;
    for (ChunkOfAnswers& chunk : window)
        for (auto& of_source : chunk.items)
            for (Item& item : of_source)
                if (item.place != nullptr) items.push_back(&item);
    std::sort(items.begin(), items.end(), [](const Item* a, const Item* b) {
        return std::tuple(a->run->answer_file, a->place->part, a->place->offset) <
               std::tuple(b->run->answer_file, b->place->part, b->place->offset);
    });
    std::optional<PrivateCopy> copy;
    std::pair<ledger::FileId, std::uint32_t> open{0, 0};
    for (Item* item : items) {
        const std::pair<ledger::FileId, std::uint32_t> wanted{item->run->answer_file,
                                                              item->place->part};
        if (open != wanted) {
            for (const ledger::Part& part : facts_of(wanted.first).parts)
                if (static_cast<std::uint32_t>(part.part) == wanted.second)
                    copy.emplace(there(home_.spool() / part.path, wanted.first));
            open = wanted;
        }
        ENSURE(copy.has_value());
        std::string raw(static_cast<std::size_t>(item->place->length), '\0');
        if (copy->read(item->place->offset, raw.data(), raw.size()) != raw.size())
            throw core::Fault(core::FaultKind::integrity, "read the answers in",
                              facts_of(wanted.first).name, "its private copy is too short",
                              "restore the archive from a backup");
        const auto encoding = AnswerContext::parse(item->run->context).encoding;
        if (encoding == parse::Encoding::utf8)
            item->text = std::move(raw);
        else
            parse::decode(encoding, raw, true, item->text);
    }
}

void Merging::print(outbox::MergedAnswers& out, ChunkOfAnswers& chunk) {
    const job::Asking& asking = *job::asking_of(*asking_);
    const auto& statuses = job::answering_of(*answering_)->statuses;
    for (std::int64_t at = 0; at < ledger::questions_per_chunk; ++at) {
        bool begun = false;
        for (std::size_t s = 0; s < sources_.size(); ++s) {
            if (!ledger::bit(chunk.expected[s], at)) continue;
            const std::int64_t record = chunk.number * ledger::questions_per_chunk + at + 1;
            if (!references_ || !references_->holds(record))
                references_ = ledger::references_at(home_.ledger(), questions_.file, record);
            ENSURE(references_.has_value());
            if (!begun) out.begin_question(references_->of(record), record);
            begun = true;
            const auto& items = chunk.items[s];
            const Item* item = items.empty() ? nullptr : &items[static_cast<std::size_t>(at)];
            outbox::MergedAnswer answer;
            answer.source = sources_[s];
            if (item == nullptr || item->place == nullptr) {
                answer.status = last_ ? asking.timed_out : asking.open;
                answer.final = last_;
                out.answer(answer);
                continue;
            }
            const AnswerContext context = AnswerContext::parse(item->run->context);
            const AnswerFacts& facts = facts_of(item->run->answer_file);
            ENSURE(item->place->status < statuses.size());
            answer.status = statuses[item->place->status].word;
            answer.at = facts.at;
            answer.file = facts.name;
            answer.record = item->place->record;
            answer.namespaces = context.namespaces;
            answer.content = trimmed(item->text);
            answer.flat = context.flat;
            out.answer(answer);
        }
        if (begun) out.end_question();
    }
}

std::int64_t Merging::answered_until(std::int64_t cut) const {
    std::int64_t count = 0;
    const std::int64_t chunks = ledger::chunk_count(home_.ledger(), questions_.file);
    for (std::int64_t number = 0; number < chunks; ++number)
        for (const auto& run : ledger::taken_runs(home_.ledger(), questions_.file, number, 1, cut))
            count += static_cast<std::int64_t>(run.answers.size());
    return count;
}

void Merging::write(const std::filesystem::path& draft, std::uint64_t window_bytes) {
    outbox::MergedFacts facts;
    facts.file = file_.identity.text();
    facts.ticket = file_.ticket;
    facts.environment = file_.identity.environment;
    facts.at = row_.at;
    facts.part = second_ ? 2 : 1;
    facts.last = last_;
    facts.questions = questions_.questions;
    facts.expected = questions_.expected;
    facts.answered = answered_until(second_ ? questions_.last_cut : questions_.first_cut);
    outbox::MergedAnswers out(draft, facts);
    constexpr std::size_t window_chunks_max = 64;
    const std::int64_t chunks = ledger::chunk_count(home_.ledger(), questions_.file);
    for (std::int64_t number = 0; number < chunks;) {
        std::vector<ChunkOfAnswers> window;
        window.reserve(window_chunks_max);  // items point into the runs of their chunk
        std::uint64_t bytes = 0;
        while (number < chunks && window.size() < window_chunks_max && bytes < window_bytes) {
            window.push_back(load(number++));
            bytes += window.back().bytes;
        }
        read(window);
        for (ChunkOfAnswers& chunk : window) print(out, chunk);
    }
    out.finish();
}

}  // namespace

QuestionJobs jobs_of_questions(Home& home, const ledger::File& file) {
    QuestionJobs jobs;
    jobs.asking = home.find_job(file.job);
    if (jobs.asking && job::asking_of(*jobs.asking) != nullptr)
        jobs.answering = home.find_job(job::asking_of(*jobs.asking)->answers);
    if (!jobs.answering || job::answering_of(*jobs.answering) == nullptr)
        throw core::Fault(core::FaultKind::job, "return the answers to", file.identity.text(),
                          "the job " + file.job + " or that of its answers is no longer there",
                          "put it back until all its questions are closed");
    return jobs;
}

outbox::StagedFile write_answer_file(Home& home, const ledger::QuestionFile& questions,
                                     const ledger::Outgoing& row, std::uint64_t window_bytes) {
    core::FileIdentity identity;
    ENSURE(core::parse_identity(row.name, identity));
    const auto folder = home.spool() / "drafts" / "answers";
    io::make_folders(folder);
    const auto draft = folder / std::to_string(row.id);
    Merging(home, questions, row).write(draft, window_bytes);
    return outbox::stage(draft, staging_folder(home), identity, outbox::zip_above_default, row.at);
}

}  // namespace app
