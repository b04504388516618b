#include "job/outline.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace job {
namespace {

using schema::Components;
using schema::Compositor;
using schema::Id;
using schema::Particle;
using schema::TermKind;

bool is(const schema::ExpandedName& name, const Name& wanted) {
    return name.local == wanted.local && name.space == wanted.space;
}

// Every element and wildcard particle of a model, each group once.
class Particles {
  public:
    using Visit = std::function<void(const Particle&)>;
    Particles(const Components& schema, Visit visit) : schema_(schema), visit_(std::move(visit)) {}

    void walk(const Particle& particle) {
        if (particle.term == schema::no_id) return;
        if (particle.kind != TermKind::group) return visit_(particle);
        if (!seen_.insert(particle.term).second) return;
        for (const Particle& each : schema_.groups[particle.term].particles) walk(each);
    }

  private:
    const Components& schema_;
    Visit visit_;
    std::set<Id> seen_;
};

// How often an element can stand in a content: not at all, once, or more often (2).
class Greatest {
  public:
    Greatest(const Components& schema, const Name& wanted) : schema_(schema), wanted_(wanted) {}

    std::uint64_t of(const Particle& particle) {
        if (particle.term == schema::no_id) return 0;
        const std::uint64_t once =
            particle.kind == TermKind::group ? of_group(particle.term) : of_term(particle);
        return std::min<std::uint64_t>(once * std::min<std::uint64_t>(particle.max, 2), 2);
    }

  private:
    std::uint64_t of_term(const Particle& particle) const {
        if (particle.kind != TermKind::element) return 0;
        const schema::ElementDeclaration& element = schema_.elements[particle.term];
        if (is(element.name, wanted_)) return 1;
        return std::any_of(element.substitutes.begin(), element.substitutes.end(),
                           [&](Id other) { return is(schema_.elements[other].name, wanted_); });
    }

    std::uint64_t of_group(Id id) {
        const auto known = groups_.find(id);
        if (known != groups_.end()) return known->second;
        const schema::ModelGroup& group = schema_.groups[id];
        std::uint64_t result = 0;
        for (const Particle& each : group.particles) {
            const std::uint64_t one = of(each);
            result = group.compositor == Compositor::choice ? std::max(result, one) : result + one;
        }
        groups_[id] = result;
        return result;
    }

    const Components& schema_;
    const Name& wanted_;
    std::map<Id, std::uint64_t> groups_;
};

using Relation = unsigned;  // bit 4 * from + to
enum State : unsigned { nothing, in_time, marked, late };
constexpr Relation bit(unsigned from, unsigned to) {
    return 1U << (4 * from + to);
}
constexpr Relation identity = bit(0, 0) | bit(1, 1) | bit(2, 2) | bit(3, 3);
constexpr Relation on_wanted = bit(0, 1) | bit(1, 1) | bit(2, 3) | bit(3, 3);
constexpr Relation on_marker = bit(0, 2) | bit(1, 1) | bit(2, 2) | bit(3, 3);

// What a content can do to the question "was the marker there before the first wanted child?": a
// relation over four states, 16 bits. nothing yet -> wanted came first | marker came first ->
// wanted came after it.
class Order {
  public:
    Order(const Components& schema, const Name& wanted, const Name& marker)
        : schema_(schema), wanted_(wanted), marker_(marker) {}

    bool can_be_late(const Particle& model) {
        return (of(model) >> (4 * nothing + late) & 1U) != 0;
    }

  private:
    static Relation then(Relation first, Relation second) {
        Relation result = 0;
        for (unsigned from = 0; from < 4; ++from)
            for (unsigned middle = 0; middle < 4; ++middle)
                if ((first & bit(from, middle)) != 0)
                    result |= (second >> (4 * middle) & 0xFU) << (4 * from);
        return result;
    }

    // There are only so many states: more than a few repetitions lead nowhere new.
    static Relation repeated(Relation once, std::uint64_t min, std::uint64_t max) {
        Relation result = identity;
        const std::uint64_t least = std::min<std::uint64_t>(min, 8);
        const std::uint64_t optional = std::min<std::uint64_t>(max - min, 8);
        for (std::uint64_t i = 0; i < least; ++i) result = then(result, once);
        for (std::uint64_t i = 0; i < optional; ++i) result |= then(result, once);
        return result;
    }

    Relation of_element(Id id) const {
        Relation result = of_name(schema_.elements[id].name);
        for (const Id other : schema_.elements[id].substitutes)
            result |= of_name(schema_.elements[other].name);
        return result;
    }

    Relation of_name(const schema::ExpandedName& name) const {
        if (is(name, wanted_)) return on_wanted;
        return is(name, marker_) ? on_marker : identity;
    }

    Relation of_group(Id id) {
        const auto known = groups_.find(id);
        if (known != groups_.end()) return known->second;
        const schema::ModelGroup& group = schema_.groups[id];
        Relation result = group.compositor == Compositor::choice ? 0 : identity;
        for (const Particle& each : group.particles) {
            const Relation relation = of(each);
            if (group.compositor == Compositor::sequence)
                result = then(result, relation);
            else
                result |= relation;
        }
        // In any order: at least what any number of them in any order can do.
        if (group.compositor == Compositor::all) result = repeated(result, 0, 8);
        groups_[id] = result;
        return result;
    }

    Relation of(const Particle& particle) {
        if (particle.term == schema::no_id) return identity;
        Relation once = identity;
        if (particle.kind == TermKind::element) once = of_element(particle.term);
        if (particle.kind == TermKind::group) once = of_group(particle.term);
        return repeated(once, particle.min, particle.max);
    }

