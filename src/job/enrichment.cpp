#include "job/enrichment.hpp"

#include <algorithm>

#include "job/outline.hpp"
#include "schema/schema_impl.hpp"

namespace job {

using schema::Components;
using schema::Compositor;
using schema::Id;
using schema::no_id;
using schema::Particle;
using schema::TermKind;
using schema::TypeDefinition;

namespace {

bool is(const schema::ExpandedName& name, const Name& wanted) {
    return name.local == wanted.local && name.space == wanted.space;
}

// Local names of everything that this particle can let in. False: behind a wildcard, anything.
bool collect(const Components& all, const Particle& particle, std::vector<std::string>& names,
             unsigned depth = 0) {
    if (particle.term == no_id) return true;
    if (particle.kind == TermKind::wildcard || depth > 64) return false;
    if (particle.kind == TermKind::element) {
        names.push_back(all.elements[particle.term].name.local);
        for (const Id other : all.elements[particle.term].substitutes)
            names.push_back(all.elements[other].name.local);
        return true;
    }
    bool known = true;
    for (const Particle& each : all.groups[particle.term].particles)
        known = collect(all, each, names, depth + 1) && known;
    return known;
}

// The particles of a model that is one sequence, in their order; inner sequences that stand once
// are opened.
void flatten(const Components& all, const Particle& model, std::vector<const Particle*>& list) {
    if (model.term == no_id) return;
    const bool sequence = model.kind == TermKind::group && model.min == 1 && model.max == 1 &&
                          all.groups[model.term].compositor == Compositor::sequence;
    if (!sequence) return list.push_back(&model);
    for (const Particle& each : all.groups[model.term].particles) flatten(all, each, list);
}

class Placing {
  public:
    Placing(const schema::Schema& schema, const Job& job, const Enrich& enrich, EnrichPlace& place,
            std::string& fault)
        : all_(schema.components), job_(job), enrich_(enrich), place_(place), fault_(fault) {}

    void run() {
        const TypeDefinition* record = record_type();
        if (record == nullptr) return;
        const Particle* own = stand(*record);
        if (own == nullptr) return;
        const TypeDefinition& type = all_.types[all_.elements[own->term].type];
        if (!enrich_.item) return fill(type);
        if (!only_attributes(type, {})) return;
        const Particle* item = nullptr;
        std::vector<const Particle*> list;
        if (type.complex) flatten(all_, type.model, list);
        for (const Particle* each : list)
            if (item == nullptr && stands(*each, *enrich_.item)) item = each;
        if (item == nullptr)
            return fail("'" + enrich_.element.local + "' has no '" + enrich_.item->local + "'");
        for (const Particle* each : list)
            if (each != item && each->min > 0)
                return fail("'" + enrich_.element.local + "' must hold more than '" +
                            enrich_.item->local + "'");
        place_.rows_min = item->min;
        place_.rows_max = item->max;
        fill(all_.types[all_.elements[item->term].type]);
    }

  private:
    void fail(std::string text) { fault_ = std::move(text); }

    const TypeDefinition* record_type() {
        const Outline outline(all_);
        std::vector<Step> steps = job_.document.steps;
        steps.insert(steps.end(), job_.record.steps.begin(), job_.record.steps.end());
        Nodes nodes;
        for (std::size_t i = 0; i < steps.size(); ++i)
            nodes = i == 0 ? outline.root(steps[i].name) : outline.children(nodes, steps[i].name);
        if (nodes.elements.size() != 1 || nodes.anything ||
            all_.elements[nodes.elements.front()].type == no_id) {
            fail("the schema does not say of which type a record is");
            return nullptr;
        }
        return &all_.types[all_.elements[nodes.elements.front()].type];
    }

