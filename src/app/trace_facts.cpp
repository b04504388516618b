#include "app/trace_facts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "app/parallel.hpp"
#include "app/supplement.hpp"
#include "app/trace_keys.hpp"
#include "core/finding.hpp"
#include "ledger/facts.hpp"
#include "ledger/questions.hpp"
#include "xml/document.hpp"

namespace app {

using traces::Decision;

bool leaves_traces(const ledger::File& file) {
    return file.identity.environment != core::Environment::T;
}

traces::Source source_of(Home& home, const ledger::File& file, std::int64_t closing_entry) {
    traces::Source source;
    source.file = file.identity.text();
    source.attempt = file.id;
    source.message = file.job;
    source.sender = file.identity.sender;
    for (const ledger::Part& part : home.ledger().parts(file.id))
        if (source.user.empty()) source.user = part.signer;
    if (source.user.empty()) source.user = "channel " + file.identity.sender;
    source.directory_version = file.directory_version;
    source.received = file.received_at;
    source.sent = file.closed_at.value_or(file.received_at);
    source.closing_entry = closing_entry;
    source.records = static_cast<std::uint64_t>(file.records.total);
    return source;
}

static constexpr std::size_t slices_at_once = 16;  // in memory

// ---- what a file's fates need to know ----

namespace {

// The quality in which persons are known in a message: that of the access rule, else those of the
// routes.
std::string quality_in(const std::string& job) {
    std::vector<xml::Error> errors;
    const auto document = xml::Document::parse(job, {}, errors);
    if (!document) return {};
    std::string rule;
    std::set<std::string> routes;
    const auto visit = [&](const auto& self, const xml::Element& element) -> void {
        const xml::Attribute* quality = element.attribute("quality");
        if (quality != nullptr && element.local == "authorise") rule = quality->value;
        if (quality != nullptr && element.local == "to") routes.insert(quality->value);
        for (const xml::Element* child : element.children) self(self, *child);
    };
    visit(visit, document->root());
    if (!rule.empty()) return rule;
    std::string all;
    for (const std::string& one : routes) all += (all.empty() ? "" : " ") + one;
    return all;
}

// From the job as it was kept with the file, by its digest.
const std::string& quality_of(const ledger::Ledger& book, const ledger::File& file) {
    constexpr std::size_t known_max = 1'000;
    static std::map<std::string, std::string> known;  // asked by one thread, as the ledger is
    if (known.size() > known_max) known.clear();
    const auto [at, fresh] = known.try_emplace(file.job_digest);
    if (fresh) at->second = quality_in(book.configuration(file.job_digest));
    return at->second;
}

class FileTraces {
  public:
    FileTraces(Home& home, const ledger::File& file, TraceSink& sink) : sink_(sink), file_(file) {
        const ledger::Ledger& book = home.ledger();
        quality_ = quality_of(book, file);
        refused_ = book.refused_documents(file.id);
        for (const ledger::Outgoing& row : book.outgoing(file.id))
            if (row.kind == ledger::OutgoingKind::parcel &&
                row.state != ledger::OutgoingState::withheld)
                parcels_.insert(row.recipient);
    }

    void take(const ledger::Slice& slice, const ledger::SliceFacts& facts) {
        const bool anybody =
            std::any_of(facts.records.begin(), facts.records.end(),
                        [](const ledger::RecordFact& record) { return record.person != 0; });
        if (!anybody) return;
        sink_.begin_slice(slice.first_record);
        const auto access = refused_access(slice);
        std::vector<std::vector<std::uint32_t>> fates(facts.routes.size());
        std::vector<bool> known(facts.routes.size(), false);
        std::int64_t ordinal = slice.first_record - 1;
        for (const ledger::RecordFact& record : facts.records) {
            ++ordinal;
            if (record.person == 0) continue;
            if (!record.accepted) {
                if (is_supplement(file_)) continue;  // told when the file was decided first
                const auto reason = access.find(ordinal);
                if (reason != access.end())
                    sink_.add(record.person, ordinal,
                              sink_.fate({Decision::rejected, {}, reason->second, {}, quality_}));
                continue;
            }
            const bool refused = record.document < facts.documents.size() &&
                                 is_refused(facts.documents[record.document].ordinal);
            if (refused || record.route >= facts.routes.size()) continue;
            if (!known[record.route]) {
                fates[record.route] = fates_of(facts.routes[record.route]);
                known[record.route] = true;
            }
            for (const std::uint32_t fate : fates[record.route])
                sink_.add(record.person, ordinal, fate);
        }
    }

