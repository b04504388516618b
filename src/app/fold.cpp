#include "app/fold.hpp"

#include <algorithm>

#include "core/code_table.hpp"
#include "core/ensure.hpp"

namespace app {

Fold::Fold(std::shared_ptr<const parse::Plan> plan, FoldSettings settings)
    : plan_(std::move(plan)), settings_(std::move(settings)), one_root_(settings_.parts) {
    const job::Job& job = *plan_->job;
    file_sums_.resize(job.totals.size(), parse::Decimal());
    for (std::size_t i = 0; i < job.uniques.size(); ++i)
        uniques_.emplace_back(settings_.folder, "unique-" + std::to_string(i),
                              settings_.unique_keys_max);
    if (settings_.enclosures) named_.resize(settings_.enclosures->size());
    settings_.drafts.sums = static_cast<std::uint32_t>(2 * job.recounts.size());
    if (settings_.deliver)
        drafts_ = std::make_unique<outbox::DraftSet>(settings_.folder, settings_.recipients,
                                                     settings_.drafts);
}

std::uint64_t memory_of(const Folded& folded) {
    constexpr std::uint64_t text = 64;  // of a string, about
    return folded.slice.facts.size() + folded.findings.size() * (sizeof(core::Finding) + 2 * text) +
           folded.refused_documents.size() * text + folded.document_ids.size() * text +
           folded.references.size() * text;
}

void merge(Folded& into, Folded from) {
    std::move(from.findings.begin(), from.findings.end(), std::back_inserter(into.findings));
    std::move(from.refused_documents.begin(), from.refused_documents.end(),
              std::back_inserter(into.refused_documents));
    for (const auto& [key, count] : from.tallies) into.tallies[key] += count;
}

// ---- findings ----

void Fold::keep(Folded& folded, core::Finding finding) {
    ++folded.tallies[{finding.code, std::string(core::to_string(finding.severity))}];
    ++findings_total_;
    if (static_cast<std::uint64_t>(findings_kept_) >= plan_->job->limits.findings_per_file_max)
        return;
    ++findings_kept_;
    folded.findings.push_back(std::move(finding));
}

// Findings of documents and of the file, told between those of records in the order of their
// places: which of them are kept, and in which order, must not depend on where a slice ends.
class Fold::Beside {
  public:
    Beside(Fold& fold, Folded& folded, const parse::Outcome& outcome)
        : fold_(fold), folded_(folded), outcome_(outcome) {}

    // What stands before an offset of the slice.
    void tell(const parse::DocumentPart& part, std::uint64_t until) {
        if (own_ < part.findings.size() || of_file_ < outcome_.file_findings.size())
            tell_before(part.findings, outcome_.place(until).offset);
    }
    void tell_rest(const parse::DocumentPart& part) {
        tell(part, part.end);
        for (; own_ < part.findings.size(); ++own_)
            fold_.take_document_finding(folded_, part.findings[own_]);
        own_ = 0;
    }
    void tell_rest() { tell_before({}, ~std::uint64_t{0}); }

  private:
    void tell_before(const std::vector<core::Finding>& own, std::uint64_t until) {
        const auto place = [](const auto& list, std::size_t at) {
            return at < list.size() ? list[at].place.offset : ~std::uint64_t{0};
        };
        const auto& of_file = outcome_.file_findings;
        for (;;) {
            const bool is_own = own_ < own.size() && place(own, own_) <= place(of_file, of_file_);
            if (is_own ? place(own, own_) >= until
                       : of_file_ == of_file.size() || place(of_file, of_file_) >= until)
                return;
            if (is_own)
                fold_.take_document_finding(folded_, own[own_++]);
            else
                fold_.take_file_finding(folded_, outcome_, of_file[of_file_++]);
        }
    }

