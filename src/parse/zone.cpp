#include "parse/zone.hpp"

#include <algorithm>
#include <set>

#include "schema/schema_impl.hpp"

namespace parse {

namespace {

using schema::Components;
using schema::Id;

class Finder {
  public:
    explicit Finder(const Components& components) : components_(components) {}

    // The declaration of a child of this name; no_id where there is none.
    Id child(Id element, const schema::WatchNode& wanted) {
        seen_.clear();
        const auto& type = components_.types[components_.elements[element].type];
        if (!type.complex) return schema::no_id;
        return in_particle(type.model, wanted);
    }

  private:
    bool named(Id element, const schema::WatchNode& wanted) const {
        const schema::ExpandedName& name = components_.elements[element].name;
        return name.local == wanted.local && name.space == wanted.space;
    }
    Id in_particle(const schema::Particle& particle, const schema::WatchNode& wanted) {
        if (particle.term == schema::no_id) return schema::no_id;
        if (particle.kind == schema::TermKind::element) {
            if (named(particle.term, wanted)) return particle.term;
            for (Id substitute : components_.elements[particle.term].substitutes)
                if (named(substitute, wanted)) return substitute;
        } else if (particle.kind == schema::TermKind::group && seen_.insert(particle.term).second) {
            for (const schema::Particle& part : components_.groups[particle.term].particles) {
                const Id found = in_particle(part, wanted);
                if (found != schema::no_id) return found;
            }
        }
        return schema::no_id;
    }

    const Components& components_;
    std::set<Id> seen_;
};

std::string or_none(const std::string& zone) {
    return zone.empty() ? "00000" : zone;
}

}  // namespace

std::string zone_of(const schema::Schema& schema, const schema::Watch& watch, const Query& query) {
    const Components& components = schema.components;
    std::vector<std::uint32_t> way;
    for (std::uint32_t node = query.target; node != 0; node = watch[node].parent)
        way.push_back(node);
    std::reverse(way.begin(), way.end());
    if (way.empty()) return "00000";
    const schema::WatchNode& root = watch[way.front()];
    schema::ExpandedName name;
    name.space = root.space;
    name.local = root.local;
    Id element = components.find(components.element_names, name);
    Finder finder(components);
    for (std::size_t i = 1; i < way.size() && element != schema::no_id; ++i)
        element = finder.child(element, watch[way[i]]);
    if (element == schema::no_id) return "00000";
    if (query.attribute == none) return or_none(components.elements[element].zone);
    const auto& wanted = watch[query.target].attributes[query.attribute];
    for (const schema::AttributeUse& use :
         components.types[components.elements[element].type].attributes) {
        const schema::AttributeDeclaration& declaration = components.attributes[use.declaration];
        if (declaration.name.space == wanted.first && declaration.name.local == wanted.second)
            return or_none(declaration.zone);
    }
    return "00000";
}

}  // namespace parse
