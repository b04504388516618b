#include "rules/decide.hpp"

#include <algorithm>
#include <tuple>

#include "core/ensure.hpp"

namespace rules {

static constexpr std::size_t chunk = 64;  // persons looked up together

Decider::Decider(const Rules& rules)
    : rules_(rules), conditions_(rules.conditions_), persons_(rules.people_.size()) {
    for (auto& persons : persons_) persons.resize(chunk);
}

std::string Decider::Candidate::recipient(const Rules& rules) const {
    return partner == nobody ? name : rules.input().partners->list[partner].number;
}

// ---- the record's own values ----

std::optional<core::Date> Decider::date(const Records& records, std::size_t record,
                                        std::uint32_t field) const {
    if (field == nobody) return rules_.input_.received;
    return read_date(records.field(record, field));
}

void Decider::look_up(const Records& records, std::size_t begin, std::size_t count) {
    for (std::size_t i = 0; i < persons_.size(); ++i) {
        numbers_.clear();
        for (std::size_t k = 0; k < count; ++k)
            numbers_.push_back(records.field(begin + k, rules_.people_[i].field));
        rules_.people_[i].directory->find(numbers_, std::span(persons_[i]).first(count));
    }
}

MandateVerdict Decider::mandate(const Records& records, std::size_t record) {
    if (!rules_.job().mandate) return MandateVerdict::good;
    const std::string_view employer =
        rules_.employer_ == nobody ? std::string_view() : records.field(record, rules_.employer_);
    // Records of a document follow one another: mostly the answer is that of the last one.
    std::string key(employer);
    if (rules_.mandate_date_ != nobody)
        key.append("|").append(records.field(record, rules_.mandate_date_));
    if (key == mandate_key_ && !mandate_key_.empty()) return mandate_verdict_;
    mandate_key_ = std::move(key);
    const job::Partner* sender = rules_.sender_index_ == nobody
                                     ? nullptr
                                     : &rules_.input_.partners->list[rules_.sender_index_];
    mandate_verdict_ =
        check_mandate(rules_.input_.main, *rules_.job().mandate, sender, employer,
                      date(records, record, rules_.mandate_date_), rules_.input_.received);
    return mandate_verdict_;
}

// ---- who could get it ----

void Decider::add_row(const directory::Holding& row, std::uint32_t target) {
    if (names_partner(row)) {
        const std::uint32_t partner = rules_.partner_index(row.partner);
        candidates_.push_back({partner, target,
                               partner == nobody ? Cause::unknown_partner : Cause::none,
                               partner == nobody ? std::string(row.partner) : std::string()});
        return;
    }
    if (const auto* found = rules_.institutions(row.sector, row.institution_type)) {
        for (const std::uint32_t partner : *found)
            candidates_.push_back({partner, target, Cause::none, {}});
        return;
    }
    candidates_.push_back(
        {nobody, target, Cause::unknown_partner,
         std::to_string(row.sector) + ":" + std::to_string(row.institution_type)});
}

void Decider::select_holders(const Rules::Target& target, std::uint32_t index, const Person& person,
                             std::optional<core::Date> at) {
    if (!at) {
        candidates_.push_back({nobody, index, Cause::no_date, "holders"});
        return;
    }
    for (const directory::Holding& row : person.holdings)
        if (in_force(row, target.quality, *at)) add_row(row, index);
}

void Decider::select_sources(const Rules::Target& target, std::uint32_t index, const Person* person,
                             std::optional<core::Date> at) {
    const auto& list = rules_.input_.partners->list;
    for (const std::uint32_t partner : target.sources)
        if (person == nullptr || (at && integrated(*person, list[partner], target.quality, *at)))
            candidates_.push_back({partner, index, Cause::none, {}});
    if (person != nullptr) return;
    for (const std::string& name : target.unknown_sources)
        candidates_.push_back({nobody, index, Cause::unknown_partner, name});
}

void Decider::select_target(const Records& records, std::size_t record, std::size_t place,
                            std::uint32_t index) {
    using Select = job::RouteTarget::Select;
    const Rules::Target& target = rules_.targets_[index];
    const job::RouteTarget& route = rules_.job().routes[index];
    if (route.select == Select::partner) {
        const bool known = target.partner != nobody;
        candidates_.push_back({target.partner, index, known ? Cause::none : Cause::unknown_partner,
                               known ? std::string() : route.partner});
        return;
    }
    const bool holders = route.select == Select::holders;
    const bool loaded = target.directory != nullptr &&
                        (holders || !route.of.empty() ? target.people != nobody : true);
    if (!loaded) {
        candidates_.push_back(
            {nobody, index, Cause::no_directory, holders ? "holders" : "sources"});
        return;
    }
    const Person* person = target.people == nobody ? nullptr : &persons_[target.people][place];
    const auto at = date(records, record, target.date_field);
    if (holders)
        select_holders(target, index, *person, at);
    else
        select_sources(target, index, person, at);
}

void Decider::select(const Records& records, std::size_t record, std::size_t place) {
    candidates_.clear();
    conditions_.each_holding([&](std::size_t target) {
        select_target(records, record, place, static_cast<std::uint32_t>(target));
    });
    // Each recipient once, on the ground of the first target that led there.
    std::sort(candidates_.begin(), candidates_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.partner, a.name, a.target) < std::tie(b.partner, b.name, b.target);
    });
    candidates_.erase(std::unique(candidates_.begin(), candidates_.end(),
                                  [](const auto& a, const auto& b) {
                                      return a.partner == b.partner && a.name == b.name;
                                  }),
                      candidates_.end());
}

