// What depends on other components being complete: the order, attribute groups, element types,
// substitution groups.
#include <algorithm>

#include "schema/resolve_impl.hpp"
#include "schema/wildcard.hpp"

namespace schema {

namespace {

enum class Colour : std::uint8_t { white, grey, black };

// Depth first over 0..count-1 without recursion. `next(node)` gives the nodes it depends on;
// `cycle(node)` is told of a node that depends on one that waits for it; `done(node)` comes after
// all it depends on.
template <typename Next, typename Cycle, typename Done>
void bases_first(std::size_t count, const Next& next, const Cycle& cycle, const Done& done) {
    struct Frame {
        Id node;
        std::vector<Id> left;
    };
    std::vector<Colour> colour(count, Colour::white);
    std::vector<Frame> stack;
    for (std::size_t start = 0; start < count; ++start) {
        if (colour[start] != Colour::white) {
            continue;
        }
        colour[start] = Colour::grey;
        stack.push_back({static_cast<Id>(start), next(static_cast<Id>(start))});
        while (!stack.empty()) {
            Frame& top = stack.back();
            if (top.left.empty()) {
                const Id node = top.node;
                stack.pop_back();
                colour[node] = Colour::black;
                done(node);
                continue;
            }
            const Id child = top.left.back();
            top.left.pop_back();
            if (colour[child] == Colour::grey) {
                cycle(top.node);
            } else if (colour[child] == Colour::white) {
                colour[child] = Colour::grey;
                stack.push_back({child, next(child)});
            }
        }
    }
}

}  // namespace

void Resolver::run() {
    for (const SchemaFile& file : read_.files) {
        out_.documents.push_back(file.path);
    }
    add_builtins();
    register_all();
    for (const Global& global : drafts_.globals) {
        if (global.reading != nullptr) {
            build_global(global);
        }
    }
    settle_keyrefs();
    settle_attribute_uses();
    complete_attribute_groups();
    check_group_cycles();
    complete_types();
    complete_elements();
    collect_substitutes();
}

// Copies of attribute uses grow with the square of a chain of derivations: a limit against that.
bool Resolver::spend(std::uint64_t uses, const Source& source) {
    const bool within = spent_ <= options_.states_max;
    spent_ += uses;
    if (within && spent_ > options_.states_max) {
        report_.add(out_, source, "limit", "the schema expands to more than states_max components");
    }
    return spent_ <= options_.states_max;
}

void Resolver::settle_attribute_uses() {
    const auto settle = [this](std::vector<AttributeUse>& uses) {
        for (AttributeUse& use : uses) {
            const AttributeDeclaration& declaration = out_.attributes[use.declaration];
            if (declaration.value.kind == ValueKind::fixed &&
                use.value.kind == ValueKind::fallback) {
                report_.add(out_, use.source, "au-props-correct.2",
                            "the declaration has a fixed value, so the use may not have a default");
            }
            if (use.value.kind == ValueKind::none) {
                use.value = declaration.value;
            }
        }
    };
    for (auto& [id, draft] : drafts_.complex) {
        settle(draft.uses);
    }
    for (AttributeGroupDraft& draft : drafts_.attribute_groups) {
        settle(draft.uses);
    }
}

void Resolver::complete_attribute_groups() {
    auto& groups = drafts_.attribute_groups;
    bases_first(
        groups.size(), [&](Id id) { return groups[id].groups; },
        [&](Id id) {
            report_.add(out_, groups[id].source, "src-attribute_group.3",
                        "the attribute group " + shown(groups[id].name) + " contains itself");
        },
        [&](Id id) { complete_attribute_group(groups[id]); });
}

void Resolver::complete_attribute_group(AttributeGroupDraft& draft) {
    const Source& source = draft.source;
    for (const Id id : draft.groups) {
        const AttributeGroupDraft& part = drafts_.attribute_groups[id];
        if (&part == &draft || !spend(part.uses.size(), source)) {
            continue;
        }
        draft.uses.insert(draft.uses.end(), part.uses.begin(), part.uses.end());
        if (part.wildcard == no_id) {
            continue;
        }
        if (draft.wildcard == no_id) {
            draft.wildcard = part.wildcard;
        } else if (auto both = intersection(out_.wildcards[draft.wildcard],
                                            out_.wildcards[part.wildcard])) {
            out_.wildcards.push_back(*both);
            draft.wildcard = static_cast<Id>(out_.wildcards.size() - 1);
        } else {
            report_.add(out_, source, "src-attribute_group.2",
                        "the intersection of the wildcards cannot be expressed");
        }
    }
}

void Resolver::check_group_cycles() {
    std::vector<std::uint32_t> depth(out_.groups.size(), 0);
    bases_first(
        out_.groups.size(),
        [this](Id id) {
            std::vector<Id> parts;
            for (const Particle& particle : out_.groups[id].particles) {
                if (particle.kind == TermKind::group) parts.push_back(particle.term);
            }
            return parts;
        },
        [this](Id id) {
            report_.add(out_, out_.groups[id].source, "mg-props-correct.2",
                        "a model group contains itself");
            out_.groups[id].particles.clear();
        },
        [&](Id id) {
            for (const Particle& particle : out_.groups[id].particles) {
                if (particle.kind == TermKind::group) {
                    depth[id] = std::max(depth[id], depth[particle.term] + 1);
                }
            }
            if (depth[id] == options_.depth_max) {
                report_.add(out_, out_.groups[id].source, "limit",
                            "model groups are nested too deeply");
            }
        });
    group_depths_ = std::move(depth);
}

void Resolver::complete_types() {
    std::vector<std::uint32_t> depth(out_.types.size(), 0);
    bases_first(
        out_.types.size(), [this](Id id) { return dependencies(id); },
        [this](Id id) { break_cycle(id); },
        [&](Id id) {
            for (const Id needed : dependencies(id)) {
                depth[id] = std::max(depth[id], depth[needed] + (needed == id ? 0 : 1));
            }
            if (depth[id] == options_.depth_max) {
                report_.add(out_, out_.types[id].source, "limit",
                            "more than depth_max types are derived from each other");
            } else if (depth[id] > options_.depth_max) {
                break_off(id);
            }
            if (drafts_.simple.count(id) != 0) {
                complete_simple(id);
            } else if (drafts_.complex.count(id) != 0) {
                complete_complex(id);
            }
        });
}

std::vector<Id> Resolver::dependencies(Id id) const {
    const TypeDefinition& type = out_.types[id];
    std::vector<Id> needed = type.members;
    if (id != out_.any_type) {
        needed.push_back(type.base);
    }
    const auto draft = drafts_.complex.find(id);
    if (draft != drafts_.complex.end() && draft->second.content_type != no_id) {
        needed.push_back(draft->second.content_type);
    }
    return needed;
}

void Resolver::break_cycle(Id id) {
    TypeDefinition& type = out_.types[id];
    report_.add(out_, type.source, type.complex ? "ct-props-correct.3" : "st-props-correct.2",
                "the type " + shown(type.name) + " is derived from itself");
    break_off(id);
}

// Nothing is built on a base that is too far from the root: destructors of simple types recurse.
void Resolver::break_off(Id id) {
    TypeDefinition& type = out_.types[id];
    type.base = type.complex ? out_.any_type : out_.any_simple_type;
    for (Id& member : type.members) {
        member = out_.any_simple_type;
    }
}

void Resolver::complete_elements() {
    for (ElementDeclaration& element : out_.elements) {
        if (element.type == no_id) {
            settle_type_from_head(element.id);
        }
        if (element.zone.empty()) {
            element.zone = out_.types[element.type].zone;
        }
    }
    for (AttributeDeclaration& attribute : out_.attributes) {
        if (attribute.zone.empty()) {
            attribute.zone = out_.types[attribute.type].zone;
        }
    }
}

void Resolver::settle_type_from_head(Id element) {
    std::unordered_set<Id> chain;
    Id at = element;
    while (at != no_id && out_.elements[at].type == no_id) {
        chain.insert(at);
        at = out_.elements[at].head;
        if (chain.count(at) != 0) {
            at = no_id;  // a cycle; reported with the substitution groups
        }
    }
    const Id type = at == no_id ? out_.any_type : out_.elements[at].type;
    for (const Id link : chain) {
        out_.elements[link].type = type;
    }
}

void Resolver::collect_substitutes() {
    for (const ElementDeclaration& member : out_.elements) {
        std::unordered_set<Id> seen{member.id};
        Id at = member.head;
        for (; at != no_id && seen.insert(at).second; at = out_.elements[at].head) {
            ElementDeclaration& head = out_.elements[at];
            if (!spend(1, member.source)) {
                return;
            }
            if (!member.abstract && may_substitute(member, head)) {
                head.substitutes.push_back(member.id);
            }
        }
        if (at == member.id) {
            report_.add(out_, member.source, "e-props-correct.6",
                        "the substitution group of " + shown(member.name) + " is circular");
        }
    }
}

// cos-equiv-derived-ok-rec
bool Resolver::may_substitute(const ElementDeclaration& member,
                              const ElementDeclaration& head) const {
    if ((head.block & by_substitution) != 0) {
        return false;
    }
    DerivationSet used = 0;
    auto blocked = static_cast<DerivationSet>(head.block | out_.types[head.type].block);
    for (Id at = member.type; at != head.type;) {
        const TypeDefinition& type = out_.types[at];
        used = static_cast<DerivationSet>(used | type.derivation);
        if (type.base == at) {
            break;
        }
        at = type.base;
        blocked = static_cast<DerivationSet>(blocked | out_.types[at].block);
    }
    return (used & blocked) == 0;
}

}  // namespace schema
