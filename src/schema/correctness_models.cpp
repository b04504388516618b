// Constraints on model groups: all groups stand alone, elements of one name have one type.
#include "schema/correctness_impl.hpp"

namespace schema {

// cos-all-limited
void Correctness::check_all_groups() {
    const auto is_all = [this](const Particle& particle) {
        return particle.kind == TermKind::group &&
               in_.groups[particle.term].compositor == Compositor::all;
    };
    for (const ModelGroup& group : in_.groups) {
        for (const Particle& particle : group.particles) {
            if (is_all(particle)) {
                fault(particle.source, "cos-all-limited.1.2",
                      "an all group must be the whole content of a type");
            }
            if (group.compositor == Compositor::all && particle.max > 1) {
                fault(particle.source, "cos-all-limited.2",
                      "in an all group nothing may occur more than once");
            }
        }
    }
    for (const auto& [id, draft] : drafts_.complex) {
        if (draft.own_model && is_all(*draft.own_model) && draft.own_model->max != 1) {
            fault(draft.own_model->source, "cos-all-limited.1.2",
                  "an all group occurs once at most");
        }
    }
}

// cos-element-consistent
void Correctness::check_consistent(Id model) {
    if (!consistent_.insert(model).second) {
        return;  // a shared model: once is enough
    }
    std::unordered_map<ExpandedName, Id, ExpandedNameHash> types;
    std::set<Id> seen;
    std::vector<Id> work{model};
    const auto meet = [&](Id element, const Source& source) {
        const ElementDeclaration& declaration = in_.elements[element];
        const auto [known, fresh] = types.emplace(declaration.name, declaration.type);
        if (!fresh && known->second != declaration.type) {
            fault(source, "cos-element-consistent",
                  "the element " + shown(declaration.name) + " has two types in one model");
        }
    };
    while (!work.empty()) {
        const Id group = work.back();
        work.pop_back();
        for (const Particle& particle : in_.groups[group].particles) {
            if (++steps_ > 16 * options_.states_max) {
                return;  // a hostile schema; the compiler of models has its own limits
            }
            if (particle.kind == TermKind::group && seen.insert(particle.term).second) {
                work.push_back(particle.term);
            } else if (particle.kind == TermKind::element) {
                meet(particle.term, particle.source);
                for (const Id member : in_.elements[particle.term].substitutes) {
                    meet(member, particle.source);
                }
            }
        }
    }
}

}  // namespace schema
