// src-redefine.5 to 7: what xs:redefine may do to what it names.
#include "schema/correctness_impl.hpp"

namespace schema {

void Correctness::check_redefinitions() {
    for (const Global& global : drafts_.globals) {
        if (global.original == no_id) {
            continue;
        }
        switch (global.space) {
            case Space::type:
                check_redefined_type(global);
                break;
            case Space::group:
                check_redefined_group(global);
                break;
            case Space::attribute_group:
                check_redefined_attribute_group(global);
                break;
            default:
                break;
        }
    }
}

void Correctness::check_redefined_type(const Global& global) {
    const TypeDefinition& type = in_.types[global.id];
    const bool restricts_or_extends =
        type.derivation == by_restriction || type.derivation == by_extension;
    if (type.base != global.original || !restricts_or_extends) {
        fault(type.source, "src-redefine.5",
              "a redefined type must restrict or extend itself: " + shown(global.name));
    }
}

void Correctness::check_redefined_group(const Global& global) {
    const GroupDraft& draft = drafts_.groups[global.id];
    const Source& source = draft.source;
    if (draft.self_references > 1) {
        fault(source, "src-redefine.6.1.1", "a redefined group may refer to itself only once");
    } else if (draft.self_references == 1) {
        if (!draft.self_reference_is_once) {
            fault(source, "src-redefine.6.1.2",
                  "the reference of a redefined group to itself must occur exactly once");
        }
    } else {
        Particle narrow, wide;
        narrow.term = draft.group;
        wide.term = drafts_.groups[global.original].group;
        const std::string clause = restriction_.violated(narrow, wide);
        if (!clause.empty()) {
            fault(source, "src-redefine.6.2.2",
                  "the group is not a valid restriction of what it redefines (" + clause + ")");
        }
    }
}

void Correctness::check_redefined_attribute_group(const Global& global) {
    const AttributeGroupDraft& draft = drafts_.attribute_groups[global.id];
    if (draft.self_references > 1) {
        fault(draft.source, "src-redefine.7.1",
              "a redefined attribute group may refer to itself only once");
    }
    if (draft.self_references != 0) {
        return;
    }
    const AttributeGroupDraft& original = drafts_.attribute_groups[global.original];
    check_restricted_attributes(draft.uses, draft.wildcard, original.uses, original.wildcard,
                                draft.source, false);
}

}  // namespace schema
