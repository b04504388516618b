// What can be decided before the first record.
#include <algorithm>
#include <charconv>

#include "core/ensure.hpp"
#include "rules/decide.hpp"

namespace rules {

static std::optional<std::uint32_t> whole(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::uint32_t Rules::partner_index(std::string_view number) const {
    const auto at = by_number_.find(number);
    return at == by_number_.end() ? nobody : at->second;
}

std::uint32_t Rules::field_index(const std::string& name) const {
    const auto& fields = job().fields;
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (fields[i].name == name) return static_cast<std::uint32_t>(i);
    return nobody;
}

std::uint32_t Rules::people_index(const std::string& field, const DirectoryView* directory) {
    const std::uint32_t index = field_index(field);
    if (index == nobody || directory == nullptr || !directory->has_persons()) return nobody;
    const People wanted{index, directory};
    const auto at = std::find(people_.begin(), people_.end(), wanted);
    if (at != people_.end()) return static_cast<std::uint32_t>(at - people_.begin());
    people_.push_back(wanted);
    return static_cast<std::uint32_t>(people_.size() - 1);
}

const DirectoryView* Rules::directory_of(const std::string& name) const {
    if (name.empty()) return input_.main;
    const auto at = input_.sectoral.find(name);
    return at == input_.sectoral.end() ? nullptr : at->second;
}

const std::vector<std::uint32_t>* Rules::institutions(std::uint32_t sector,
                                                      std::uint32_t type) const {
    const auto at = by_institution_.find({sector, type});
    return at == by_institution_.end() ? nullptr : &at->second;
}

void Rules::add_sources(const job::RouteTarget& route, Target& target) const {
    for (const directory::Availability& row : target.directory->availability(route.data)) {
        const QualityAsked of_row(row.quality == "*" ? "" : row.quality);
        if (!route.quality.empty() && !of_row.any && row.quality != route.quality &&
            (of_row.number < 0 || of_row.number != target.quality.number))
            continue;
        const std::size_t colon = row.partner.find(':');
        if (colon == std::string::npos) {
            if (const std::uint32_t partner = partner_index(row.partner); partner != nobody)
                target.sources.push_back(partner);
            else
                target.unknown_sources.push_back(row.partner);
            continue;
        }
        const auto sector = whole(std::string_view(row.partner).substr(0, colon));
        const auto type = whole(std::string_view(row.partner).substr(colon + 1));
        const auto* found = sector && type ? institutions(*sector, *type) : nullptr;
        if (found == nullptr)
            target.unknown_sources.push_back(row.partner);
        else
            target.sources.insert(target.sources.end(), found->begin(), found->end());
    }
}

void Rules::add_target(const job::RouteTarget& route,
                       std::vector<const job::Condition*>& conditions) {
    using Select = job::RouteTarget::Select;
    Target target;
    conditions.push_back(route.when ? &*route.when : nullptr);
    target.quality = QualityAsked(route.quality);
    if (route.select == Select::partner) {
        target.partner = partner_index(route.partner);
    } else {
        target.directory = directory_of(route.directory);
        target.date_field = field_index(route.date);
        if (!route.of.empty()) target.people = people_index(route.of, target.directory);
        if (route.select == Select::sources && target.directory != nullptr)
            add_sources(route, target);
    }
    targets_.push_back(std::move(target));
}

Rules::Rules(RulesInput input) : input_(std::move(input)) {
    const auto& list = input_.partners->list;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto index = static_cast<std::uint32_t>(i);
        by_number_.emplace(list[i].number, index);
        const auto sector = whole(list[i].sector), type = whole(list[i].institution);
        if (sector && type) by_institution_[{*sector, *type}].push_back(index);
    }
    std::vector<const job::Condition*> conditions;
    for (const job::RouteTarget& route : job().routes) add_target(route, conditions);
    conditions_ = job::ConditionSet(conditions);
    sender_index_ = partner_index(input_.sender);
    const job::Partner* sender = sender_index_ == nobody ? nullptr : &list[sender_index_];
    if (job().mandate) {
        employer_ = field_index(job().mandate->employer);
        mandate_date_ = field_index(job().mandate->date);
    }
    if (!job().authorise) return;
    const job::Authorise& rule = *job().authorise;
    date_ = field_index(rule.date);
    person_field_ = field_index(rule.person);
    quality_ = QualityAsked(rule.quality);
    if (input_.main == nullptr) return;
    if (rule.path != "B") person_ = people_index(rule.person, input_.main);
    for (const job::Partner& partner : list)
        clearances_.push_back(
            clear(*input_.main, rule, &partner, Side::recipient, input_.received));
    if (rule.sender == job::SenderCheck::none) return;
    sender_ = clear(*input_.main, rule, sender, Side::sender, input_.received);
    // Without authorisations there is nothing to judge a sender by; its records are withheld.
    if (!sender_.allowed && input_.main->has_authorisations()) refusal_ = sender_.reason;
    sender_holds_asked_ = rule.path != "B" && rule.sender == job::SenderCheck::full &&
                          input_.main->has_authorisations() && input_.main->has_persons();
}

std::uint64_t Rules::hidden_groups(std::string_view partner) const {
    const auto& groups = job().groups;
    const std::uint32_t index = partner_index(partner);
    std::uint64_t hidden = 0;
    if (index == nobody || clearances_.empty() || clearances_[index].all_groups) return hidden;
    const auto& given = clearances_[index].groups;
    for (std::size_t i = 0; i < groups.size() && i < 64; ++i)
        if (!std::binary_search(given.begin(), given.end(), groups[i].name))
            hidden |= std::uint64_t{1} << i;
    return hidden;
}

}  // namespace rules
