#include "app/answer_book.hpp"

#include <algorithm>

#include "app/sent_file.hpp"
#include "core/ensure.hpp"

namespace app {

// One parcel of ours that answers speak of.
struct AnswerBook::Parcel {
    std::optional<ledger::QuestionFile> questions;  // none: nothing was asked with it
    std::string source;
    bool closed = false;
    std::int64_t cursor = 0;  // the question that was answered last
    std::optional<ledger::ReferenceSlice> references;
};

// Offsets as delivered, counted on from the record before.
struct AnswerBook::Place {
    const parse::Outcome* outcome = nullptr;
    std::uint64_t at = 0, delivered = 0;
    std::uint32_t parent = parse::none;
    std::string context;

    std::uint64_t move_to(std::uint64_t offset) {
        if (outcome->scale.encoding == parse::Encoding::utf8 && !outcome->scale.raw) {
            delivered += offset - at;
        } else {
            const std::string_view bytes = outcome->bytes;
            delivered += outcome->scale.delivered(bytes.substr(at, offset - at));
        }
        at = offset;
        return delivered;
    }
};

AnswerBook::AnswerBook(Home& home) : home_(home), place_(std::make_unique<Place>()) {}
AnswerBook::~AnswerBook() = default;

// ---- contexts ----

std::string AnswerContext::text() const {
    return std::string(flat ? "flat " : "xml ") + std::to_string(static_cast<int>(encoding)) +
           namespaces;
}

AnswerContext AnswerContext::parse(std::string_view text) {
    AnswerContext context;
    const std::size_t blank = text.find(' ');
    ENSURE(blank != std::string_view::npos && blank + 1 < text.size());
    context.flat = text.substr(0, blank) == "flat";
    context.encoding = static_cast<parse::Encoding>(text[blank + 1] - '0');
    context.namespaces = text.substr(blank + 2);
    return context;
}

std::string namespaces_of(std::string_view start_tags) {
    std::map<std::string_view, std::string_view> declared;  // the innermost counts
    for (std::size_t at = 0; at < start_tags.size();) {
        if (start_tags.compare(at, 5, "xmlns") != 0 || at == 0 ||
            (start_tags[at - 1] != ' ' && start_tags[at - 1] != '\t' &&
             start_tags[at - 1] != '\n' && start_tags[at - 1] != '\r')) {
            // A quoted value is no place for a declaration.
            const char c = start_tags[at];
            const std::size_t end =
                c == '"' || c == '\'' ? start_tags.find(c, at + 1) : std::string_view::npos;
            at = end == std::string_view::npos ? at + 1 : end + 1;
            continue;
        }
        const std::size_t equals = start_tags.find('=', at);
        const std::size_t open = start_tags.find_first_of("\"'", equals);
        if (equals == std::string_view::npos || open == std::string_view::npos) break;
        const std::size_t close = start_tags.find(start_tags[open], open + 1);
        if (close == std::string_view::npos) break;
        std::string_view name = start_tags.substr(at, equals - at);
        while (!name.empty() && (name.back() == ' ' || name.back() == '\t' || name.back() == '\n' ||
                                 name.back() == '\r'))
            name.remove_suffix(1);
        declared[name] = start_tags.substr(open, close - open + 1);
        at = close + 1;
    }
    std::string text;
    for (const auto& [name, value] : declared)
        text += " " + std::string(name) + "=" + std::string(value);
    return text;
}

// ---- looking up ----

AnswerBook::Parcel* AnswerBook::parcel_of(const ledger::File& file, const job::Job& job,
                                          std::string_view name) {
    constexpr std::size_t parcels_max = 10'000;
    if (parcels_.size() >= parcels_max) parcels_.clear();
    auto& parcel = parcels_[{file.id, std::string(name)}];
    if (parcel) return parcel.get();
    parcel = std::make_unique<Parcel>();
    parcel->source = file.identity.sender;
    const auto row =
        find_sent(home_, std::string(name), file.identity.sender, file.identity.environment);
    if (!row || row->kind != ledger::OutgoingKind::parcel) return parcel.get();
    const auto asking = home_.ledger().find_file(row->file);
    if (!asking || asking->job != job::answering_of(job)->to) return parcel.get();
    parcel->questions = ledger::question_file(home_.ledger(), row->file);
    if (!parcel->questions) return parcel.get();
    parcel->closed = parcel->questions->state == ledger::QuestionState::closed ||
                     file.received_at > parcel->questions->follow_until;
    return parcel.get();
}

ledger::Chunk& AnswerBook::chunk(const ledger::File& file, const Parcel& parcel,
                                 std::int64_t number) {
    const ledger::FileId questions = parcel.questions->file;
    const auto [at, is_new] = chunks_.try_emplace({questions, parcel.source, number});
    if (!is_new) return at->second;
    ledger::Ledger& book = home_.ledger();
    if (auto found = ledger::question_chunk(book, questions, parcel.source, number))
        at->second = std::move(*found);
    // What an interrupted run of this very file has committed.
    for (const auto& run : ledger::pending_runs(book, file.id, questions, number))
        for (const ledger::AnswerPlace& one : run.answers)
            ledger::set_bit(at->second.answered, one.question);
    return at->second;
}

// Answers mostly come in the order in which the questions went out.
bool AnswerBook::is_next(const ledger::File& file, Parcel& parcel, std::string_view reference) {
    constexpr std::int64_t looked_at_max = 64;
    for (std::int64_t record = parcel.cursor + 1; record <= parcel.cursor + looked_at_max;
         ++record) {
        const ledger::Chunk& bits = chunk(file, parcel, ledger::chunk_of(record));
        if (!ledger::bit(bits.expected, ledger::place_of(record))) continue;
        if (!parcel.references || !parcel.references->holds(record))
            parcel.references =
                ledger::references_at(home_.ledger(), parcel.questions->file, record);
        if (!parcel.references || parcel.references->of(record) != reference) return false;
        parcel.cursor = record;
        return true;
    }
    return false;
}

// 0: this source was not asked so.
std::int64_t AnswerBook::record_of(const ledger::File& file, Parcel& parcel,
                                   std::string_view reference) {
    if (is_next(file, parcel, reference)) return parcel.cursor;
    std::vector<std::int64_t> found;
    for (const std::int64_t record :
         ledger::records_of_reference(home_.ledger(), *parcel.questions, reference))
        if (ledger::bit(chunk(file, parcel, ledger::chunk_of(record)).expected,
                        ledger::place_of(record)))
            found.push_back(record);
    if (found.size() > 1)
        std::erase_if(found, [&](std::int64_t record) {
            const auto slice =
                ledger::references_at(home_.ledger(), parcel.questions->file, record);
            return !slice || slice->of(record) != reference;
        });
    if (found.empty()) return 0;
    return parcel.cursor = found.front();
}

// ---- taking ----

static std::size_t index_of(const job::Job& job, const std::string& field) {
    for (std::size_t i = 0; i < job.fields.size(); ++i)
        if (job.fields[i].name == field) return i;
    ENSURE(false);  // job check saw to it
    return 0;
}

std::optional<core::Finding> AnswerBook::take(const ledger::File& file, const job::Job& job,
                                              const parse::Outcome& outcome, std::size_t record) {
    const job::Answering& answering = *job::answering_of(job);
    const std::size_t parcel_field = index_of(job, answering.parcel),
                      reference_field = index_of(job, answering.reference),
                      status_field = index_of(job, answering.status);
    const auto wrong = [&](std::size_t field, core::Reason reason, std::string_view ccc) {
        return outcome.finding_at(record, field, reason, ccc, core::Severity::B);
    };
    const auto status = answering.find_status(outcome.field(record, status_field).text);
    if (!status) return wrong(status_field, core::Reason::enumeration, "008");
    Parcel* parcel = parcel_of(file, job, outcome.field(record, parcel_field).text);
    if (!parcel->questions) return wrong(parcel_field, core::Reason::keyref_unmatched, "210");
    const std::int64_t question =
        record_of(file, *parcel, outcome.field(record, reference_field).text);
    if (question == 0) return wrong(reference_field, core::Reason::keyref_unmatched, "210");
    ledger::Chunk& bits = chunk(file, *parcel, ledger::chunk_of(question));
    const std::int64_t at = ledger::place_of(question);
    if (ledger::bit(bits.answered, at))
        return wrong(reference_field, core::Reason::duplicate, "211");
    if (parcel->closed) {
        core::Finding late = wrong(reference_field, core::Reason::limit, "212");
        late.details = {"answer-until", home_.zone().to_string(parcel->questions->follow_until)};
        return late;
    }
    ledger::set_bit(bits.answered, at);
    remember(file, *parcel, question, static_cast<std::uint32_t>(*status), outcome, record);
    return std::nullopt;
}

void AnswerBook::remember(const ledger::File& file, const Parcel& parcel, std::int64_t question,
                          std::uint32_t status, const parse::Outcome& outcome, std::size_t record) {
    const parse::Record& text = outcome.records[record];
    Place& place = *place_;
    if (place.outcome != &outcome || text.begin < place.at) {
        place = Place();
        place.outcome = &outcome;
        place.delivered = outcome.entry.delivered + outcome.scale.head_bytes;
    }
    const std::uint32_t parent = outcome.origins[record].parent;
    if (place.parent != parent || place.context.empty()) {
        AnswerContext context;
        context.flat = outcome.plan->layout != nullptr;
        context.encoding = outcome.scale.encoding;
        if (!context.flat) context.namespaces = namespaces_of(outcome.parents[parent].chain_open);
        place.parent = parent;
        place.context = context.text();
    }
    ledger::AnswerPlace one;
    one.question = static_cast<std::uint32_t>(ledger::place_of(question));
    one.status = status;
    one.part = outcome.entry.part;
    one.offset = place.move_to(text.begin);
    one.length = place.move_to(text.end) - one.offset;
    one.record = text.ordinal;
    one.document = outcome.documents[text.document].ordinal;
    Taken& taken = taken_[file.id];
    const auto [at, is_new] = taken.index.try_emplace(
        {parcel.questions->file, ledger::chunk_of(question), place.context}, taken.runs.size());
    if (is_new) {
        ledger::AnswerRun run;
        run.file = parcel.questions->file;
        run.chunk = ledger::chunk_of(question);
        run.answer_file = file.id;
        run.source = parcel.source;
        run.context = place.context;
        taken.runs.push_back(std::move(run));
    }
    taken.runs[at->second].answers.push_back(one);
}

// ---- the commit ----

std::vector<ledger::AnswerRun> AnswerBook::cut(const ledger::File& file) {
    place_->outcome = nullptr;  // outcomes do not outlive their batch
    const auto found = taken_.find(file.id);
    if (found == taken_.end()) return {};
    std::vector<ledger::AnswerRun> runs = std::move(found->second.runs);
    taken_.erase(found);
    const auto [next, is_new] = next_run_.try_emplace(file.id, 0);
    if (is_new) next->second = ledger::run_count(home_.ledger(), file.id);
    for (ledger::AnswerRun& run : runs) {
        run.ordinal = next->second++;
        std::sort(run.answers.begin(), run.answers.end(),
                  [](const auto& a, const auto& b) { return a.question < b.question; });
    }
    return runs;
}

void AnswerBook::withdraw(const ledger::File& file) {
    const auto found = taken_.find(file.id);
    if (found == taken_.end()) return;
    for (const ledger::AnswerRun& run : found->second.runs) {
        const auto bits = chunks_.find({run.file, run.source, run.chunk});
        if (bits == chunks_.end()) continue;
        for (const ledger::AnswerPlace& one : run.answers)
            ledger::set_bit(bits->second.answered, one.question, false);
    }
    taken_.erase(found);
}

void AnswerBook::clear() {
    parcels_.clear();
    chunks_.clear();
    taken_.clear();
    next_run_.clear();
    place_->outcome = nullptr;
}

}  // namespace app