// ---- who does get it ----

// A partner that a sectoral directory led to is integrated there.
void Decider::check(Candidate& candidate, std::string_view number, std::size_t place,
                    std::optional<core::Date> at) const {
    if (candidate.cause != Cause::none || !rules_.job().authorise) return;
    const auto fail = [&](Cause cause) { candidate.cause = cause; };
    if (rules_.input_.main == nullptr) return fail(Cause::no_directory);
    if (!rules_.clearances_[candidate.partner].allowed) return fail(Cause::clearance);
    if (rules_.job().authorise->path == "B") return;
    std::uint32_t people = rules_.person_;
    const job::RouteTarget& route = rules_.job().routes[candidate.target];
    if (!route.directory.empty()) people = rules_.targets_[candidate.target].people;
    if (people == nobody) return fail(Cause::no_directory);
    if (number.empty()) return fail(Cause::no_person);
    if (!at) return fail(Cause::no_date);
    if (!integrated(persons_[people][place], rules_.input_.partners->list[candidate.partner],
                    rules_.quality_, *at))
        fail(Cause::not_integrated);
}

std::string Decider::reason(const Candidate& candidate) const {
    switch (candidate.cause) {
        case Cause::clearance:
            return rules_.clearances_[candidate.partner].reason;
        case Cause::not_integrated:
            return "A3 not integrated";
        case Cause::no_person:
            return "A3 no person";
        case Cause::no_date:
            return "no reference date";
        case Cause::unknown_partner:
            return "unknown partner";
        case Cause::no_directory:
        case Cause::no_mandates:
            return std::string(no_directory_words);
        case Cause::none:
            break;
    }
    return {};
}

// Most records of a file are decided in one of a few ways.
std::uint32_t Decider::keep() {
    key_.clear();
    for (const Candidate& one : candidates_) {
        key_.append(reinterpret_cast<const char*>(&one.partner), sizeof one.partner);
        key_.push_back(static_cast<char>(one.cause));
        key_.append(one.name);
    }
    const auto [at, fresh] =
        known_.try_emplace(key_, static_cast<std::uint32_t>(decisions_.size()));
    if (!fresh) return at->second;
    std::vector<std::pair<std::string, std::string>> given;
    Decision decision;
    for (const Candidate& one : candidates_) {
        if (one.cause != Cause::none)
            decision.withheld.emplace_back(one.recipient(rules_), reason(one));
        else
            given.emplace_back(one.recipient(rules_), rules_.job().authorise
                                                          ? rules_.clearances_[one.partner].ground
                                                          : std::string());
    }
    std::sort(given.begin(), given.end());
    std::sort(decision.withheld.begin(), decision.withheld.end());
    for (auto& [recipient, ground] : given) {
        decision.recipients.push_back(std::move(recipient));
        if (rules_.job().authorise) decision.grounds.push_back(std::move(ground));
    }
    decisions_.push_back(std::move(decision));
    return at->second;
}

