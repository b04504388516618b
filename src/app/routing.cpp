#include "app/routing.hpp"

#include <algorithm>
#include <map>

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
    : plan_(std::move(plan)),
      renditions_(*plan_->job, partners),
      pin_(std::move(pin)),
      key_(std::move(key)) {
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
    if (outcome.records[record].too_large) return;  // who it is about may stand too far behind
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

// ---- what was decided before, and again ----

static ledger::Route route_of(const rules::Decision& decision) {
    return {decision.recipients, decision.grounds, decision.withheld};
}

std::vector<std::uint32_t> Ruling::decide(const OutcomeRecords& records,
                                          std::vector<ledger::Route>& routes) const {
    rules::Decider decider(*rules_);
    std::vector<std::uint32_t> of_record;
    for (const rules::Verdict& verdict : decider.decide(records))
        of_record.push_back(verdict.decision);
    for (const rules::Decision& decision : decider.decisions())
        routes.push_back(route_of(decision));
    return of_record;
}

namespace {

// To whom a record may still go: partners from whom it was withheld; anybody new where it was
// withheld from holders or sources that nobody could name, or where there was nobody at all.
class Open {
  public:
    explicit Open(const ledger::Route& first) : given_(first.recipients) {
        anybody_ = first.recipients.empty() && first.withheld.empty();
        for (const auto& [who, reason] : first.withheld) {
            withheld_.push_back(who);
            anybody_ = anybody_ || who == "holders" || who == "sources";
        }
    }
    bool has(const std::string& partner) const {
        if (std::find(given_.begin(), given_.end(), partner) != given_.end()) return false;
        return anybody_ ||
               std::find(withheld_.begin(), withheld_.end(), partner) != withheld_.end();
    }
    void give(const std::string& partner) {
        if (has(partner)) given_.push_back(partner);
    }
    const std::vector<std::string>& withheld() const { return withheld_; }

  private:
    std::vector<std::string> given_, withheld_;
    bool anybody_ = false;
};

ledger::Route still_open(const Open& open, const ledger::Route& now) {
    ledger::Route route;
    for (std::size_t i = 0; i < now.recipients.size(); ++i) {
        if (!open.has(now.recipients[i])) continue;
        route.recipients.push_back(now.recipients[i]);
        if (i < now.grounds.size()) route.grounds.push_back(now.grounds[i]);
    }
    for (const auto& one : now.withheld)
        if (one.first == "holders" || one.first == "sources" || open.has(one.first))
            route.withheld.push_back(one);
    // What led to a partner may be gone meanwhile.
    const auto is_told = [&](const std::string& who) {
        return std::find(now.recipients.begin(), now.recipients.end(), who) !=
                   now.recipients.end() ||
               std::any_of(now.withheld.begin(), now.withheld.end(),
                           [&](const auto& one) { return one.first == who; });
    };
    for (const std::string& who : open.withheld())
        if (who != "holders" && who != "sources" && open.has(who) && !is_told(who))
            route.withheld.emplace_back(who, "no longer selected");
    std::sort(route.withheld.begin(), route.withheld.end());
    return route;
}

}  // namespace

void Ruling::supplement(const OutcomeRecords& records, Routed& routed) const {
    struct Before {
        std::vector<ledger::Route> routes;
        std::vector<std::uint32_t> of_record;
    };
    std::vector<Before> before(earlier_.size());
    for (std::size_t k = 0; k < earlier_.size(); ++k)
        before[k].of_record = earlier_[k].ruling->decide(records, before[k].routes);
    std::vector<ledger::Route> now;
    const auto of_record = decide(records, now);
    std::map<ledger::Route, std::uint32_t> known;
    routed.routes.clear();
    for (std::size_t i = 0; i < of_record.size(); ++i) {
        Open open(before.front().routes[before.front().of_record[i]]);
        for (std::size_t k = 1; k < before.size(); ++k)
            for (const std::string& one : before[k].routes[before[k].of_record[i]].recipients)
                open.give(one);
        ledger::Route route = still_open(open, now[of_record[i]]);
        const auto [at, fresh] =
            known.try_emplace(route, static_cast<std::uint32_t>(routed.routes.size()));
        if (fresh) routed.routes.push_back(std::move(route));
        routed.of_record[i] = at->second;
    }
}

std::unique_ptr<Routed> Ruling::route(const parse::Outcome& outcome) const {
    auto routed = std::make_unique<Routed>();
    const Ruling& first = earlier_.empty() ? *this : *earlier_.front().ruling;
    rules::Decider decider(*first.rules_);
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
    for (const rules::Decision& decision : decider.decisions())
        routed->routes.push_back(route_of(decision));
    if (!earlier_.empty()) supplement(records, *routed);
    if (!renditions_.empty()) withhold_unfit(outcome, *routed);
    for (const ledger::Route& route : routed->routes) {
        if (plan_->job->groups.empty()) continue;
        routed->hidden.emplace_back();
        for (const std::string& recipient : route.recipients)
            routed->hidden.back().push_back(rules_->hidden_groups(recipient));
    }
    enrich(records, *routed);
    return routed;
}

void Ruling::withhold_unfit(const parse::Outcome& outcome, Routed& routed) const {
    RecordFitting fitting(outcome);
    // A route and what is taken out of it: another route.
    using Unfit = std::vector<std::pair<std::string, std::string>>;
    std::map<std::pair<std::uint32_t, Unfit>, std::uint32_t> others;
    for (std::size_t i = 0; i < routed.of_record.size(); ++i) {
        if (!outcome.records[i].accepted) continue;
        const std::uint32_t route = routed.of_record[i];
        Unfit unfit;
        for (const std::string& recipient : routed.routes[route].recipients) {
            const job::Rendition* rendition = renditions_.flat_for(recipient);
            if (rendition == nullptr) continue;
            const std::string& why = fitting.why_not(*rendition, i);
            if (!why.empty())
                unfit.emplace_back(recipient, "not writable as " + rendition->name + ": " + why);
        }
        if (unfit.empty()) continue;
        const auto [other, added] = others.emplace(
            std::pair(route, unfit), static_cast<std::uint32_t>(routed.routes.size()));
        routed.of_record[i] = other->second;
        if (!added) continue;
        ledger::Route less = routed.routes[route];
        for (const auto& [recipient, why] : unfit) {
            const auto at = std::find(less.recipients.begin(), less.recipients.end(), recipient) -
                            less.recipients.begin();
            less.recipients.erase(less.recipients.begin() + at);
            if (at < static_cast<std::ptrdiff_t>(less.grounds.size()))
                less.grounds.erase(less.grounds.begin() + at);
            less.withheld.emplace_back(recipient, why);
        }
        std::sort(less.withheld.begin(), less.withheld.end());
        routed.routes.push_back(std::move(less));
    }
}

// Of a supplement only those of whom it decided.
static void narrow(std::vector<rules::Told>& told, const ledger::Route& route) {
    std::erase_if(told, [&](const rules::Told& one) {
        const auto& given = route.recipients;
        const bool is_given =
            one.delivered && std::find(given.begin(), given.end(), one.recipient) != given.end();
        const bool is_withheld =
            !one.delivered &&
            std::find(route.withheld.begin(), route.withheld.end(),
                      std::pair(one.recipient, one.reason)) != route.withheld.end();
        return !is_given && !is_withheld;
    });
    for (const auto& [who, reason] : route.withheld)
        if (std::none_of(told.begin(), told.end(),
                         [&, name = who](const auto& one) { return one.recipient == name; }))
            told.push_back({who, false, {}, reason, {}});
}

std::vector<rules::Told> Ruling::explain(const parse::Outcome& outcome, std::size_t record) const {
    rules::Decider decider(*rules_);
    auto told = decider.explain(OutcomeRecords(outcome, slots_), record);
    if (!earlier_.empty()) {
        const auto routed = route(outcome);
        narrow(told, routed->routes[routed->of_record[record]]);
    }
    if (!enricher_) return told;
    for (rules::Told& one : told) {
        if (!one.delivered) continue;
        auto steps = enricher_->explain(one.recipient);
        std::move(steps.begin(), steps.end(), std::back_inserter(one.steps));
    }
    return told;
}

}  // namespace app
