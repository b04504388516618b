#include "app/stand_in.hpp"

#include <algorithm>

#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "outbox/names.hpp"
#include "xml/writer.hpp"

namespace app {

namespace fs = std::filesystem;
using Manner = job::StandIn::Manner;

bool is_stand_in(const job::Job& job, std::string_view partner, core::Environment environment) {
    const job::Asking* asking = job::asking_of(job);
    return environment == core::Environment::S && asking != nullptr &&
           asking->stand_in(partner) != nullptr;
}

namespace {

// An answer file with blanks: what stands before {record}, between it and {/record}, and behind.
struct Template {
    std::string head, record, tail;
};

Template read_template(const fs::path& path) {
    const std::string text = io::read_file(path);
    static constexpr std::string_view open = "{record}", close = "{/record}";
    const std::size_t begin = text.find(open), end = text.find(close);
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        throw core::Fault(core::FaultKind::job, "read what stand-ins write from", path.string(),
                          "it has no {record} ... {/record}",
                          "put them around the part that is written for each question");
    return {text.substr(0, begin), text.substr(begin + open.size(), end - begin - open.size()),
            text.substr(end + close.size())};
}

struct Blanks {
    std::string parcel, reference, status;
    std::int64_t number = 0;
};

void fill(std::string& out, std::string_view text, const Blanks& blanks) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            out += text.substr(at);
            return;
        }
        out += text.substr(at, open - at);
        const std::string_view name = text.substr(open + 1, close - open - 1);
        if (name == "parcel")
            xml::escape_text(blanks.parcel, out);
        else if (name == "reference")
            xml::escape_text(blanks.reference, out);
        else if (name == "status")
            xml::escape_text(blanks.status, out);
        else if (name == "number")
            out += std::to_string(blanks.number);
        else
            out += text.substr(open, close - open + 1);
        at = close + 1;
    }
}

// What one stand-in says about one file of questions.
class Saying {
  public:
    Saying(Home& home, const ledger::File& file, const job::Job& answers, const job::StandIn& who,
           std::string parcel)
        : home_(home),
          file_(file),
          answers_(answers),
          who_(who),
          parcel_(std::move(parcel)),
          form_(read_template(job::answering_of(answers)->stand_in)) {}

    // `turn`: 0 the first half of a slow one, 1 its second; else everything.
    void write(const fs::path& path, int turn);

  private:
    void one(std::string& out, const std::string& reference, std::string status) {
        const auto& statuses = job::answering_of(answers_)->statuses;
        if (status.empty()) status = statuses[sum(reference) % statuses.size()].value;
        fill(out, form_.record, {parcel_, reference, std::move(status), ++number_});
    }
    static std::size_t sum(const std::string& text) {
        std::size_t value = 0;
        for (const char c : text) value = value * 31 + static_cast<unsigned char>(c);
        return value;
    }

    Home& home_;
    const ledger::File& file_;
    const job::Job& answers_;
    const job::StandIn& who_;
    std::string parcel_;
    Template form_;
    std::int64_t number_ = 0;
};

void Saying::write(const fs::path& path, int turn) {
    io::remove_file(path);
    io::OutputFile out = io::OutputFile::create(path, 0644);
    std::string text;
    fill(text, form_.head, {parcel_, "", "", 0});
    const ledger::Ledger& book = home_.ledger();
    const std::int64_t chunks = ledger::chunk_count(book, file_.id);
    std::optional<ledger::ReferenceSlice> references;
    std::int64_t count = 0;
    for (std::int64_t number = 0; number < chunks; ++number) {
        const auto bits = ledger::question_chunk(book, file_.id, who_.source, number);
        if (!bits) continue;
        for (std::int64_t at = 0; at < ledger::questions_per_chunk; ++at) {
            if (!ledger::bit(bits->expected, at)) continue;
            const std::int64_t record = number * ledger::questions_per_chunk + at + 1;
            if (!references || !references->holds(record))
                references = ledger::references_at(book, file_.id, record);
            if (!references) continue;
            const std::string& reference = references->of(record);
            const std::int64_t mine = count++;
            if (who_.manner == Manner::slow && mine % 2 != turn % 2) continue;
            if (who_.manner != Manner::wrong) {
                one(text, reference, "");
            } else {
                // Every third is right; one is given twice, one answers nothing, in turn.
                if (mine % 3 == 1) one(text, reference + "-unasked", "");
                one(text, reference, mine % 3 == 2 ? "?" : "");
                if (mine % 3 == 0) one(text, reference, "");
            }
        }
        out.append(text);
        text.clear();
    }
    fill(text, form_.tail, {parcel_, "", "", 0});
    out.append(text);
    out.sync();
}

