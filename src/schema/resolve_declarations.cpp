// Elements, attributes, attribute groups, notations and identity constraints from their nodes.
#include <algorithm>

#include "schema/resolve_impl.hpp"
#include "schema/xpath.hpp"

namespace schema {

namespace {

constexpr DerivationSet both = by_extension | by_restriction;

bool five_digits(std::string_view text) {
    return text.size() == 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_constraint(const xml::Element& node) {
    return node.local == "unique" || node.local == "key" || node.local == "keyref";
}

}  // namespace

std::string Resolver::zone_of(const Node& node) const {
    for (const Node* annotation : node.children) {
        if (!annotation->is(xsd_space, "annotation")) {
            continue;
        }
        for (const Node* child : annotation->children) {
            const std::string text(child->is(xsd_space, "documentation") ? trimmed(child->text())
                                                                         : "");
            if (five_digits(text)) {
                return text;
            }
        }
    }
    return {};
}

void Resolver::build_global(const Global& global) {
    reading_ = global.reading;
    redefining_ = global.original == no_id ? nullptr : &global;
    const Node& node = *global.node;
    switch (global.space) {
        case Space::element:
            build_element(global.id, node);
            break;
        case Space::attribute:
            build_attribute(global.id, node);
            break;
        case Space::type:
            build_type(global.id, node);
            break;
        case Space::notation:
            build_notation(global.id, node);
            break;
        case Space::group: {
            GroupDraft& draft = drafts_.groups[global.id];
            draft.original = global.original;
            build_group(draft, node);
            break;
        }
        case Space::attribute_group: {
            AttributeGroupDraft& draft = drafts_.attribute_groups[global.id];
            draft.original = global.original;
            build_attribute_group(draft, node);
            break;
        }
        case Space::constraint:
            break;
    }
    redefining_ = nullptr;
}

ValueConstraint Resolver::value_constraint(const Node& node) {
    ValueConstraint value;
    const xml::Attribute* fallback = node.attribute("default");
    const xml::Attribute* fixed = node.attribute("fixed");
    if (fallback != nullptr && fixed != nullptr) {
        fault(node, "src-" + node.local + ".1", "default and fixed exclude each other");
    }
    if (fixed != nullptr || fallback != nullptr) {
        value.kind = fixed != nullptr ? ValueKind::fixed : ValueKind::fallback;
        value.lexical = (fixed != nullptr ? fixed : fallback)->value;
        for (const xml::Binding& binding : node.in_scope()) {
            value.prefixes.emplace_back(binding.prefix, binding.space);
        }
    }
    return value;
}

void Resolver::build_element(Id id, const Node& node) {
    ElementDeclaration& element = out_.elements[id];
    drafts_.element_nodes[id] = &node;
    element.source = reading_->source(node);
    element.nillable = parse_boolean(node.value_or("nillable", "false")).value_or(false);
    element.abstract = parse_boolean(node.value_or("abstract", "false")).value_or(false);
    element.value = value_constraint(node);
    element.zone = zone_of(node);
    const auto block = node.value("block");
    element.block = block ? parse_derivations(*block, both | by_substitution).value_or(0)
                          : static_cast<DerivationSet>(reading_->block & (both | by_substitution));
    const auto final = node.value("final");
    element.exclusion = final ? parse_derivations(*final, both).value_or(0)
                              : static_cast<DerivationSet>(reading_->final & both);
    if (const auto head = node.value("substitutionGroup")) {
        element.head = look_up(Space::element, *head, node);
    }
    const Id inline_type = build_inline_type(node);
    const auto type = node.value("type");
    if (type && inline_type != no_id) {
        fault(node, "src-element.3", "an element has a type attribute or a type inside, not both");
    }
    if (type) {
        const Id found = look_up(Space::type, *type, node);
        element.type = found == no_id ? out_.any_type : found;
    } else {
        // Without a head: anyType; with one: the head's, settled later.
        element.type = inline_type != no_id || element.head != no_id ? inline_type : out_.any_type;
    }
    for (const Node* child : node.children) {
        if (is_constraint(*child)) {
            build_constraint(element, *child);
        }
    }
}

Id Resolver::build_local_element(const Node& node) {
    const auto ref = node.value("ref");
    const auto name = node.value("name");
    if (ref.has_value() == name.has_value()) {
        fault(node, "src-element.2.1", "an element in a model needs either a name or a ref");
        return no_id;
    }
    if (ref) {
        for (const char* other : {"nillable", "default", "fixed", "form", "block", "type"}) {
            if (node.attribute(other) != nullptr) {
                fault(node, "src-element.2.2",
                      std::string("a reference may not have the attribute '") + other + "'");
            }
        }
        if (std::any_of(node.children.begin(), node.children.end(),
                        [](const Node* child) { return child->local != "annotation"; })) {
            fault(node, "src-element.2.2", "a reference may hold nothing but an annotation");
        }
        return look_up(Space::element, *ref, node);
    }
    ElementDeclaration& element = out_.elements.emplace_back();
    element.id = static_cast<Id>(out_.elements.size() - 1);
    const auto form = node.value("form");
    const bool qualified = form ? trimmed(*form) == "qualified" : reading_->elements_qualified;
    element.name = {qualified ? reading_->target : "", std::string(trimmed(*name))};
    const Id id = element.id;
    build_element(id, node);
    out_.elements[id].exclusion = 0;
    return id;
}

void Resolver::build_constraint(ElementDeclaration& element, const Node& node) {
    IdentityConstraint& constraint = out_.constraints.emplace_back();
    constraint.id = static_cast<Id>(out_.constraints.size() - 1);
    constraint.name = {reading_->target, std::string(trimmed(node.value_or("name", "")))};
    constraint.source = reading_->source(node);
    constraint.kind = node.local == "key"      ? IdentityConstraint::Kind::key
                      : node.local == "keyref" ? IdentityConstraint::Kind::keyref
                                               : IdentityConstraint::Kind::unique;
    element.constraints.push_back(constraint.id);
    for (const Node* child : node.children) {
        if (child->local == "annotation") {
            continue;
        }
        const bool field = child->local == "field";
        XPathResult path = parse_path(child->value_or("xpath", ""), *child, field);
        if (!path.error.empty()) {
            fault(*child, field ? "c-fields-xpaths" : "c-selector-xpath", path.error);
        } else if (field) {
            constraint.fields.push_back(std::move(path.path));
        } else {
            constraint.selector = std::move(path.path);
        }
    }
    Global global{Space::constraint, constraint.name, reading_, &node, constraint.id, no_id};
    auto& table = tables_[Space::constraint];
    if (!table.emplace(constraint.name, late_globals_.size()).second) {
        fault(node, "sch-props-correct.2",
              "there already is an identity constraint " + shown(constraint.name));
    }
    late_globals_.push_back(global);
}

void Resolver::settle_keyrefs() {
    const auto& table = tables_[Space::constraint];
    for (const Global& global : late_globals_) {
        IdentityConstraint& constraint = out_.constraints[global.id];
        if (constraint.kind != IdentityConstraint::Kind::keyref) {
            continue;
        }
        reading_ = global.reading;
        const auto name = expand(global.node->value_or("refer", ""), *global.node);
        if (!name) {
            continue;
        }
        const auto found = table.find(*name);
        if (found == table.end()) {
            fault(*global.node, "src-resolve", "there is no key or unique " + shown(*name));
            continue;
        }
        const IdentityConstraint& key = out_.constraints[late_globals_[found->second].id];
        constraint.refer = key.id;
        if (key.kind == IdentityConstraint::Kind::keyref) {
            fault(*global.node, "c-props-correct.1", "refer names a keyref, not a key or unique");
        } else if (key.fields.size() != constraint.fields.size()) {
            fault(*global.node, "c-props-correct.2",
                  "the keyref and what it refers to have different numbers of fields");
        }
    }
}

void Resolver::build_attribute(Id id, const Node& node) {
    AttributeDeclaration& attribute = out_.attributes[id];
    drafts_.attribute_nodes[id] = &node;
    attribute.source = reading_->source(node);
    attribute.value = value_constraint(node);
    attribute.zone = zone_of(node);
    if (attribute.name.local == "xmlns") {
        fault(node, "no-xmlns", "an attribute may not be called xmlns");
    }
    if (attribute.name.space == xsi_space) {
        fault(node, "no-xsi", "attributes of the xsi namespace cannot be declared");
    }
    const Id inline_type = build_inline_type(node);
    const auto type = node.value("type");
    if (type && inline_type != no_id) {
        fault(node, "src-attribute.4",
              "an attribute has a type attribute or a type inside, not both");
    }
    attribute.type = type ? look_up(Space::type, *type, node) : inline_type;
    if (attribute.type == no_id) {
        attribute.type = out_.any_simple_type;
    }
}

std::optional<AttributeUse> Resolver::build_attribute_use(const Node& node,
                                                          std::set<ExpandedName>* prohibited) {
    const auto ref = node.value("ref");
    const auto name = node.value("name");
    if (ref.has_value() == name.has_value()) {
        fault(node, "src-attribute.3.1", "an attribute here needs either a name or a ref");
        return std::nullopt;
    }
    AttributeUse result;
    const std::string_view use = trimmed(node.value_or("use", "optional"));
    result.required = use == "required";
    result.source = reading_->source(node);
    if (node.attribute("default") != nullptr && use != "optional") {
        fault(node, "src-attribute.2", "an attribute with a default value must be optional");
    }
    if (ref) {
        if (node.attribute("form") != nullptr || node.attribute("type") != nullptr ||
            node.child(xsd_space, "simpleType") != nullptr) {
            fault(node, "src-attribute.3.2", "a reference may have neither form nor type");
        }
        result.declaration = look_up(Space::attribute, *ref, node);
        result.value = value_constraint(node);
        if (result.declaration == no_id) {
            return std::nullopt;
        }
    } else {
        AttributeDeclaration& attribute = out_.attributes.emplace_back();
        attribute.id = static_cast<Id>(out_.attributes.size() - 1);
        const auto form = node.value("form");
        const bool qualified =
            form ? trimmed(*form) == "qualified" : reading_->attributes_qualified;
        attribute.name = {qualified ? reading_->target : "", std::string(trimmed(*name))};
        result.declaration = attribute.id;
        build_attribute(attribute.id, node);
        result.value = out_.attributes[result.declaration].value;
    }
    if (use == "prohibited") {
        if (prohibited != nullptr) {
            prohibited->insert(out_.attributes[result.declaration].name);
        }
        return std::nullopt;
    }
    return result;
}

void Resolver::build_attributes(const Node& node, std::vector<AttributeUse>& uses,
                                std::vector<Id>& groups, Id& wildcard,
                                std::set<ExpandedName>* prohibited, AttributeGroupDraft* within) {
    for (const Node* child : node.children) {
        if (child->local == "attribute") {
            if (auto use = build_attribute_use(*child, prohibited)) {
                uses.push_back(*use);
            }
        } else if (child->local == "attributeGroup") {
            const Id group = look_up(Space::attribute_group, child->value_or("ref", ""), *child);
            if (group == no_id) {
                continue;
            }
            if (within != nullptr && within->original != no_id && group == within->original) {
                ++within->self_references;
            }
            groups.push_back(group);
        } else if (child->local == "anyAttribute") {
            wildcard = build_wildcard(*child);
        }
    }
}

void Resolver::build_attribute_group(AttributeGroupDraft& draft, const Node& node) {
    build_attributes(node, draft.uses, draft.groups, draft.wildcard, nullptr, &draft);
}

void Resolver::build_notation(Id id, const Node& node) {
    Notation& notation = out_.notations[id];
    notation.public_id = trimmed(node.value_or("public", ""));
    notation.system_id = trimmed(node.value_or("system", ""));
    if (node.attribute("public") == nullptr && node.attribute("system") == nullptr) {
        fault(node, "src-notation", "a notation needs public or system");
    }
}

}  // namespace schema
