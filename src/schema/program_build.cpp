// Sets of positions become states; names, `all` groups, ambiguities.
#include <algorithm>

#include "schema/program_builder.hpp"

namespace schema {
namespace {

// Counters are 16 times cheaper than the states of an unrolled model; and states of one model are
// limited on their own, so that one type cannot use up everything.
constexpr std::uint64_t positions_max = 200'000;

const ModelGroup* sole_all(const Components& components, const Particle& model, bool& optional) {
    const Particle* particle = &model;
    for (int depth = 0; depth < 100; ++depth) {
        if (particle->kind != TermKind::group || particle->max != 1) return nullptr;
        if (particle->min == 0) optional = true;
        const ModelGroup& group = components.groups[particle->term];
        if (group.compositor == Compositor::all) return &group;
        if (group.particles.size() != 1) return nullptr;
        particle = &group.particles[0];
    }
    return nullptr;
}

std::string text_of(const Components& components, const TypeDefinition& type) {
    if (!type.name.local.empty()) return "type " + type.name.local;
    for (const ElementDeclaration& element : components.elements)
        if (element.type == type.id) return "the type of element " + element.name.local;
    return "a type";
}

}  // namespace

Compiled compile(const Components& components, const ProgramLimits& limits) {
    return ProgramBuilder(components, limits).build();
}

Compiled ProgramBuilder::build() {
    program_ = std::make_shared<Program>();
    add_names();
    program_->models_.resize(components_.types.size());
    for (const TypeDefinition& type : components_.types) build_model(type);
    result_.program = program_;
    return std::move(result_);
}

void ProgramBuilder::add_names() {
    NameIndex& names = program_->names_;
    for (const ElementDeclaration& element : components_.elements)
        program_->element_names_.push_back(names.add(element.name.space, element.name.local));
    for (const AttributeDeclaration& attribute : components_.attributes)
        names.add(attribute.name.space, attribute.name.local);
    for (const IdentityConstraint& constraint : components_.constraints) {
        const auto add = [&names](const ConstraintPath& path) {
            for (const PathBranch& branch : path)
                for (const PathStep& step : branch.steps)
                    if (!step.any_name) names.add(step.name.space, step.name.local);
        };
        add(constraint.selector);
        for (const ConstraintPath& field : constraint.fields) add(field);
    }
    program_->globals_.assign(names.size(), no_id);
    for (const ElementDeclaration& element : components_.elements)
        if (element.global) program_->globals_[program_->element_names_[element.id]] = element.id;
    seen_names_.resize(names.size());
}

void ProgramBuilder::build_model(const TypeDefinition& type) {
    ContentModel& model = program_->models_[type.id];
    model.content = type.complex ? type.content : Content::simple;
    if (!type.complex || type.content == Content::simple || type.content == Content::empty) return;
    if (build_all(type, model)) return;
    if (build_automaton(type, model)) return;
    model.kind = ModelKind::referee;
    result_.fallback_reasons.push_back("the content model of " + text_of(components_, type) +
                                       " is too large to be compiled");
}

template <typename Visit>
void ProgramBuilder::each_name(const ElementDeclaration& declaration, Visit visit) const {
    visit(program_->element_names_[declaration.id], declaration.id);
    for (const Id substitute : declaration.substitutes)
        visit(program_->element_names_[substitute], substitute);
}

bool ProgramBuilder::build_all(const TypeDefinition& type, ContentModel& model) {
    const ModelGroup* group = sole_all(components_, type.model, model.optional);
    if (group == nullptr) return false;
    model.kind = ModelKind::all;
    model.initial = program_->state_count();
    ContentState state;
    state.edges = static_cast<std::uint32_t>(program_->edges_.size());
    std::map<const Particle*, std::uint64_t> totals;
    ++stamp_;
    std::uint32_t member = 0;
    for (const Particle& particle : group->particles) {
        if (particle.kind != TermKind::element) continue;
        totals[&particle] = 1;
        each_name(components_.elements[particle.term], [&](Id name, Id declaration) {
            SeenName& seen = seen_names_[name];
            if (seen.when == stamp_ && seen.who != &particle)
                report(type, particle, program_->names().name(name).local);
            seen = {&particle, stamp_, 0};
            program_->edges_.push_back({name, declaration, model.initial, 0});
            model.required.push_back(particle.min != 0);
            model.member.push_back(member);
        });
        ++member;
    }
    state.edge_count = static_cast<std::uint32_t>(program_->edges_.size()) - state.edges;
    state.accepting = true;
    program_->states_.push_back(state);
    add_known(model, totals);
    return true;
}

void ProgramBuilder::add_known(ContentModel& model,
                               const std::map<const Particle*, std::uint64_t>& totals) {
    std::map<Id, KnownName> known;
    for (const auto& each : totals) {
        const std::uint64_t more = each.second;
        each_name(components_.elements[each.first->term], [&](Id name, Id declaration) {
            KnownName& entry = known[name];
            entry.name = name;
            entry.declaration = declaration;
            entry.max = entry.max > unbounded - more ? unbounded : entry.max + more;
        });
    }
    for (const auto& each : known) model.known.push_back(each.second);
}

bool ProgramBuilder::build_automaton(const TypeDefinition& type, ContentModel& model) {
    using Counters = ModelBuilder::Counters;
    const std::size_t states = program_->states_.size(), edges = program_->edges_.size(),
                      wilds = program_->wilds_.size(), found = result_.ambiguities.size();
    const std::uint64_t left =
        limits_.states_max > states ? std::min(positions_max, limits_.states_max - states) : 0;
    for (const Counters counters : {Counters::leaves, Counters::none, Counters::group}) {
        ModelBuilder positions(components_, left, counters);
        if (positions.build(type.model) && determinise(positions, type, model)) {
            model.kind = counters == Counters::group && positions.group_max() > 1
                             ? ModelKind::counted
                             : ModelKind::automaton;
            add_known(model, positions.totals());
            return true;
        }
        program_->states_.resize(states);
        program_->edges_.resize(edges);
        program_->wilds_.resize(wilds);
        result_.ambiguities.resize(found);
    }
    return false;
}

std::uint32_t ProgramBuilder::state_of(Set set) {
    const auto next = static_cast<std::uint32_t>(first_state_ + 1 + sets_.size());
    const auto [entry, is_new] = sets_.emplace(std::move(set), next);
    if (is_new) queue_.push_back(entry->first);
    return entry->second;
}

bool ProgramBuilder::determinise(const ModelBuilder& positions, const TypeDefinition& type,
                                 ContentModel& model) {
    sets_.clear();
    queue_.clear();
    first_state_ = model.initial = program_->state_count();
    std::vector<Follow> follow;
    // Sets that grow with the bounds make the work grow with their square.
    std::uint64_t work = 0;
    const std::uint64_t work_max = 4 * limits_.states_max + 100'000;
    for (const std::uint32_t position : positions.first()) follow.push_back({position, false});
    ContentState initial;
    initial.accepting = positions.nullable();
    if (!build_state(positions, type, follow, initial)) return false;
    settle_loops(initial, false);
    program_->states_.push_back(initial);
    for (std::size_t i = 0; i < queue_.size(); ++i) {
        const Set set = queue_[i];
        ContentState state;
        follow.clear();
        for (const std::uint32_t position : set) {
            const Position& entry = positions.positions()[position];
            if (entry.counts || entry.in_group) {
                if (set.size() > 1) return false;  // whose counter?
                state.min = entry.counts ? entry.min : positions.group_min();
                state.max = entry.counts ? entry.max : positions.group_max();
            }
            if (entry.counts) follow.push_back({position, true});
            const auto& more = positions.follow(position);
            follow.insert(follow.end(), more.begin(), more.end());
            state.accepting = state.accepting || positions.is_last()[position];
        }
        work += set.size() + follow.size();
        if (work > work_max) return false;
        std::sort(follow.begin(), follow.end());
        follow.erase(std::unique(follow.begin(), follow.end()), follow.end());
        if (!build_state(positions, type, follow, state)) return false;
        settle_loops(state, positions.positions()[set[0]].in_group);
        program_->states_.push_back(state);
        if (program_->states_.size() > limits_.states_max ||
            program_->edges_.size() + program_->wilds_.size() > limits_.edges_max)
            return false;
    }
    return true;
}

// Steps to inside of the counted group stay in it if they come from inside, else they enter it.
void ProgramBuilder::settle_loops(const ContentState& state, bool in_group) {
    const std::uint32_t loop = in_group ? 2 : 0;
    for (std::uint32_t i = 0; i < state.edge_count; ++i) {
        Edge& edge = program_->edges_[state.edges + i];
        if (edge.loop == 3) edge.loop = loop;
    }
    for (std::uint32_t i = 0; i < state.wild_count; ++i) {
        WildEdge& edge = program_->wilds_[state.wilds + i];
        if (edge.loop == 3) edge.loop = loop;
    }
}

void ProgramBuilder::report(const TypeDefinition& type, const Particle& particle,
                            std::string name) {
    constexpr std::size_t ambiguities_max = 1000;
    if (result_.ambiguities.size() >= ambiguities_max) return;
    result_.ambiguities.emplace_back(type.id, Ambiguity{particle.source, std::move(name)});
}

std::string ProgramBuilder::name_of(const Particle& particle) const {
    return particle.kind == TermKind::element ? components_.elements[particle.term].name.local
                                              : "*";
}

bool ProgramBuilder::wildcards_meet(const Wildcard& left, const Wildcard& right) const {
    using Kind = Wildcard::Kind;
    if (left.kind == Kind::list)
        return std::any_of(left.spaces.begin(), left.spaces.end(),
                           [&right](const std::string& space) { return right.allows(space); });
    if (right.kind == Kind::list) return wildcards_meet(right, left);
    return true;  // any or other: there is always one more namespace
}

// The edges out of a set of positions, one group of targets per particle.
bool ProgramBuilder::build_state(const ModelBuilder& positions, const TypeDefinition& type,
                                 const std::vector<Follow>& follow, ContentState& state) {
    struct Target {
        const Particle* particle;
        Set set;
        std::uint32_t loop;  // 3: inside of the counted group, if the state itself is
    };
    std::vector<Target> targets;
    std::map<const Particle*, std::size_t> index;
    for (const Follow& each : follow) {
        const Position& entry = positions.positions()[each.position];
        const std::uint32_t loop = each.repeats ? 1 : entry.in_group ? 3 : 0;
        const auto [found, is_new] = index.emplace(entry.particle, targets.size());
        if (is_new) {
            targets.push_back({entry.particle, {each.position}, loop});
            continue;
        }
        Target& target = targets[found->second];
        // The same particle by counting on and by another way: only without counters.
        if (target.loop != loop || entry.counts || entry.in_group) return false;
        if (entry.way != positions.positions()[target.set.front()].way)
            report(type, *entry.particle, name_of(*entry.particle));
        if (target.set.back() != each.position) target.set.push_back(each.position);
    }
    // Loops come first: they are taken while they can be.
    std::stable_sort(targets.begin(), targets.end(), [](const Target& a, const Target& b) {
        return (a.loop == 1) > (b.loop == 1);
    });
    state.edges = static_cast<std::uint32_t>(program_->edges_.size());
    state.wilds = static_cast<std::uint32_t>(program_->wilds_.size());
    ++stamp_;
    // With a fixed number, counting on and leaving exclude each other.
    const bool fixed = state.min == state.max;
    const auto apart = [fixed](std::uint32_t left, std::uint32_t right) {
        return fixed && left + right == 1;
    };
    std::vector<std::pair<const Particle*, std::uint32_t>> wildcards;  // with: loop
    for (const Target& target : targets)
        if (target.particle->kind == TermKind::wildcard)
            wildcards.emplace_back(target.particle, target.loop);
    for (std::size_t i = 0; i < wildcards.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (!apart(wildcards[i].second, wildcards[j].second) &&
                wildcards_meet(components_.wildcards[wildcards[i].first->term],
                               components_.wildcards[wildcards[j].first->term]))
                report(type, *wildcards[i].first, "*");
    for (Target& target : targets) {
        const std::uint32_t next = state_of(std::move(target.set));
        if (target.particle->kind == TermKind::wildcard) {
            program_->wilds_.push_back({target.particle->term, next, target.loop});
            continue;
        }
        each_name(components_.elements[target.particle->term], [&](Id name, Id declaration) {
            SeenName& seen = seen_names_[name];
            const ExpandedName& text = program_->names().name(name);
            if (seen.when == stamp_ && seen.who != target.particle &&
                !apart(seen.loop, target.loop))
                report(type, *target.particle, text.local);
            if (seen.when != stamp_) seen = {target.particle, stamp_, target.loop};
            for (const auto& [wildcard, loop] : wildcards)
                if (!apart(loop, target.loop) &&
                    components_.wildcards[wildcard->term].allows(text.space))
                    report(type, *target.particle, text.local);
            program_->edges_.push_back({name, declaration, next, target.loop});
        });
    }
    state.edge_count = static_cast<std::uint32_t>(program_->edges_.size()) - state.edges;
    state.wild_count = static_cast<std::uint32_t>(program_->wilds_.size()) - state.wilds;
    return true;
}

}  // namespace schema