  private:
    bool is_refused(std::uint64_t document) const {
        return refused_.count(0) > 0 || refused_.count(static_cast<std::int64_t>(document)) > 0;
    }
    std::vector<std::uint32_t> fates_of(const ledger::Route& route) {
        std::vector<std::uint32_t> numbers;
        for (std::size_t i = 0; i < route.recipients.size(); ++i) {
            const std::string ground = i < route.grounds.size() ? route.grounds[i] : "";
            // In S only those recipients get parcels that asked for them.
            const bool sent = parcels_.count(route.recipients[i]) > 0;
            numbers.push_back(
                sink_.fate({sent ? Decision::delivered : Decision::withheld, route.recipients[i],
                            sent ? "" : "no parcel for it", ground, quality_}));
        }
        for (const auto& [recipient, reason] : route.withheld)
            numbers.push_back(sink_.fate({Decision::withheld, recipient, reason, {}, quality_}));
        return numbers;
    }
    // Records whose sender has no right to the person, with the code.
    static std::map<std::int64_t, std::string> refused_access(const ledger::Slice& slice) {
        std::map<std::int64_t, std::string> found;
        if (slice.findings.empty()) return found;
        for (const core::Finding& finding : ledger::unpack_findings(slice.findings))
            if (finding.reason == core::Reason::person_not_integrated)
                found.emplace(static_cast<std::int64_t>(finding.record), "sender, " + finding.code);
        return found;
    }

    TraceSink& sink_;
    const ledger::File& file_;
    std::string quality_;
    std::map<std::int64_t, std::string> refused_;
    std::set<std::string> parcels_;
};

}  // namespace

namespace {

// What sources answer goes to the asker, about the persons of his questions. Pseudonyms of another
// year do not fit into the segments of this one, so that answers to questions of last year are
// traced by the question alone.
class AnswerTraces {
  public:
    AnswerTraces(Home& home, const ledger::File& file, TraceSink& sink)
        : home_(home), sink_(sink), period_(trace_period(home, file)) {
        quality_ = quality_of(home.ledger(), file);
    }
    void take(const ledger::AnswerRun& run) {
        if (asking_.id != run.file) {
            const auto found = home_.ledger().find_file(run.file);
            if (!found) return;
            asking_ = *found;
        }
        if (trace_period(home_, asking_) != period_) return;
        sink_.begin_slice(1);
        const std::uint32_t fate =
            sink_.fate({Decision::delivered, asking_.identity.sender, {}, {}, quality_});
        for (const ledger::AnswerPlace& one : run.answers) {
            const std::int64_t question =
                run.chunk * ledger::questions_per_chunk + one.question + 1;
            if (const std::uint64_t person = person_of(run.file, question))
                sink_.add(person, static_cast<std::int64_t>(one.record), fate);
        }
    }

  private:
    std::uint64_t person_of(ledger::FileId file, std::int64_t record) {
        const bool held = slice_ && of_ == file && record >= slice_->first_record &&
                          record < slice_->first_record + slice_->records;
        if (!held) {
            slice_ = home_.ledger().slice_of_record(file, record);
            of_ = file;
            facts_ = slice_ ? ledger::SliceFacts::unpack(slice_->facts) : ledger::SliceFacts();
        }
        if (!slice_) return 0;
        return facts_.records.at(static_cast<std::size_t>(record - slice_->first_record)).person;
    }

    Home& home_;
    TraceSink& sink_;
    int period_;
    std::string quality_;
    ledger::File asking_;
    ledger::FileId of_ = 0;
    std::optional<ledger::Slice> slice_;
    ledger::SliceFacts facts_;
};

}  // namespace

void each_trace(Home& home, const ledger::File& file, TraceSink& sink) {
    // First, as they begin the source at its first record, wherever that is.
    AnswerTraces answers(home, file, sink);
    ledger::each_taken_run(home.ledger(), file.id,
                           [&](const ledger::AnswerRun& run) { answers.take(run); });
    FileTraces traces(home, file, sink);
    std::vector<ledger::Slice> slices;
    const auto take = [&] {
        std::vector<ledger::SliceFacts> facts(slices.size());
        parallel_for(home.threads(), slices.size(), [&](std::size_t i) {
            facts[i] = ledger::SliceFacts::unpack(slices[i].facts);
        });
        for (std::size_t i = 0; i < slices.size(); ++i) traces.take(slices[i], facts[i]);
        slices.clear();
    };
    home.ledger().each_slice(file.id, [&](const ledger::Slice& slice) {
        slices.push_back(slice);
        if (slices.size() == slices_at_once) take();
        return true;
    });
    take();
}

}  // namespace app