namespace {

struct OfRecord : job::SlotValues {
    OfRecord(const Records& all, std::size_t index) : records(all), record(index) {}
    std::optional<std::string_view> value(std::size_t slot) const override {
        return records.value(record, slot);
    }
    const Records& records;
    std::size_t record;
};

}  // namespace

Verdict Decider::decide_one(const Records& records, std::size_t record, std::size_t place) {
    const OfRecord values(records, record);
    conditions_.next_record(values);
    Verdict verdict;
    verdict.mandate = mandate(records, record);
    select(records, record, place);
    const auto& authorise = rules_.job().authorise;
    const auto at = authorise ? date(records, record, rules_.date_) : std::nullopt;
    const std::string_view number = rules_.person_field_ == nobody
                                        ? std::string_view()
                                        : records.field(record, rules_.person_field_);
    for (Candidate& candidate : candidates_) {
        check(candidate, number, place, at);
        if (verdict.mandate == MandateVerdict::unknown && candidate.cause == Cause::none)
            candidate.cause = Cause::no_mandates;
    }
    if (rules_.sender_holds_asked_) {
        const auto& list = rules_.input_.partners->list;
        verdict.sender_holds = rules_.sender_index_ != nobody && rules_.person_ != nobody && at &&
                               integrated(persons_[rules_.person_][place],
                                          list[rules_.sender_index_], rules_.quality_, *at);
    }
    for (const auto& persons : persons_) verdict.replaced |= persons[place].replaced;
    verdict.decision = keep();
    return verdict;
}

std::vector<Verdict> Decider::decide(const Records& records) {
    std::vector<Verdict> verdicts;
    verdicts.reserve(records.size());
    for (std::size_t begin = 0; begin < records.size(); begin += chunk) {
        const std::size_t count = std::min(chunk, records.size() - begin);
        look_up(records, begin, count);
        for (std::size_t i = 0; i < count; ++i)
            verdicts.push_back(decide_one(records, begin + i, i));
    }
    return verdicts;
}

// ---- for people ----

static std::string selected_by(const job::RouteTarget& route) {
    using Select = job::RouteTarget::Select;
    std::string text = route.select == Select::partner ? "named by the job"
                       : route.select == Select::holders
                           ? "holds a file on the person" +
                                 (route.quality.empty() ? "" : " in quality " + route.quality)
                           : "is a source of " + route.data;
    if (!route.directory.empty()) text += " in the directory " + route.directory;
    if (route.when) text += ", the route's condition holds";
    return text;
}

std::vector<Told> Decider::explain(const Records& records, std::size_t record) {
    look_up(records, record, 1);
    decide_one(records, record, 0);
    std::vector<Told> list;
    for (const Candidate& one : candidates_) {
        Told told;
        told.recipient = one.recipient(rules_);
        told.delivered = one.cause == Cause::none;
        told.selected = selected_by(rules_.job().routes[one.target]);
        told.reason = reason(one);
        if (one.partner != nobody && !rules_.clearances_.empty()) {
            told.steps = rules_.clearances_[one.partner].steps;
            const bool asked = rules_.job().authorise->path != "B" &&
                               (told.delivered || one.cause == Cause::not_integrated ||
                                one.cause == Cause::no_person || one.cause == Cause::no_date);
            if (asked)
                told.steps.push_back({"A3",
                                      told.delivered,
                                      {},
                                      {},
                                      told.delivered
                                          ? "the person is integrated at the reference date"
                                          : "the person is not integrated at the reference date"});
        }
        list.push_back(std::move(told));
    }
    return list;
}

}  // namespace rules
