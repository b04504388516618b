// Type definitions from their nodes, as far as they stand without their base.
#include <algorithm>

#include "schema/resolve_impl.hpp"

namespace schema {

namespace {

constexpr DerivationSet both = by_extension | by_restriction;

const xml::Element* child_of(const xml::Element& node,
                             std::initializer_list<std::string_view> names) {
    for (const xml::Element* child : node.children) {
        if (std::find(names.begin(), names.end(), child->local) != names.end()) {
            return child;
        }
    }
    return nullptr;
}

}  // namespace

Id Resolver::new_type(const ExpandedName& name, const Node& node) {
    TypeDefinition& type = out_.types.emplace_back();
    type.id = static_cast<Id>(out_.types.size() - 1);
    type.name = name;
    type.source = reading_->source(node);
    return type.id;
}

Id Resolver::build_inline_type(const Node& node) {
    const Node* inside = child_of(node, {"simpleType", "complexType"});
    if (inside == nullptr) {
        return no_id;
    }
    const Id id = new_type({}, *inside);
    build_type(id, *inside);
    return id;
}

void Resolver::build_type(Id id, const Node& node) {
    out_.types[id].zone = zone_of(node);
    if (node.local == "simpleType") {
        build_simple_type(id, node);
    } else {
        build_complex_type(id, node);
    }
}

void Resolver::build_simple_type(Id id, const Node& node) {
    TypeDefinition& type = out_.types[id];
    constexpr DerivationSet all = by_restriction | by_list | by_union;
    const auto final = node.value("final");
    type.final = final ? parse_derivations(*final, all).value_or(0)
                       : static_cast<DerivationSet>(reading_->final & all);
    const Node& how = *child_of(node, {"restriction", "list", "union"});
    drafts_.simple[id] = {reading_, &how};
    const char* attribute = how.local == "restriction" ? "base" : "itemType";
    const auto named = how.value(how.local == "union" ? "memberTypes" : attribute);
    std::vector<Id> found;
    for (const std::string_view name : words(named.value_or(""))) {
        const Id member = look_up(Space::type, name, how);
        found.push_back(member == no_id ? out_.any_simple_type : member);
    }
    std::size_t inside = 0;
    for (const Node* child : how.children) {
        if (child->local == "simpleType") {
            const Id member = new_type({}, *child);
            build_simple_type(member, *child);
            found.push_back(member);
            ++inside;
        }
    }
    if (how.local == "union") {
        type.derivation = by_union;
        if (found.empty()) {
            fault(how, "src-union-memberTypes-or-simpleTypes", "a union needs at least one member");
        }
    } else if (named.has_value() == (inside == 1)) {
        fault(how,
              how.local == "list" ? "src-list-itemType-or-simpleType"
                                  : "src-restriction-base-or-simpleType",
              std::string("either the attribute ") + attribute + " or a simpleType inside");
    } else {
        type.derivation = how.local == "list" ? by_list : by_restriction;
    }
    if (how.local == "restriction") {
        type.base = found.empty() ? out_.any_simple_type : found.front();
        type.derivation = by_restriction;
    } else {
        type.base = out_.any_simple_type;
        type.members = std::move(found);
    }
}

void Resolver::build_complex_type(Id id, const Node& node) {
    TypeDefinition& type = out_.types[id];
    type.complex = true;
    type.abstract = parse_boolean(node.value_or("abstract", "false")).value_or(false);
    const auto block = node.value("block");
    type.block = block ? parse_derivations(*block, both).value_or(0)
                       : static_cast<DerivationSet>(reading_->block & both);
    const auto final = node.value("final");
    type.final = final ? parse_derivations(*final, both).value_or(0)
                       : static_cast<DerivationSet>(reading_->final & both);
    ComplexDraft& draft = drafts_.complex[id];
    draft.reading = reading_;
    draft.node = &node;
    draft.mixed = parse_boolean(node.value_or("mixed", "false")).value_or(false);
    const Node* content = child_of(node, {"simpleContent", "complexContent"});
    const Node* particles = &node;
    if (content != nullptr) {
        build_complex_base(type, draft, *content);
        particles = draft.derivation;
    } else {
        type.base = out_.any_type;
        type.derivation = by_restriction;
    }
    if (!draft.simple_content) {
        draft.own_model = explicit_content(*particles);
    }
    build_attributes(*particles, draft.uses, draft.groups, draft.wildcard, &draft.prohibited,
                     nullptr);
}

void Resolver::build_complex_base(TypeDefinition& type, ComplexDraft& draft, const Node& content) {
    draft.derivation = child_of(content, {"restriction", "extension"});
    draft.simple_content = content.local == "simpleContent";
    if (content.attribute("mixed") != nullptr) {
        draft.mixed = parse_boolean(content.value_or("mixed", "false")).value_or(false);
    }
    const Node& how = *draft.derivation;
    const Id base = look_up(Space::type, how.value_or("base", ""), how);
    type.base = base == no_id ? out_.any_type : base;
    type.derivation = how.local == "extension" ? by_extension : by_restriction;
    if (base == no_id) {
        type.derivation = by_restriction;
    }
    if (draft.simple_content) {
        draft.content_type = build_inline_type(how);
    }
}

}  // namespace schema
