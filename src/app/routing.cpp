#include "app/routing.hpp"

#include <algorithm>

#include "core/code_table.hpp"
#include "core/ensure.hpp"

namespace app {

using rules::MandateVerdict;

class Ruling::OutcomeRecords : public rules::Records {
  public:
    OutcomeRecords(const parse::Outcome& outcome, const std::vector<std::uint32_t>& slots)
        : outcome_(outcome), slots_(slots) {}
    std::size_t size() const override { return outcome_.records.size(); }
    std::string_view field(std::size_t record, std::size_t field) const override {
        return outcome_.field(record, field).text;
    }
    std::optional<std::string_view> value(std::size_t record, std::size_t slot) const override {
        const parse::Value value = outcome_.value(record, slots_[slot]);
        if (!value.present) return std::nullopt;
        return value.text;
    }

  private:
    const parse::Outcome& outcome_;
    const std::vector<std::uint32_t>& slots_;
};

static std::uint32_t field_of(const job::Job& job, const std::string& name) {
    for (std::size_t i = 0; i < job.fields.size(); ++i)
        if (job.fields[i].name == name) return static_cast<std::uint32_t>(i);
    return parse::none;
}

// Whom a record is about: the person of <authorise>, else of a route, else the first INSZ.
static std::uint32_t person_field(const job::Job& job) {
    std::uint32_t found = job.authorise ? field_of(job, job.authorise->person) : parse::none;
    for (const job::RouteTarget& route : job.routes)
        if (found == parse::none) found = field_of(job, route.of);
    for (std::size_t i = 0; i < job.fields.size() && found == parse::none; ++i)
        if (job.fields[i].type == core::IdentifierKind::insz) found = static_cast<std::uint32_t>(i);
    return found;
}

Ruling::Ruling(std::shared_ptr<const parse::Plan> plan, const job::Partners& partners,
               std::string sender, core::Date received, DirectoryPin pin,
               std::optional<traces::PersonKey> key)
    : plan_(std::move(plan)), pin_(std::move(pin)), key_(std::move(key)) {
    const job::Job& job = *plan_->job;
    rules::RulesInput input;
    input.job = &job;
    input.partners = &partners;
    input.sender = std::move(sender);
    input.received = received;
    input.main = pin_.main.get();
    for (const auto& [name, view] : pin_.sectoral) input.sectoral[name] = view.get();
    rules_ = std::make_unique<rules::Rules>(std::move(input));
    for (const job::Path* path : rules_->conditions().paths()) {
        slots_.push_back(plan_->query_of(*path));
        ENSURE(slots_.back() != parse::none);
    }
    if (!job.enrichments.empty() && plan_->schema)
        enricher_ = std::make_unique<rules::Enricher>(*rules_, *plan_->schema);
    person_ = person_field(job);
    if (job.mandate) employer_ = field_of(job, job.mandate->employer);
}

std::uint64_t Ruling::pseudonym(const parse::Outcome& outcome, std::size_t record) const {
    if (!key_ || person_ == parse::none) return 0;
    return traces::person_pseudonym(*key_, outcome.field(record, person_).text);
}

// The findings of the directory. A document's mandate is said once, at its first record without.
void Ruling::add_findings(const parse::Outcome& outcome, std::size_t record,
                          const rules::Verdict& verdict, Routed& routed) const {
    const auto index = static_cast<std::uint32_t>(record);
    if (!verdict.sender_holds && person_ != parse::none)
        routed.findings.emplace_back(
            index, outcome.finding_at(record, person_, core::Reason::person_not_integrated, "209",
                                      core::Severity::B));
    if (verdict.replaced && person_ != parse::none)
        routed.findings.emplace_back(
            index, outcome.finding_at(record, person_, core::Reason::person_replaced, "252",
                                      core::Severity::W));
    const bool lacking =
        verdict.mandate == MandateVerdict::none || verdict.mandate == MandateVerdict::other;
    const std::uint32_t document = outcome.records[record].document;
    if (!lacking || employer_ == parse::none ||
        (!routed.mandates.empty() && routed.mandates.back().first == document))
        return;
    const bool none = verdict.mandate == MandateVerdict::none;
    core::Finding finding = outcome.finding_at(
        record, employer_, none ? core::Reason::mandate_missing : core::Reason::mandate_other, "",
        core::Severity::B);
    finding.code = core::acrf(none ? 155 : 101);
    finding.record = 0;
    routed.mandates.emplace_back(document, std::move(finding));
}

// Grounds name the rows by which something was added as well.
void Ruling::enrich(const OutcomeRecords& records, Routed& routed) const {
    if (!enricher_ || enricher_->empty()) return;
    for (ledger::Route& route : routed.routes)
        for (std::size_t i = 0; i < route.recipients.size() && i < route.grounds.size(); ++i)
            if (const std::string more = enricher_->ground(route.recipients[i]); !more.empty())
                route.grounds[i] += (route.grounds[i].empty() ? "" : "+") + more;
    std::vector<const std::vector<std::string>*> recipients;
    for (const std::uint32_t route : routed.of_record)
        recipients.push_back(&routed.routes[route].recipients);
    routed.additions = enricher_->add(records, recipients);
    routed.enricher = enricher_.get();
}

std::unique_ptr<Routed> Ruling::route(const parse::Outcome& outcome) const {
    auto routed = std::make_unique<Routed>();
    rules::Decider decider(*rules_);
    const OutcomeRecords records(outcome, slots_);
    const auto verdicts = decider.decide(records);
    routed->of_record.reserve(verdicts.size());
    routed->persons.reserve(verdicts.size());
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        routed->of_record.push_back(verdicts[i].decision);
        routed->persons.push_back(pseudonym(outcome, i));
        const bool plain = verdicts[i].sender_holds && !verdicts[i].replaced &&
                           verdicts[i].mandate == MandateVerdict::good;
        if (!plain) add_findings(outcome, i, verdicts[i], *routed);
    }
    for (const rules::Decision& decision : decider.decisions()) {
        routed->routes.push_back({decision.recipients, decision.grounds, decision.withheld});
        if (plan_->job->groups.empty()) continue;
        routed->hidden.emplace_back();
        for (const std::string& recipient : decision.recipients)
            routed->hidden.back().push_back(rules_->hidden_groups(recipient));
    }
    enrich(records, *routed);
    return routed;
}

std::vector<rules::Told> Ruling::explain(const parse::Outcome& outcome, std::size_t record) const {
    rules::Decider decider(*rules_);
    auto told = decider.explain(OutcomeRecords(outcome, slots_), record);
    if (!enricher_) return told;
    for (rules::Told& one : told) {
        if (!one.delivered) continue;
        auto steps = enricher_->explain(one.recipient);
        std::move(steps.begin(), steps.end(), std::back_inserter(one.steps));
    }
    return told;
}

}  // namespace app
