// Attributes: uses, wildcards, values.
#include <algorithm>

#include "schema/schema_impl.hpp"
#include "schema/value_compare.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using Impl = Walker::Impl;
using core::Reason;

namespace {

constexpr std::string_view xsi_space = "http://www.w3.org/2001/XMLSchema-instance";

bool is_xsi(const xml::TagAttribute& attribute) {
    if (attribute.name.space != xsi_space) return false;
    const std::string_view local = attribute.name.local;
    return local == "type" || local == "nil" || local == "schemaLocation" ||
           local == "noNamespaceSchemaLocation";
}

}  // namespace

void Impl::check_attributes(Frame& frame) {
    const TypeDefinition& type = components->types[frame.type];
    const auto& attributes = scanner.attributes();
    if (attributes.empty() && type.attributes.empty()) return;
    uses_seen.assign(type.attributes.size(), 0);
    for (const xml::TagAttribute& attribute : attributes) {
        if (attribute.namespaces || is_xsi(attribute)) continue;
        const auto use = std::find_if(
            type.attributes.begin(), type.attributes.end(), [&](const AttributeUse& each) {
                const ExpandedName& name = components->attributes[each.declaration].name;
                return name.local == attribute.name.local && name.space == attribute.name.space;
            });
        if (use != type.attributes.end()) {
            uses_seen[static_cast<std::size_t>(use - type.attributes.begin())] = 1;
            check_attribute(frame, attribute, components->attributes[use->declaration], use->value,
                            false);
        } else {
            attribute_by_wildcard(frame, attribute, type.attribute_wildcard);
        }
    }
    for (std::size_t i = 0; i < type.attributes.size(); ++i) {
        const AttributeUse& use = type.attributes[i];
        if (uses_seen[i] != 0) continue;
        const AttributeDeclaration& declaration = components->attributes[use.declaration];
        if (use.required) {
            core::Finding* finding =
                wrong_attribute(Reason::attribute_missing, "001", declaration.name.local,
                                declaration.zone, frame.begin);
            if (finding != nullptr) finding->details.push_back(declaration.name.local);
        } else if (use.value.kind != ValueKind::none) {
            supply_attribute(frame, declaration, use.value);
        }
    }
}

// The value that an absent attribute has by default can be a field of a key, or an identifier.
void Impl::supply_attribute(const Frame& frame, const AttributeDeclaration& declaration,
                            const ValueConstraint& value) {
    const SimpleTypePtr& type = components->types[declaration.type].simple;
    if (type == nullptr) return;
    if (has_identifiers(declaration.type))
        note_identifiers(*type, value.lexical, declaration.name.local, frame.begin);
    if (!identity.scopes.empty())
        note_field(declaration.name.space, declaration.name.local, value.lexical, *type,
                   ValuePrefixes(value));
}

void Impl::attribute_by_wildcard(Frame& frame, const xml::TagAttribute& attribute, Id wildcard) {
    const std::uint64_t at = offset_of(attribute.name.qname.data());
    const auto unknown = [&] {
        core::Finding* finding =
            wrong_attribute(Reason::attribute_unknown, "092", attribute.name.local, {}, at);
        if (finding != nullptr) finding->details.emplace_back(attribute.name.local);
    };
    if (wildcard == no_id || !components->wildcards[wildcard].allows(attribute.name.space)) {
        unknown();
        return;
    }
    const Process process = components->wildcards[wildcard].process;
    if (process == Process::skip) return;
    const Id declaration =
        components->find(components->attribute_names,
                         {std::string(attribute.name.space), std::string(attribute.name.local)});
    if (declaration == no_id) {
        if (process == Process::strict) unknown();
        return;
    }
    const AttributeDeclaration& found = components->attributes[declaration];
    check_attribute(frame, attribute, found, found.value, true);
}

// cvc-complex-type.5.2: among the uses, whether the attribute is there or not.
bool Impl::may_have_id(const TypeDefinition& type) const {
    return std::any_of(type.attributes.begin(), type.attributes.end(),
                       [&](const AttributeUse& use) {
                           const Id declared = components->attributes[use.declaration].type;
                           return components->types[declared].simple != nullptr &&
                                  components->types[declared].simple->is_id();
                       });
}

void Impl::check_attribute(Frame& frame, const xml::TagAttribute& attribute,
                           const AttributeDeclaration& declaration, const ValueConstraint& value,
                           bool by_wildcard) {
    const SimpleTypePtr& type = components->types[declaration.type].simple;
    if (type == nullptr) return;
    const std::uint64_t at = offset_of(attribute.raw.data());
    const auto report = [&](Reason reason, const char* ccc) {
        core::Finding* finding =
            wrong_attribute(reason, ccc, attribute.name.local, declaration.zone, at);
        set_value(finding, attribute.value);
        return finding;
    };
    Violation violation;
    if (!type->check(attribute.value, this, &violation)) {
        if (core::Finding* finding = report(violation.reason, code_of(violation)))
            finding->details = std::move(violation.details);
        return;
    }
    if (value.kind == ValueKind::fixed && !check_fixed(*type, attribute.value, value)) {
        report(Reason::fixed_value, "008");
        return;
    }
    if (by_wildcard && type->is_id()) {
        if (frame.wild_id || may_have_id(components->types[frame.type]))
            report(Reason::duplicate, "003");
        frame.wild_id = true;
    }
    if (has_identifiers(declaration.type))
        note_identifiers(*type, attribute.value, attribute.name.local, at);
    if (!identity.scopes.empty())
        note_field(attribute.name.space, attribute.name.local, attribute.value, *type, *this);
}

}  // namespace schema
