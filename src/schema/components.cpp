#include "schema/components.hpp"

#include <unordered_set>

namespace schema {

namespace {

// One step of derivation counts as this method: whatever makes a simple type from its base is a
// restriction in the eyes of cos-st-derived-ok.
DerivationSet step_of(const TypeDefinition& type) {
    return type.complex ? type.derivation : by_restriction;
}

// The chain of bases from `type` to `base`, without the unions' shortcut.
bool by_chain(const Components& components, Id type, Id base, DerivationSet forbidden) {
    while (type != base) {
        const TypeDefinition& definition = components.types[type];
        if (definition.base == type || definition.base == no_id ||
            (step_of(definition) & forbidden) != 0) {
            return false;
        }
        type = definition.base;
    }
    return true;
}

}  // namespace

bool Components::derived(Id type, Id base, DerivationSet forbidden) const {
    if (type == no_id || base == no_id) {
        return false;
    }
    if (by_chain(*this, type, base, forbidden)) {
        return true;
    }
    if (types[base].complex || types[type].complex || (forbidden & by_restriction) != 0) {
        return false;
    }
    // cos-st-derived-ok 2.2.4: what derives from a member of a union derives from the union, and
    // from what restricts it: that has the same members.
    std::unordered_set<Id> seen{base};
    std::vector<Id> work{base};
    while (!work.empty()) {
        Id at = work.back();
        work.pop_back();
        while (types[at].derivation == by_restriction && types[at].base != at) {
            at = types[at].base;
        }
        if (types[at].derivation != by_union) {
            continue;
        }
        for (const Id member : types[at].members) {
            if (by_chain(*this, type, member, forbidden)) {
                return true;
            }
            if (seen.insert(member).second) {
                work.push_back(member);
            }
        }
    }
    return false;
}

}  // namespace schema
