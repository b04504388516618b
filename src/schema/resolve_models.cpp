// Particles, model groups and wildcards from their nodes.
#include <algorithm>

#include "schema/resolve_impl.hpp"

namespace schema {

namespace {

bool is_model(const xml::Element& node) {
    return node.local == "group" || node.local == "all" || node.local == "choice" ||
           node.local == "sequence";
}

bool has_no_parts(const xml::Element& node) {
    return std::all_of(node.children.begin(), node.children.end(),
                       [](const xml::Element* child) { return child->local == "annotation"; });
}

}  // namespace

Particle Resolver::occurs(const Node& node) {
    Particle particle;
    particle.source = reading_->source(node);
    particle.min = parse_count(node.value_or("minOccurs", "1")).value_or(1);
    const std::string_view most = trimmed(node.value_or("maxOccurs", "1"));
    particle.max = most == "unbounded" ? unbounded : parse_count(most).value_or(1);
    if (particle.min > particle.max) {
        fault(node, "p-props-correct.2.1", "minOccurs is greater than maxOccurs");
        particle.max = particle.min;
    }
    return particle;
}

std::optional<Particle> Resolver::build_particle(const Node& node) {
    Particle particle = occurs(node);
    if (node.local == "element") {
        particle.kind = TermKind::element;
        particle.term = build_local_element(node);
    } else if (node.local == "any") {
        particle.kind = TermKind::wildcard;
        particle.term = build_wildcard(node);
    } else if (node.local == "group") {
        const Id group = look_up(Space::group, node.value_or("ref", ""), node);
        if (group != no_id && group_ != nullptr && group == group_->original) {
            ++group_->self_references;
            group_->self_reference_is_once = particle.min == 1 && particle.max == 1;
        }
        particle.term = group == no_id ? no_id : drafts_.groups[group].group;
    } else {
        particle.term = build_model_group(node);
    }
    if (particle.term == no_id || particle.max == 0) {
        return std::nullopt;
    }
    return particle;
}

Id Resolver::build_model_group(const Node& node) {
    ModelGroup group;
    group.source = reading_->source(node);
    group.compositor = node.local == "choice" ? Compositor::choice
                       : node.local == "all"  ? Compositor::all
                                              : Compositor::sequence;
    for (const Node* child : node.children) {
        if (child->local == "annotation") {
            continue;
        }
        if (const std::optional<Particle> particle = build_particle(*child)) {
            group.particles.push_back(*particle);
        }
    }
    out_.groups.push_back(std::move(group));
    return static_cast<Id>(out_.groups.size() - 1);
}

void Resolver::build_group(GroupDraft& draft, const Node& node) {
    group_ = &draft;
    for (const Node* child : node.children) {
        if (is_model(*child)) {
            const Id built = build_model_group(*child);
            // The named group keeps the index that references already have.
            out_.groups[draft.group] = out_.groups[built];
            if (built + 1 == out_.groups.size()) {
                out_.groups.pop_back();
            }
        }
    }
    group_ = nullptr;
}

Id Resolver::build_wildcard(const Node& node) {
    Wildcard wildcard;
    wildcard.source = reading_->source(node);
    const std::string_view process = trimmed(node.value_or("processContents", "strict"));
    wildcard.process = process == "lax"    ? Process::lax
                       : process == "skip" ? Process::skip
                                           : Process::strict;
    const std::string_view spaces = trimmed(node.value_or("namespace", "##any"));
    if (spaces == "##any") {
        wildcard.kind = Wildcard::Kind::any;
    } else if (spaces == "##other") {
        wildcard.kind = Wildcard::Kind::other;
        wildcard.not_space = reading_->target;
    } else {
        wildcard.kind = Wildcard::Kind::list;
        for (const std::string_view word : words(spaces)) {
            wildcard.spaces.insert(word == "##targetNamespace" ? reading_->target
                                   : word == "##local"         ? std::string()
                                                               : std::string(word));
        }
    }
    out_.wildcards.push_back(std::move(wildcard));
    return static_cast<Id>(out_.wildcards.size() - 1);
}

// Part 1, 3.4.2: the cases in which there is no explicit content.
std::optional<Particle> Resolver::explicit_content(const Node& parent) {
    for (const Node* child : parent.children) {
        if (!is_model(*child)) {
            continue;
        }
        const bool hollow = child->local != "group" && has_no_parts(*child);
        const bool optional = parse_count(child->value_or("minOccurs", "1")).value_or(1) == 0;
        if (hollow && (child->local != "choice" || optional)) {
            occurs(*child);  // only to check its bounds
            return std::nullopt;
        }
        return build_particle(*child);
    }
    return std::nullopt;
}

}  // namespace schema