    // Where it stands among the children of a record: an optional element of its own sequence, with
    // names before it that cannot come behind it as well.
    const Particle* stand(const TypeDefinition& record) {
        std::vector<const Particle*> list;
        if (record.complex) flatten(all_, record.model, list);
        const std::string& name = enrich_.element.local;
        const Particle* own = nullptr;
        std::vector<std::string> behind;
        bool known = true;
        for (const Particle* each : list) {
            const bool wanted = each->kind == TermKind::element &&
                                is(all_.elements[each->term].name, enrich_.element);
            if (wanted && own == nullptr)
                own = each;
            else if (own == nullptr)
                known = collect(all_, *each, place_.before) && known;
            else
                collect(all_, *each, behind);
        }
        if (own == nullptr)
            fail("'" + name + "' is no element of a record's own sequence");
        else if (own->min > 0)
            fail("'" + name +
                 "' must be there in every record: only an optional element can be inserted");
        else if (!known)
            fail("anything may stand before '" + name + "', so its place is not certain");
        for (const std::string& one : place_.before)
            if (one == name || std::find(behind.begin(), behind.end(), one) != behind.end())
                fail("'" + one + "' can stand before '" + name + "' and behind it");
        return fault_.empty() ? own : nullptr;
    }

    bool only_attributes(const TypeDefinition& type, const std::vector<std::string>& given) {
        for (const schema::AttributeUse& use : type.attributes) {
            const std::string& name = all_.attributes[use.declaration].name.local;
            if (!use.required || std::find(given.begin(), given.end(), name) != given.end())
                continue;
            fail("the attribute '" + name + "' must be there too");
            return false;
        }
        return true;
    }

    const schema::AttributeUse* attribute(const TypeDefinition& type, const Name& name) const {
        for (const schema::AttributeUse& use : type.attributes)
            if (is(all_.attributes[use.declaration].name, name)) return &use;
        return nullptr;
    }

    // The values, each with its type, into the element that holds a row.
    void fill(const TypeDefinition& type) {
        std::vector<const Particle*> list;
        if (type.complex && type.content != schema::Content::simple)
            flatten(all_, type.model, list);
        std::vector<std::string> attributes;
        std::size_t at = 0;
        bool text = false;
        for (const Enrich::Value& value : enrich_.values) {
            if (value.attribute) {
                const schema::AttributeUse* use = attribute(type, value.name);
                if (use == nullptr) return fail("there is no attribute '" + value.name.local + "'");
                attributes.push_back(value.name.local);
                place_.values.push_back(
                    {all_.types[all_.attributes[use->declaration].type].simple, use->required});
                continue;
            }
            if (value.name.local.empty()) {
                if (type.simple == nullptr || type.content != schema::Content::simple)
                    return fail("an element that takes '" + value.of + "' has no text of its own");
                text = true;
                place_.values.push_back({type.simple, true});
                continue;
            }
            while (at < list.size() && !stands(*list[at], value.name)) {
                if (list[at]->min > 0) return fail(missing(*list[at], value.name));
                ++at;
            }
            if (at == list.size())
                return fail("there is no '" + value.name.local + "', or not in this order");
            const TypeDefinition& inner = all_.types[all_.elements[list[at]->term].type];
            if (inner.simple == nullptr || !only_attributes(inner, {})) {
                if (fault_.empty()) fail("'" + value.name.local + "' has no text of its own");
                return;
            }
            place_.values.push_back({inner.simple, list[at]->min > 0});
            ++at;
        }
        for (; at < list.size(); ++at)
            if (list[at]->min > 0) return fail(missing(*list[at], {}));
        if (!text && type.simple != nullptr && type.content == schema::Content::simple)
            return fail("its text is missing: add of=\"...\"");
        only_attributes(type, attributes);
    }

    bool stands(const Particle& particle, const Name& name) const {
        return particle.kind == TermKind::element && is(all_.elements[particle.term].name, name);
    }

    std::string missing(const Particle& particle, const Name& next) const {
        std::vector<std::string> names;
        collect(all_, particle, names);
        return "'" + (names.empty() ? std::string("*") : names.front()) + "' must be there too" +
               (next.local.empty() ? "" : ", before '" + next.local + "'");
    }

    const Components& all_;
    const Job& job_;
    const Enrich& enrich_;
    EnrichPlace& place_;
    std::string& fault_;
};

}  // namespace

bool EnrichPlace::Value::takes(std::string_view text) const {
    return type->check(text, nullptr, nullptr);
}

EnrichPlace place_of(const schema::Schema& schema, const Job& job, const Enrich& enrich,
                     std::string& fault) {
    EnrichPlace place;
    Placing(schema, job, enrich, place, fault).run();
    return place;
}

}  // namespace job