    Fold& fold_;
    Folded& folded_;
    const parse::Outcome& outcome_;
    std::size_t own_ = 0, of_file_ = 0;  // of the findings of the document and of the file
};

void Fold::take_document_finding(Folded& folded, const core::Finding& finding) {
    if (finding.severity == core::Severity::B && open_->cause.empty()) open_->cause = finding.code;
    keep(folded, finding);
}

void Fold::take_file_finding(Folded& folded, const parse::Outcome& outcome,
                             const core::Finding& finding) {
    if (refused_code_.empty() && finding.severity == core::Severity::B)
        refused_code_ = outcome.malformed && finding.code.rfind("ACRF-", 0) == 0 ? finding.code
                                                                                 : core::acrf(312);
    keep(folded, finding);
}

// ---- records ----

bool Fold::check_uniques(Folded& folded, const parse::Outcome& outcome, std::size_t index,
                         bool& percent) {
    const job::Job& job = *plan_->job;
    bool good = true;
    for (std::size_t i = 0; i < job.uniques.size(); ++i) {
        const job::Unique& rule = job.uniques[i];
        const auto field = std::find_if(job.fields.begin(), job.fields.end(),
                                        [&](const job::Field& f) { return f.name == rule.field; });
        ENSURE(field != job.fields.end());
        const auto query = static_cast<std::size_t>(field - job.fields.begin());
        const parse::Value value = outcome.field(index, query);
        if (!value.present || value.text.empty() || uniques_[i].insert(key_of(value.text)))
            continue;
        keep(folded,
             outcome.finding_at(index, query, core::Reason::duplicate, "006", rule.severity));
        good = good && rule.severity != core::Severity::B;
        percent = percent || rule.severity == core::Severity::P;
    }
    return good;
}

// False: one of them rejects the record.
bool Fold::take_directory_findings(Folded& folded, const Routed& routed, std::size_t index) {
    bool good = true;
    auto at = std::lower_bound(
        routed.findings.begin(), routed.findings.end(), index,
        [](const auto& finding, std::size_t record) { return finding.first < record; });
    for (; at != routed.findings.end() && at->first == index; ++at) {
        good = good && at->second.severity != core::Severity::B;
        keep(folded, at->second);
    }
    return good;
}

// A document without a mandate is refused alone, and told so once, over how many slices ever.
void Fold::take_mandate(Folded& folded, const Routed& routed, std::size_t document) {
    for (const auto& [index, finding] : routed.mandates) {
        if (index != document || open_->mandate_told) continue;
        open_->mandate_told = true;
        if (open_->cause.empty()) open_->cause = finding.code;
        keep(folded, finding);
    }
}

void Fold::take_record(Folded& folded, const parse::Outcome& outcome, std::size_t index,
                       const Routed* routed, ledger::RecordFact& fact) {
    const parse::Record& record = outcome.records[index];
    for (std::uint32_t i = 0; i < record.findings; ++i)
        keep(folded, outcome.findings[record.first_finding + i]);
    bool percent = record.percent;
    fact.accepted = record.accepted;
    if (!record.too_large && !check_uniques(folded, outcome, index, percent)) fact.accepted = false;
    if (routed != nullptr && !take_directory_findings(folded, *routed, index))
        fact.accepted = false;
    if (fact.accepted && settings_.answer)
        if (auto finding = settings_.answer(outcome, index)) {
            fact.accepted = false;
            keep(folded, std::move(*finding));
        }
    if (settings_.reference)
        folded.references.emplace_back(outcome.field(index, *settings_.reference).text);
    fact.person = routed == nullptr ? 0 : routed->persons[index];
    fact.offset = record.begin;
    fact.document = record.document;
    fact.route = routed == nullptr ? 0 : routed->of_record[index];
    ++open_->records;
    open_->percent += percent ? 1 : 0;
    if (!fact.accepted) return;
    ++open_->accepted;
    if (routed != nullptr)
        for (const auto& withheld : routed->routes[fact.route].withheld)
            ++open_->withheld[withheld];
}

// ---- documents beside the records ----

void Fold::take_enclosures(const parse::Outcome& outcome, ledger::SliceFacts& facts) {
    for (const parse::Enclosed& one : outcome.enclosed) {
        named_.at(one.index) = true;
        if (one.good) facts.enclosed.emplace_back(one.record, one.index);
    }
}

// One finding for all of them: they reject nothing, and go nowhere.
void Fold::tell_unnamed(Folded& folded) {
    const auto first = std::find(named_.begin(), named_.end(), false);
    if (first == named_.end() || refused()) return;
    const auto index = static_cast<std::uint32_t>(first - named_.begin());
    core::Finding finding;
    finding.code = "00000-090";
    finding.severity = core::Severity::W;
    finding.reason = core::Reason::enclosure_unnamed;
    finding.details = {std::to_string(std::count(first, named_.end(), false))};
    finding.part = settings_.enclosures->part(index);
    finding.value = parse::shortened(settings_.enclosures->entry(index).name);
    keep(folded, std::move(finding));
}

// ---- documents ----

void Fold::check_totals(Folded& folded, const std::vector<parse::Declared>& declared,
                        const TotalSums& sums) {
    for (const parse::Declared& one : declared) {
        const auto& calculated = sums.at(one.total);
        if (!one.number || !calculated || *one.number == *calculated) continue;
        core::Finding finding = one.place;
        finding.reason = core::Reason::total_differs;
        finding.details = {one.number->text(), calculated->text()};
        if (finding.severity == core::Severity::B && open_ && open_->cause.empty())
            open_->cause = finding.code;
        if (finding.severity == core::Severity::B && !open_ && refused_code_.empty())
            refused_code_ = core::acrf(312);
        keep(folded, std::move(finding));
    }
}

static void add(TotalSums& sums, const TotalSums& more) {
    for (std::size_t i = 0; i < more.size(); ++i)
        if (!more[i])
            sums[i].reset();
        else if (sums[i])
            *sums[i] += *more[i];
}

static double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void Fold::end_document(Folded& folded, const parse::Outcome& outcome,
                        const parse::DocumentPart& part) {
    const job::Job& job = *plan_->job;
    OpenDocument& document = *open_;
    check_totals(folded, document.declared, document.sums);
    if (document.cause.empty() && job.percent_errors &&
        share(document.percent, document.records) > *job.percent_errors)
        document.cause = "00000-090";
    if (document.cause.empty() && job.accept_unit == job::Unit::document &&
        document.accepted < document.records)
        document.cause = "ACRF-312";
    if (document.cause.empty() && job.document_unique_in_sender && !document.id.empty() &&
        settings_.document_taken &&
        settings_.document_taken(document.id, document.records == 0 || document.accepted > 0)) {
        core::Finding finding;
        finding.code = "00222-006";
        finding.reason = core::Reason::duplicate;
        finding.part = outcome.entry.part;
        finding.place = outcome.place(part.begin);
        finding.document = part.ordinal;
        finding.document_id = document.id;
        finding.value = document.id;
        finding.element = job.document_id && !job.document_id->steps.empty()
                              ? job.document_id->steps.back().name.local
                              : "";
        document.cause = finding.code;
        keep(folded, std::move(finding));
    }
    if (const auto before =
            settings_.refused_before.find(static_cast<std::int64_t>(document.ordinal));
        before != settings_.refused_before.end() && document.cause.empty())
        document.cause = before->second;
    ++documents_.total;
    records_.total += document.records;
    const bool rejected =
        !document.cause.empty() || (document.records > 0 && document.accepted == 0);
    if (!document.cause.empty()) {
        records_.rejected += document.records;
        folded.refused_documents.emplace_back(static_cast<std::int64_t>(document.ordinal),
                                              document.cause);
    } else {
        records_.accepted += document.accepted;
        records_.rejected += document.records - document.accepted;
        for (const auto& [withheld, count] : document.withheld) withheld_[withheld] += count;
        if (!rejected && !document.id.empty())
            folded.document_ids.emplace_back(document.id,
                                             static_cast<std::int64_t>(document.ordinal));
    }
    ++(rejected ? documents_.rejected : documents_.accepted);
    open_.reset();
    for (std::size_t i = 0; i < job.uniques.size(); ++i)
        if (job.uniques[i].within == job::Scope::document) uniques_[i].clear();
}

Folded Fold::take(const parse::Outcome& outcome, const Routed* routed) {
    Folded folded;
    ledger::SliceFacts facts;
    if (routed != nullptr) {
        facts.routes = routed->routes;
        facts.bytes = routed->bytes;
    }
    facts.records.resize(outcome.records.size());
    std::vector<char> rejected(outcome.documents.size(), 0);
    Beside beside(*this, folded, outcome);
    for (std::size_t d = 0; d < outcome.documents.size(); ++d) {
        const parse::DocumentPart& part = outcome.documents[d];
        if (!open_) {
            open_.emplace(OpenDocument{});
            open_->ordinal = part.ordinal;
            open_->sums.resize(plan_->job->totals.size(), parse::Decimal());
        }
        if (!part.id.empty()) open_->id = part.id;
        const std::int64_t accepted_before = open_->accepted;
        for (std::uint32_t i = 0; i < part.records; ++i) {
            const std::size_t index = part.first_record + i;
            beside.tell(part, outcome.records[index].begin);
            if (i == 0 && routed != nullptr) take_mandate(folded, *routed, d);
            take_record(folded, outcome, index, routed, facts.records[index]);
        }
        beside.tell_rest(part);
        if (part.ends && routed != nullptr) take_mandate(folded, *routed, d);
        add(open_->sums, part.sums);
        add(file_sums_, part.sums);
        open_->declared.insert(open_->declared.end(), part.declared.begin(), part.declared.end());
        facts.documents.push_back({part.ordinal, part.begins, part.ends, open_->id, part.records,
                                   static_cast<std::uint64_t>(open_->accepted - accepted_before)});
        if (!part.ends) continue;
        const std::size_t refused = folded.refused_documents.size();
        end_document(folded, outcome, part);
        rejected[d] = folded.refused_documents.size() > refused ? 1 : 0;
    }
    beside.tell_rest();
    if (outcome.malformed && !outcome.file_findings.empty())
        refused_code_ = outcome.file_findings.back().code;
    file_declared_.insert(file_declared_.end(), outcome.declared.begin(), outcome.declared.end());
    take_enclosures(outcome, facts);
    if (drafts_ && !refused()) take_pieces(outcome, facts, rejected, routed);
    folded.slice.ordinal = slices_++;
    folded.slice.part = static_cast<int>(outcome.entry.part);
    folded.slice.begin = static_cast<std::int64_t>(outcome.entry.delivered);
    folded.slice.end = static_cast<std::int64_t>(outcome.exit.delivered);
    folded.slice.first_record = static_cast<std::int64_t>(outcome.entry.records) + 1;
    folded.slice.records = static_cast<std::int64_t>(outcome.records.size());
    folded.slice.first_document =
        outcome.documents.empty() ? 0
                                  : static_cast<std::int64_t>(outcome.documents.front().ordinal);
    folded.slice.documents = static_cast<std::int64_t>(outcome.documents.size());
    folded.slice.facts = facts.pack();
    return folded;
}

Folded Fold::finish() {
    Folded folded;
    if (!refused()) check_totals(folded, file_declared_, file_sums_);
    tell_unnamed(folded);
    if (plan_->job->accept_unit == job::Unit::file && records_.rejected > 0 && !refused()) {
        file_cause_ = core::acrf(312);
        records_.rejected = records_.total;
        records_.accepted = 0;
        documents_.rejected = documents_.total;
        documents_.accepted = 0;
        withheld_.clear();
        folded.refused_documents.emplace_back(0, file_cause_);
    }
    if (refused()) {
        documents_ = {};
        records_ = {};
        withheld_.clear();
    }
    return folded;
}

void Fold::reject_drafts() {
    drafts_->reject_file();
}

}  // namespace app