// As a partner does who has fetched its parcel.
void take_parcel(Home& home, const ledger::Outgoing& parcel) {
    const fs::path folder = home.partner_folder(parcel.recipient) / parcel.folder;
    auto names = outbox::set_names(parcel.name, true);
    std::reverse(names.begin(), names.end());  // GO first
    for (const std::string& name : names) io::remove_file(folder / name);
}

// Numbers that no partner uses, the same for the same parcel and turn.
std::string sequence_of(const ledger::Outgoing& parcel, int turn) {
    constexpr std::uint64_t z = 35ULL * 36 * 36 * 36 * 36, range = 36ULL * 36 * 36 * 36;
    return outbox::sequence5(
        z + (static_cast<std::uint64_t>(parcel.id) * 2 + static_cast<std::uint64_t>(turn)) % range);
}

// Which of its turns it is for the stand-in to speak; none: -1.
int turn_of(const Home& home, Manner manner, const ledger::QuestionFile& questions,
            std::int64_t done) {
    constexpr std::int64_t day = 24 * 3600 * 1'000'000LL;
    const core::Instant now = home.now();
    if (manner == Manner::slow && done == 1)
        return now.microseconds >= questions.due_at.microseconds + day ? 1 : -1;
    if (done > 0) return -1;
    if (manner != Manner::late) return 0;
    return now >= questions.follow_until ? 0 : -1;
}

void speak(Home& home, const ledger::File& file, const job::Job& answers, const job::StandIn& who,
           const ledger::Outgoing& parcel, ledger::QuestionSource source, int turn) {
    const std::string day = compact_day(home, home.now());
    const std::string name =
        answers.subject + "." + who.source + "." + day + "." + sequence_of(parcel, turn) + ".S.1";
    const fs::path landing = home.partner_folder(who.source) / "INTEST-S";
    const fs::path draft = home.work() / ("stand-in." + name);
    Saying(home, file, answers, who, parcel.name).write(draft, turn);
    io::crash_point("stand-in-written");
    if (!io::facts(landing / ("FI." + name + ".1")))
        fs::rename(draft, landing / ("FI." + name + ".1"));
    else
        io::remove_file(draft);
    if (!io::facts(landing / ("GO." + name)))
        io::OutputFile::create(landing / ("GO." + name), 0644).sync();
    take_parcel(home, parcel);
    ++source.stood_in;
    auto step = home.ledger().begin();
    ledger::update_question_source(home.ledger(), file.id, source);
    step->append(ledger::EntryKind::question, file.id, home.now(),
                 JsonObject()
                     .text("step", "stand-in")
                     .text("source", who.source)
                     .text("name", "FI." + name + ".1")
                     .str());
    step->commit();
}

}  // namespace

void stand_in(Home& home, const ledger::File& file, const job::Job& job,
              const ledger::QuestionFile& questions) {
    const job::Asking& asking = *job::asking_of(job);
    if (file.identity.environment != core::Environment::S || asking.stand_ins.empty()) return;
    const auto answers = home.find_job(asking.answers);
    if (!answers || job::answering_of(*answers) == nullptr) return;
    for (const auto& source : ledger::question_sources(home.ledger(), file.id)) {
        const job::StandIn* who = asking.stand_in(source.source);
        if (who == nullptr) continue;
        const int turn = turn_of(home, who->manner, questions, source.stood_in);
        if (turn < 0) continue;
        for (const ledger::Outgoing& row : home.ledger().outgoing(file.id))
            if (row.kind == ledger::OutgoingKind::parcel && row.recipient == source.source &&
                row.state != ledger::OutgoingState::withheld)
                speak(home, file, *answers, *who, row, source, turn);
    }
}

}  // namespace app