    const Components& schema_;
    const Name& wanted_;
    const Name& marker_;
    std::map<Id, Relation> groups_;
};

void add(std::vector<Id>& ids, Id id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

void sort_names(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

Outline::Outline(const Components& components)
    : schema_(components), derived_(components.types.size()) {
    for (const schema::TypeDefinition& type : schema_.types)
        if (type.complex && type.base != schema::no_id && type.base != type.id)
            derived_[type.base].push_back(type.id);
}

Nodes Outline::root(const Name& name) const {
    Nodes nodes;
    const Id id = schema_.find(schema_.element_names, {name.space, name.local});
    if (id != schema::no_id) nodes.elements.push_back(id);
    return nodes;
}

// The declared types first, then those that xsi:type may put in their place.
std::vector<Id> Outline::types(const Nodes& nodes) const {
    std::vector<Id> all;
    for (const Id element : nodes.elements) {
        const Id type = schema_.elements[element].type;
        if (type != schema::no_id && type != schema_.any_type) add(all, type);
    }
    for (std::size_t i = 0; i < all.size(); ++i)
        for (const Id each : derived_[all[i]]) add(all, each);
    return all;
}

Nodes Outline::children(const Nodes& parents, const Name& name) const {
    Nodes result;
    result.anything = parents.anything;
    for (const Id element : parents.elements)
        if (schema_.elements[element].type == schema_.any_type) result.anything = true;
    const auto visit = [&](const Particle& particle) {
        if (particle.kind == TermKind::wildcard) {
            if (!schema_.wildcards[particle.term].allows(name.space)) return;
            const Id global = schema_.find(schema_.element_names, {name.space, name.local});
            if (global != schema::no_id)
                add(result.elements, global);
            else if (schema_.wildcards[particle.term].process != schema::Process::strict)
                result.anything = true;
            return;
        }
        const schema::ElementDeclaration& element = schema_.elements[particle.term];
        if (is(element.name, name)) add(result.elements, particle.term);
        for (const Id other : element.substitutes)
            if (is(schema_.elements[other].name, name)) add(result.elements, other);
    };
    for (const Id type : types(parents))
        if (schema_.types[type].complex) Particles(schema_, visit).walk(schema_.types[type].model);
    return result;
}

bool Outline::has_attribute(const Nodes& nodes, const Name& name) const {
    if (nodes.anything || name.space == "http://www.w3.org/2001/XMLSchema-instance") return true;
    for (const Id element : nodes.elements)
        if (schema_.elements[element].type == schema_.any_type) return true;
    for (const Id id : types(nodes)) {
        const schema::TypeDefinition& type = schema_.types[id];
        for (const schema::AttributeUse& use : type.attributes)
            if (is(schema_.attributes[use.declaration].name, name)) return true;
        if (type.attribute_wildcard != schema::no_id &&
            schema_.wildcards[type.attribute_wildcard].allows(name.space))
            return true;
    }
    return false;
}

bool Outline::has_text(const Nodes& nodes) const {
    if (nodes.anything) return true;
    for (const Id element : nodes.elements)
        if (schema_.elements[element].type == schema_.any_type) return true;
    for (const Id id : types(nodes)) {
        const schema::TypeDefinition& type = schema_.types[id];
        if (!type.complex || type.content == schema::Content::simple ||
            type.content == schema::Content::mixed)
            return true;
    }
    return false;
}

std::vector<std::string> Outline::root_names() const {
    std::vector<std::string> names;
    for (const auto& [name, id] : schema_.element_names) names.push_back(name.local);
    sort_names(names);
    return names;
}

std::vector<std::string> Outline::child_names(const Nodes& parents) const {
    std::vector<std::string> names;
    const auto visit = [&](const Particle& particle) {
        if (particle.kind != TermKind::element) return;
        const schema::ElementDeclaration& element = schema_.elements[particle.term];
        if (!element.abstract) names.push_back(element.name.local);
        for (const Id other : element.substitutes)
            names.push_back(schema_.elements[other].name.local);
    };
    for (const Id type : types(parents))
        if (schema_.types[type].complex) Particles(schema_, visit).walk(schema_.types[type].model);
    sort_names(names);
    return names;
}

std::vector<std::string> Outline::attribute_names(const Nodes& nodes) const {
    std::vector<std::string> names;
    for (const Id id : types(nodes))
        for (const schema::AttributeUse& use : schema_.types[id].attributes)
            names.push_back(schema_.attributes[use.declaration].name.local);
    sort_names(names);
    return names;
}

bool Outline::is_optional(const Nodes& parents, const Name& child) const {
    bool optional = true;
    const auto visit = [&](const Particle& particle) {
        if (particle.kind != TermKind::element || particle.min == 0) return;
        const schema::ElementDeclaration& element = schema_.elements[particle.term];
        const auto is_child = [&](const schema::ElementDeclaration& one) {
            return one.name.local == child.local && one.name.space == child.space;
        };
        optional = optional && !is_child(element);
        for (const Id other : element.substitutes)
            optional = optional && !is_child(schema_.elements[other]);
    };
    for (const Id type : types(parents))
        if (schema_.types[type].complex) Particles(schema_, visit).walk(schema_.types[type].model);
    return optional;
}

bool Outline::can_repeat(const Nodes& parents, const Name& child) const {
    for (const Id type : types(parents))
        if (schema_.types[type].complex &&
            Greatest(schema_, child).of(schema_.types[type].model) > 1)
            return true;
    return false;
}

bool Outline::can_come_after(const Nodes& parents, const Name& wanted, const Name& marker) const {
    for (const Id type : types(parents))
        if (schema_.types[type].complex &&
            Order(schema_, wanted, marker).can_be_late(schema_.types[type].model))
            return true;
    return false;
}

}  // namespace job
