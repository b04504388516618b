// Constraints on complex types: identifiers, derivation by restriction.
#include <algorithm>

#include "schema/correctness_impl.hpp"
#include "schema/value_compare.hpp"
#include "schema/wildcard.hpp"

namespace schema {

void Correctness::check_ids(const std::vector<AttributeUse>& uses, const Source& source,
                            std::string_view clause) {
    std::size_t ids = 0;
    for (const AttributeUse& use : uses) {
        ids += is_id(in_.types[in_.attributes[use.declaration].type]) ? 1U : 0U;
    }
    if (ids > 1) {
        fault(source, clause, "two attributes have a type that is or derives from xs:ID");
    }
}

void Correctness::check_complex(const TypeDefinition& type, const ComplexDraft&) {
    check_ids(type.attributes, type.source, "ct-props-correct.5");
    const TypeDefinition& base = in_.types[type.base];
    if (type.derivation == by_restriction && base.complex) {
        if (type.base != in_.any_type) {
            check_restricted_attributes(type.attributes, type.attribute_wildcard, base.attributes,
                                        base.attribute_wildcard, type.source, false);
        }
        check_restricted_content(type, base);
    }
    if (type.content == Content::element_only || type.content == Content::mixed) {
        check_consistent(type.model.term);
    }
}

void Correctness::check_restricted_attributes(const std::vector<AttributeUse>& uses, Id wildcard,
                                              const std::vector<AttributeUse>& base_uses,
                                              Id base_wildcard, const Source& source,
                                              bool base_is_any) {
    std::map<ExpandedName, const AttributeUse*> known;
    for (const AttributeUse& use : base_uses) {
        known[in_.attributes[use.declaration].name] = &use;
    }
    for (const AttributeUse& use : uses) {
        const ExpandedName& name = in_.attributes[use.declaration].name;
        const auto found = known.find(name);
        if (found != known.end()) {
            check_restricted_use(use, *found->second);
            known.erase(found);
        } else if (base_wildcard == no_id || !in_.wildcards[base_wildcard].allows(name.space)) {
            fault(use.source, "derivation-ok-restriction.2.2",
                  "the base has no attribute " + shown(name) + " and no wildcard that allows it");
        }
    }
    for (const auto& [name, use] : known) {
        if (use->required) {
            fault(source, "derivation-ok-restriction.3",
                  "the attribute " + shown(name) + " is required in the base");
        }
    }
    if (wildcard == no_id) {
        return;
    }
    if (base_wildcard == no_id) {
        fault(source, "derivation-ok-restriction.4.1", "the base has no attribute wildcard");
        return;
    }
    const Wildcard& narrow = in_.wildcards[wildcard];
    const Wildcard& wide = in_.wildcards[base_wildcard];
    if (!is_subset(narrow, wide)) {
        fault(source, "derivation-ok-restriction.4.2",
              "the attribute wildcard allows more namespaces than that of the base");
    } else if (!base_is_any && narrow.process > wide.process) {
        fault(source, "derivation-ok-restriction.4.3",
              "the attribute wildcard is processed less strictly than that of the base");
    }
}

void Correctness::check_restricted_use(const AttributeUse& use, const AttributeUse& base) {
    const AttributeDeclaration& narrow = in_.attributes[use.declaration];
    const AttributeDeclaration& wide = in_.attributes[base.declaration];
    if (base.required && !use.required) {
        fault(use.source, "derivation-ok-restriction.2.1.1",
              "the attribute " + shown(narrow.name) + " is required in the base");
    }
    if (!in_.derived(narrow.type, wide.type, 0)) {
        fault(use.source, "derivation-ok-restriction.2.1.2",
              "the type of attribute " + shown(narrow.name) +
                  " is not derived from that in the base");
    }
    if (base.value.kind == ValueKind::fixed &&
        (use.value.kind != ValueKind::fixed || !same_value(use.value, base.value, wide.type))) {
        fault(use.source, "derivation-ok-restriction.2.1.3",
              "the attribute " + shown(narrow.name) + " has another fixed value in the base");
    }
}

bool Correctness::same_value(const ValueConstraint& one, const ValueConstraint& two,
                             Id type) const {
    return schema::same_value(one, two, in_.types[type].simple.get());
}

// derivation-ok-restriction.5
void Correctness::check_restricted_content(const TypeDefinition& type, const TypeDefinition& base) {
    if (type.base == in_.any_type || type.content == Content::simple) {
        return;  // simple content: seen when it was built
    }
    if (base.content == Content::simple) {
        fault(type.source, "derivation-ok-restriction.5",
              "simple content cannot be restricted to complex content");
        return;
    }
    if (type.content == Content::empty) {
        if (base.content != Content::empty && !measure_.emptiable(base.model)) {
            fault(type.source, "derivation-ok-restriction.5.3.2",
                  "the content is empty, but that of the base may not be");
        }
        return;
    }
    if (base.content == Content::empty ||
        (type.content == Content::mixed && base.content != Content::mixed)) {
        fault(type.source, "derivation-ok-restriction.5.4.1",
              "the content is mixed or not empty, unlike that of the base");
        return;
    }
    const std::string clause = restriction_.violated(type.model, base.model);
    if (!clause.empty()) {
        fault(type.source, clause,
              "the content of " + shown(type.name) + " is not a valid restriction of its base");
    }
}

}  // namespace schema
