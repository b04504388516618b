#include "schema/correctness.hpp"

#include <algorithm>

#include "schema/correctness_impl.hpp"
#include "schema/value_compare.hpp"

namespace schema {

void Correctness::run() {
    for (const ElementDeclaration& element : in_.elements) {
        check_element(element);
    }
    for (const AttributeDeclaration& attribute : in_.attributes) {
        check_attribute(attribute);
    }
    for (const auto& [id, draft] : drafts_.simple) {
        const TypeDefinition& type = in_.types[id];
        if (type.derivation == by_list && !type.members.empty()) {
            check_notation_type(type.members.front(), type.source);
        }
    }
    check_attribute_groups();
    check_all_groups();
    for (const auto& [id, draft] : drafts_.complex) {
        if (report_.full()) {
            return;
        }
        for (const AttributeUse& use : draft.uses) {
            check_use(use);
        }
        check_complex(in_.types[id], draft);
        check_notation_type(id, in_.types[id].source);
    }
    for (const GroupDraft& draft : drafts_.groups) {
        check_consistent(draft.group);  // even where no type refers to it
    }
    check_notation_values();
    check_redefinitions();
}

bool Correctness::is_id(const TypeDefinition& type) const {
    return type.simple != nullptr && type.simple->is_id();
}

void Correctness::check_value(const ValueConstraint& value, const SimpleType& type,
                              const Source& source, std::string_view clause) {
    const ValuePrefixes prefixes(value);
    if (!type.check(value.lexical, &prefixes, nullptr)) {
        fault(source, clause, "the default or fixed value is not valid for its type");
    }
}

void Correctness::check_element(const ElementDeclaration& element) {
    const TypeDefinition& type = in_.types[element.type];
    if (element.value.kind != ValueKind::none) {
        if (is_id(type)) {
            fault(element.source, "e-props-correct.5",
                  "an element of type xs:ID may not have a default or fixed value");
        } else if (type.simple != nullptr && type.content == Content::simple) {
            check_value(element.value, *type.simple, element.source, "e-props-correct.2");
        } else {
            check_complex_value(element, type);
        }
    }
    if (element.head != no_id) {
        const ElementDeclaration& head = in_.elements[element.head];
        if (!in_.derived(element.type, head.type, head.exclusion)) {
            fault(element.source, "e-props-correct.4",
                  "the type is not derived from that of the head " + shown(head.name) +
                      ", or the head is final for this derivation");
        }
    }
    if (!type.complex) {  // of complex ones with simple content the type itself is told
        check_notation_type(element.type, element.source);
    }
}

// cos-valid-default.2: without simple content the model must be mixed and emptiable.
void Correctness::check_complex_value(const ElementDeclaration& element,
                                      const TypeDefinition& type) {
    if (type.content != Content::mixed) {
        fault(element.source, "cos-valid-default.2.1",
              "a default or fixed value needs simple or mixed content");
    } else if (!measure_.emptiable(type.model)) {
        fault(element.source, "cos-valid-default.2.2.2",
              "a default or fixed value needs content that may be without elements");
    }
}

void Correctness::check_attribute(const AttributeDeclaration& attribute) {
    const TypeDefinition& type = in_.types[attribute.type];
    if (type.complex) {
        fault(attribute.source, "src-resolve", "the type of an attribute must be a simple type");
        return;
    }
    if (attribute.value.kind != ValueKind::none) {
        if (is_id(type)) {
            fault(attribute.source, "a-props-correct.3",
                  "an attribute of type xs:ID may not have a default or fixed value");
        }
        check_value(attribute.value, *type.simple, attribute.source, "a-props-correct.2");
    }
    check_notation_type(attribute.type, attribute.source);
}

// NOTATION itself is abstract: only enumerations of it are types for values and for items of lists.
// (Members of unions as well, if "used directly" is read by the letter; the W3C suite, simpleType
// stE056 to stE065, takes such unions.)
void Correctness::check_notation_type(Id id, const Source& source) {
    const TypeDefinition& type = in_.types[id];
    if (type.simple != nullptr && type.simple->primitive() == Builtin::notation &&
        type.simple->facets().enumeration == nullptr) {
        fault(source, "enumeration-required-notation",
              "xs:NOTATION can only be used through an enumeration");
    }
}

void Correctness::check_use(const AttributeUse& use) {
    const AttributeDeclaration& declaration = in_.attributes[use.declaration];
    const TypeDefinition& type = in_.types[declaration.type];
    if (use.value.kind == ValueKind::none || type.complex) {
        return;
    }
    if (is_id(type)) {
        fault(use.source, "au-props-correct",
              "an attribute of type xs:ID may not have a default or fixed value");
    }
    check_value(use.value, *type.simple, use.source, "au-props-correct.1");
    if (declaration.value.kind == ValueKind::fixed &&
        !same_value(use.value, declaration.value, declaration.type)) {
        fault(use.source, "au-props-correct.2", "the declaration has another fixed value");
    }
}

// ag-props-correct
void Correctness::check_attribute_groups() {
    for (const AttributeGroupDraft& draft : drafts_.attribute_groups) {
        const Source& source = draft.source;
        std::set<ExpandedName> names;
        for (const AttributeUse& use : draft.uses) {
            check_use(use);
            const ExpandedName& name = in_.attributes[use.declaration].name;
            if (!names.insert(name).second) {
                fault(source, "ag-props-correct.2",
                      "the attribute group has two attributes " + shown(name));
            }
        }
        check_ids(draft.uses, source, "ag-props-correct.3");
    }
}

// The values of an enumeration of xs:NOTATION must name notations.
void Correctness::check_notation_values() {
    for (const auto& [id, draft] : drafts_.simple) {
        const TypeDefinition& type = in_.types[id];
        if (type.simple == nullptr || type.simple->primitive() != Builtin::notation) {
            continue;
        }
        for (const xml::Element* child : draft.node->children) {
            if (child->local != "enumeration") {
                continue;
            }
            const auto name = draft.reading->expand(child->value_or("value", ""), *child, report_);
            if (name && in_.find(in_.notation_names, *name) == no_id) {
                fault(draft.reading->source(*child), "src-resolve",
                      "there is no notation " + shown(*name));
            }
        }
    }
}

void check_correctness(const ReadSet&, const LoadOptions& options, const Components& components,
                       const Drafts& drafts, Report& report) {
    Correctness(components, drafts, options, report).run();
}

}  // namespace schema
