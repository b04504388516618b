#include "schema/restriction.hpp"

#include <algorithm>

#include "schema/model_measure.hpp"
#include "schema/value_compare.hpp"
#include "schema/wildcard.hpp"

namespace schema {

std::string RestrictionCheck::violated(const Particle& derived, const Particle& base) {
    clause_.clear();
    const Node* narrow = normal(derived);
    const Node* wide = normal(base);
    if (gave_up_) {
        return {};
    }
    if (narrow == nullptr) {
        return wide == nullptr || emptiable(*wide) ? "" : "derivation-ok-restriction.5.3.2";
    }
    if (wide == nullptr) {
        return "derivation-ok-restriction.5.4.2";
    }
    return compare(*narrow, *wide) || gave_up_ ? "" : clause_;
}

// ---- normal form -------------------------------------------------------------------------------

RestrictionCheck::Node* RestrictionCheck::make(const Particle& particle, Kind kind) {
    Node& node = pool_.emplace_back();
    node.min = particle.min;
    node.max = particle.max;
    node.kind = kind;
    node.term = particle.term;
    node.source = particle.source;
    gave_up_ = gave_up_ || pool_.size() > steps_max_;
    return &node;
}

// Null: the particle is pointless and gone.
const RestrictionCheck::Node* RestrictionCheck::normal(const Particle& particle) {
    if (particle.kind == TermKind::element) {
        return normal_element(particle);
    }
    if (particle.kind == TermKind::wildcard) {
        return make(particle, Kind::any);
    }
    return normal_group(particle);
}

// The head of a substitution group stands for a choice.
const RestrictionCheck::Node* RestrictionCheck::normal_element(const Particle& particle) {
    const ElementDeclaration& head = components_.elements[particle.term];
    if (head.substitutes.empty()) {
        return make(particle, Kind::element);
    }
    Node* node = make(particle, Kind::choice);
    Particle one = particle;
    one.min = one.max = 1;
    node->parts.push_back(make(one, Kind::element));
    for (const Id member : head.substitutes) {
        one.term = member;
        node->parts.push_back(make(one, Kind::element));
    }
    return node;
}

const RestrictionCheck::Node* RestrictionCheck::normal_group(const Particle& particle) {
    const ModelGroup& group = components_.groups[particle.term];
    const Nodes& parts = parts_of(particle.term);
    const bool once = particle.min == 1 && particle.max == 1;
    if (parts.empty() && (group.compositor != Compositor::choice || particle.min == 0)) {
        return nullptr;
    }
    if (parts.size() == 1 && once) {
        return parts.front();
    }
    Node* node = make(particle, group.compositor == Compositor::choice ? Kind::choice
                                : group.compositor == Compositor::all  ? Kind::all
                                                                       : Kind::sequence);
    node->parts = parts;
    return node;
}

// The parts of a group, those of pointless groups inside taken in.
const RestrictionCheck::Nodes& RestrictionCheck::parts_of(Id group) {
    const auto known = group_parts_.find(group);
    if (known != group_parts_.end()) {
        return known->second;
    }
    const ModelGroup& model = components_.groups[group];
    Nodes parts;
    for (const Particle& particle : model.particles) {
        const bool is_same_group = particle.kind == TermKind::group && particle.min == 1 &&
                                   particle.max == 1 && model.compositor != Compositor::all &&
                                   components_.groups[particle.term].compositor == model.compositor;
        if (is_same_group) {
            const Nodes& inner = parts_of(particle.term);
            parts.insert(parts.end(), inner.begin(), inner.end());
        } else if (const Node* node = normal(particle)) {
            parts.push_back(node);
        }
        if (++steps_ > steps_max_ || parts.size() > steps_max_ / 16) {
            gave_up_ = true;
            break;
        }
    }
    return group_parts_[group] = std::move(parts);
}

// ---- measures ----------------------------------------------------------------------------------

std::uint64_t RestrictionCheck::least(const Node& node) {
    most(node);
    return ranges_[&node].first;
}

std::uint64_t RestrictionCheck::most(const Node& node) {
    const auto known = ranges_.find(&node);
    if (known != ranges_.end()) {
        return known->second.second;
    }
    std::uint64_t low = 0, high = 0;
    bool first = true;
    for (const Node* part : node.parts) {
        const std::uint64_t part_low = least(*part), part_high = most(*part);
        if (node.kind == Kind::choice) {
            low = first ? part_low : std::min(low, part_low);
            high = std::max(high, part_high);
        } else {
            low = saturated_sum(low, part_low);
            high = saturated_sum(high, part_high);
        }
        first = false;
    }
    if (node.kind == Kind::element || node.kind == Kind::any) {
        low = high = 1;
    }
    const auto range =
        std::make_pair(saturated_product(node.min, low), saturated_product(node.max, high));
    ranges_[&node] = range;
    return range.second;
}

bool RestrictionCheck::emptiable(const Node& node) {
    return least(node) == 0;
}

// ---- comparison --------------------------------------------------------------------------------

bool RestrictionCheck::fail(const char* clause) {
    clause_ = clause;
    return false;
}

bool RestrictionCheck::range_ok(const Node& derived, const Node& base, const char* clause) {
    return (derived.min >= base.min && derived.max <= base.max) || fail(clause);
}

bool RestrictionCheck::compare(const Node& derived, const Node& base) {
    const std::pair<const Node*, const Node*> pair{&derived, &base};
    const auto known = compared_.find(pair);
    if (known != compared_.end()) {
        return known->second || fail("rcase");
    }
    if (++steps_ > steps_max_) {
        gave_up_ = true;
        return true;
    }
    const bool answer = compare_fresh(derived, base);
    compared_[pair] = answer;
    return answer;
}

// The table of 3.9.6.
bool RestrictionCheck::compare_fresh(const Node& derived, const Node& base) {
    if (base.kind == Kind::any) {
        return derived.kind == Kind::element || derived.kind == Kind::any
                   ? wildcard_over(derived, base, true)
                   : under_wildcard(derived, base);
    }
    if (derived.kind == Kind::element) {
        return base.kind == Kind::element ? name_and_type(derived, base) : as_group(derived, base);
    }
    if (base.kind == Kind::all) {
        if (derived.kind == Kind::all) return recurse(derived, base);
        if (derived.kind == Kind::sequence) return recurse_unordered(derived, base);
    } else if (base.kind == Kind::choice) {
        if (derived.kind == Kind::choice) return recurse_lax(derived, base);
        if (derived.kind == Kind::sequence) return map_and_sum(derived, base);
    } else if (base.kind == Kind::sequence && derived.kind == Kind::sequence) {
        return recurse(derived, base);
    }
    return fail("cos-particle-restrict.2");
}

bool RestrictionCheck::name_and_type(const Node& derived, const Node& base) {
    const ElementDeclaration& narrow = components_.elements[derived.term];
    const ElementDeclaration& wide = components_.elements[base.term];
    if (!(narrow.name == wide.name)) {
        return fail("rcase-NameAndTypeOK.1");
    }
    if (!range_ok(derived, base, "rcase-NameAndTypeOK.3")) {
        return false;
    }
    if (derived.term == base.term) {
        return true;
    }
    if (narrow.nillable && !wide.nillable) {
        return fail("rcase-NameAndTypeOK.2");
    }
    const SimpleType* type = components_.types[wide.type].simple.get();
    if (wide.value.kind == ValueKind::fixed &&
        (narrow.value.kind != ValueKind::fixed || !same_value(narrow.value, wide.value, type))) {
        return fail("rcase-NameAndTypeOK.4");
    }
    const bool fewer_constraints =
        std::all_of(narrow.constraints.begin(), narrow.constraints.end(), [&wide](Id constraint) {
            return std::find(wide.constraints.begin(), wide.constraints.end(), constraint) !=
                   wide.constraints.end();
        });
    if (!fewer_constraints) {
        return fail("rcase-NameAndTypeOK.5");
    }
    if ((wide.block & ~narrow.block) != 0) {
        return fail("rcase-NameAndTypeOK.6");
    }
    return components_.derived(narrow.type, wide.type, by_extension | by_list | by_union) ||
           fail("rcase-NameAndTypeOK.7");
}

// NSCompat and NSSubset.
bool RestrictionCheck::wildcard_over(const Node& derived, const Node& base, bool check_range) {
    const bool element = derived.kind == Kind::element;
    if (check_range &&
        !range_ok(derived, base, element ? "rcase-NSCompat.2" : "rcase-NSSubset.1")) {
        return false;
    }
    const Wildcard& wide = components_.wildcards[base.term];
    if (element) {
        return wide.allows(components_.elements[derived.term].name.space) ||
               fail("rcase-NSCompat.1");
    }
    const Wildcard& narrow = components_.wildcards[derived.term];
    if (!is_subset(narrow, wide)) {
        return fail("rcase-NSSubset.2");
    }
    const Id of_any_type =
        components_.groups[components_.types[components_.any_type].model.term].particles[0].term;
    return base.term == of_any_type || narrow.process <= wide.process || fail("rcase-NSSubset.3");
}

// NSRecurseCheckCardinality: bounds count for the group as a whole, not for its parts.
bool RestrictionCheck::under_wildcard(const Node& derived, const Node& base) {
    std::vector<const Node*> work{&derived};
    while (!work.empty()) {
        const Node* node = work.back();
        work.pop_back();
        if (++steps_ > steps_max_) {
            gave_up_ = true;
            return true;
        }
        for (const Node* part : node->parts) {
            if (part->kind != Kind::element && part->kind != Kind::any) {
                work.push_back(part);
            } else if (!wildcard_over(*part, base, false)) {
                return false;
            }
        }
    }
    return (least(derived) >= base.min && most(derived) <= base.max) ||
           fail("rcase-NSRecurseCheckCardinality.2");
}

// RecurseAsIfGroup
bool RestrictionCheck::as_group(const Node& derived, const Node& base) {
    Particle once;
    once.source = derived.source;
    Node* group = make(once, base.kind);
    group->parts.push_back(&derived);
    return base.kind == Kind::choice ? recurse_lax(*group, base) : recurse(*group, base);
}

bool RestrictionCheck::recurse(const Node& derived, const Node& base) {
    if (!range_ok(derived, base, "rcase-Recurse.1")) {
        return false;
    }
    std::size_t at = 0;
    for (const Node* part : derived.parts) {
        while (at < base.parts.size() && !compare(*part, *base.parts[at])) {
            if (!emptiable(*base.parts[at])) {
                return fail("rcase-Recurse.2.2");
            }
            ++at;
        }
        if (at == base.parts.size()) {
            return fail("rcase-Recurse.2.1");
        }
        ++at;
    }
    const auto left = base.parts.begin() + static_cast<std::ptrdiff_t>(at);
    return std::all_of(left, base.parts.end(), [this](const Node* p) { return emptiable(*p); }) ||
           fail("rcase-Recurse.2.2");
}

bool RestrictionCheck::recurse_lax(const Node& derived, const Node& base) {
    if (!range_ok(derived, base, "rcase-RecurseLax.1")) {
        return false;
    }
    std::size_t at = 0;
    for (const Node* part : derived.parts) {
        while (at < base.parts.size() && !compare(*part, *base.parts[at])) {
            ++at;
        }
        if (at == base.parts.size()) {
            return fail("rcase-RecurseLax.2");
        }
        ++at;
    }
    return true;
}

bool RestrictionCheck::recurse_unordered(const Node& derived, const Node& base) {
    if (!range_ok(derived, base, "rcase-RecurseUnordered.1")) {
        return false;
    }
    std::vector<bool> taken(base.parts.size(), false);
    for (const Node* part : derived.parts) {
        std::size_t at = 0;
        while (at < base.parts.size() && (taken[at] || !compare(*part, *base.parts[at]))) {
            ++at;
        }
        if (at == base.parts.size()) {
            return fail("rcase-RecurseUnordered.2");
        }
        taken[at] = true;
    }
    for (std::size_t at = 0; at < taken.size(); ++at) {
        if (!taken[at] && !emptiable(*base.parts[at])) {
            return fail("rcase-RecurseUnordered.2.3");
        }
    }
    return true;
}

bool RestrictionCheck::map_and_sum(const Node& derived, const Node& base) {
    for (const Node* part : derived.parts) {
        const bool mapped =
            std::any_of(base.parts.begin(), base.parts.end(),
                        [&](const Node* candidate) { return compare(*part, *candidate); });
        if (!mapped) {
            return fail("rcase-MapAndSum.1");
        }
    }
    const std::uint64_t count = derived.parts.size();
    return (saturated_product(derived.min, count) >= base.min &&
            saturated_product(derived.max, count) <= base.max) ||
           fail("rcase-MapAndSum.2");
}

}  // namespace schema
