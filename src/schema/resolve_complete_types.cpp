// Types once their bases are complete: simple types are built, content and attributes of complex
// types become effective.
#include <algorithm>

#include "schema/resolve_impl.hpp"
#include "schema/wildcard.hpp"

namespace schema {

void Resolver::report_type_errors(const std::vector<TypeError>& errors, const Node& node,
                                  const std::vector<const Node*>& facets) {
    for (const TypeError& error : errors) {
        const Node& at = error.facet < facets.size() ? *facets[error.facet] : node;
        if (error.limit) {
            const core::Place place = reading_->file->tree->place(at);
            drafts_.fallback_reasons.push_back(reading_->file->path.filename().string() + ":" +
                                               std::to_string(place.line) + ": " + error.text);
        } else {
            fault(at, error.clause, error.text);
        }
    }
}

SimpleTypePtr Resolver::restricted(const SimpleTypePtr& base, const Node& restriction) {
    std::deque<ScopePrefixes> prefixes;
    std::vector<FacetSource> facets;
    std::vector<const Node*> nodes;
    for (const Node* child : restriction.children) {
        const std::optional<Facet> facet = parse_facet(child->local);
        if (!facet || child->space != xsd_space) {
            continue;
        }
        FacetSource source;
        source.facet = *facet;
        source.value = child->value_or("value", "");
        source.fixed = parse_boolean(child->value_or("fixed", "false")).value_or(false);
        source.prefixes = &prefixes.emplace_back(*child);
        facets.push_back(std::move(source));
        nodes.push_back(child);
    }
    if (facets.empty() && restriction.parent->local == "simpleContent" &&
        base == builtin_type(Builtin::any_simple_type)) {
        return base;  // only as the content of a complex type
    }
    std::vector<TypeError> errors;
    SimpleTypePtr type = restrict_type(base, facets, errors);
    report_type_errors(errors, restriction, nodes);
    return type ? type : base;
}

SimpleTypePtr Resolver::derived_simple(const TypeDefinition& type, const Node& how) {
    std::vector<TypeError> errors;
    std::vector<SimpleTypePtr> members;
    for (const Id member : type.members) {
        members.push_back(out_.types[member].simple);
    }
    SimpleTypePtr made;
    if (type.derivation == by_restriction) {
        return restricted(out_.types[type.base].simple, how);
    }
    if (!members.empty()) {
        made = type.derivation == by_list ? list_of(members.front(), errors)
                                          : union_of(members, errors);
    }
    report_type_errors(errors, how, {});
    return made ? made : builtin_type(Builtin::any_simple_type);
}

void Resolver::complete_simple(Id id) {
    TypeDefinition& type = out_.types[id];
    const SimpleDraft& draft = drafts_.simple[id];
    reading_ = draft.reading;
    const Node& how = *draft.node;
    if (out_.types[type.base].complex) {
        fault(how, "st-props-correct.1", "the base of a simple type must be a simple type");
        type.base = out_.any_simple_type;
    }
    if ((out_.types[type.base].final & by_restriction) != 0 && type.derivation == by_restriction) {
        fault(how, "st-props-correct.3", "the base type is final for restriction");
    }
    for (Id& member : type.members) {
        const TypeDefinition& part = out_.types[member];
        const bool list = type.derivation == by_list;
        if (part.complex) {
            fault(how, list ? "cos-st-restricts.2.1" : "cos-st-restricts.3.1",
                  "only simple types can be listed or united");
            member = out_.any_simple_type;
        } else if ((part.final & type.derivation) != 0) {
            fault(how, list ? "cos-st-restricts.2.3.1.1" : "cos-st-restricts.3.3.1.1",
                  shown(part.name) + " is final for this derivation");
        }
    }
    type.simple = derived_simple(type, how);
}

void Resolver::complete_complex(Id id) {
    TypeDefinition& type = out_.types[id];
    ComplexDraft& draft = drafts_.complex[id];
    reading_ = draft.reading;
    const Node& at = draft.derivation != nullptr ? *draft.derivation : *draft.node;
    if (!check_base(type, draft, at)) {
        type.base = out_.any_type;
        type.derivation = by_restriction;
    }
    if (draft.simple_content) {
        complete_simple_content(type, draft);
    } else {
        complete_complex_content(type, draft);
    }
    complete_attributes(type, draft);
    complete_wildcard(type, draft);
}

// src-ct and the finals. False: nothing can be built on this base.
bool Resolver::check_base(const TypeDefinition& type, const ComplexDraft& draft, const Node& at) {
    const TypeDefinition& base = out_.types[type.base];
    if ((base.final & type.derivation) != 0) {
        fault(
            at,
            type.derivation == by_extension ? "cos-ct-extends.1.1" : "derivation-ok-restriction.1",
            "the base type is final for this derivation");
    }
    if (!draft.simple_content && !base.complex) {
        fault(at, "src-ct.1", "the base of complex content must be a complex type");
        return false;
    }
    if (!draft.simple_content) {
        return true;
    }
    if (!base.complex && type.derivation == by_restriction) {
        fault(at, "src-ct.2", "a simple type can only be extended here, not restricted");
        return false;
    }
    if (base.complex && base.content != Content::simple) {
        const bool may_restrict = type.derivation == by_restriction &&
                                  base.content == Content::mixed &&
                                  ModelMeasure(out_).emptiable(base.model);
        if (!may_restrict) {
            fault(at, "src-ct.2", "the base has no simple content");
            return false;
        }
        if (draft.content_type == no_id) {
            fault(at, "src-ct.2", "restricting mixed to simple content needs a simpleType inside");
        }
    }
    return true;
}

void Resolver::complete_simple_content(TypeDefinition& type, ComplexDraft& draft) {
    const TypeDefinition& base = out_.types[type.base];
    type.content = Content::simple;
    SimpleTypePtr from = base.simple ? base.simple : builtin_type(Builtin::any_simple_type);
    if (draft.content_type != no_id) {
        const SimpleTypePtr inner = out_.types[draft.content_type].simple;
        if (base.simple && inner && !inner->derived_ok(*from) &&
            from != builtin_type(Builtin::any_simple_type)) {
            fault(*draft.derivation, "derivation-ok-restriction.5.2.2.1",
                  "the simple type inside is not derived from the content of the base");
        }
        from = inner ? inner : from;
    }
    const bool restricts = draft.derivation->local == "restriction";
    type.simple = restricts ? restricted(from, *draft.derivation) : from;
}

Particle Resolver::empty_model(const Source& source) {
    ModelGroup& group = out_.groups.emplace_back();
    group.source = source;
    group_depths_.resize(out_.groups.size(), 0);
    Particle particle;
    particle.term = static_cast<Id>(out_.groups.size() - 1);
    particle.source = source;
    return particle;
}

void Resolver::complete_complex_content(TypeDefinition& type, ComplexDraft& draft) {
    const TypeDefinition& base = out_.types[type.base];
    std::optional<Particle> effective = draft.own_model;
    if (!effective && draft.mixed) {
        effective = empty_model(type.source);
    }
    if (type.derivation == by_extension && !effective) {
        type.content = base.content;
        type.model = base.model;
        type.simple = base.simple;
        return;
    }
    if (!effective) {
        type.content = Content::empty;
        type.model = empty_model(type.source);
        return;
    }
    if (effective->kind != TermKind::group) {
        return;  // cannot be: the content is always a group
    }
    type.content = draft.mixed ? Content::mixed : Content::element_only;
    type.model = *effective;
    if (type.derivation == by_restriction || base.content == Content::empty) {
        return;
    }
    if (base.content != type.content) {
        fault(*draft.derivation, "cos-ct-extends.1.4.2.2.2.1",
              "base and extension must both be mixed or both element-only");
        return;
    }
    const std::uint32_t depth =
        1 + std::max(group_depths_[base.model.term], group_depths_[effective->term]);
    Particle both = empty_model(type.source);
    group_depths_[both.term] = depth;
    if (depth > options_.depth_max) {
        report_.add(out_, type.source, "limit", "the chain of extensions is too long");
        return;
    }
    out_.groups[both.term].particles = {base.model, *effective};
    type.model = both;
}

void Resolver::complete_attributes(TypeDefinition& type, ComplexDraft& draft) {
    const TypeDefinition& base = out_.types[type.base];
    std::set<ExpandedName> seen;
    const auto add = [&](const AttributeUse& use, bool inherited) {
        const ExpandedName& name = out_.attributes[use.declaration].name;
        if (seen.insert(name).second) {
            type.attributes.push_back(use);
        } else if (!inherited || type.derivation == by_extension) {
            report_.add(out_, use.source, "ct-props-correct.4",
                        "the type " + shown(type.name) + " has two attributes " + shown(name));
        }
    };
    for (const AttributeUse& use : draft.uses) {
        add(use, false);
    }
    for (const Id group : draft.groups) {
        const auto& uses = drafts_.attribute_groups[group].uses;
        if (spend(uses.size(), type.source)) {
            for (const AttributeUse& use : uses) add(use, false);
        }
    }
    if (!spend(base.attributes.size(), type.source)) {
        return;
    }
    for (const AttributeUse& use : base.attributes) {
        const bool prohibited = type.derivation == by_restriction &&
                                draft.prohibited.count(out_.attributes[use.declaration].name) != 0;
        if (!prohibited) {
            add(use, true);
        }
    }
}

void Resolver::complete_wildcard(TypeDefinition& type, ComplexDraft& draft) {
    const TypeDefinition& base = out_.types[type.base];
    std::optional<Wildcard> complete;
    if (draft.wildcard != no_id) {
        complete = out_.wildcards[draft.wildcard];
    }
    for (const Id group : draft.groups) {
        const Id part = drafts_.attribute_groups[group].wildcard;
        if (part == no_id) {
            continue;
        }
        const std::optional<Wildcard> both =
            complete ? intersection(*complete, out_.wildcards[part]) : out_.wildcards[part];
        if (!both) {
            report_.add(out_, type.source, "src-ct.4",
                        "the intersection of the attribute wildcards cannot be expressed");
            continue;
        }
        complete = both;
    }
    const auto keep = [this](const Wildcard& wildcard) {
        out_.wildcards.push_back(wildcard);
        return static_cast<Id>(out_.wildcards.size() - 1);
    };
    draft.full_wildcard = complete ? keep(*complete) : no_id;
    type.attribute_wildcard = draft.full_wildcard;
    if (type.derivation == by_extension && base.attribute_wildcard != no_id) {
        const Wildcard& inherited = out_.wildcards[base.attribute_wildcard];
        const std::optional<Wildcard> both = complete ? united(*complete, inherited) : inherited;
        if (!both) {
            report_.add(out_, type.source, "src-ct.5",
                        "the union with the base's attribute wildcard cannot be expressed");
            return;
        }
        type.attribute_wildcard = keep(*both);
    }
}

}  // namespace schema
