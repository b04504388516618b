// What a parent says of its children: one step of the content model, and how to go on after a
// child that does not fit, so that one fault is one finding.
#include <algorithm>
#include <map>

#include "schema/schema_impl.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

using Impl = Walker::Impl;
using core::Reason;

namespace {

constexpr std::size_t search_states_max = 4096;

const KnownName* known_in(const ContentModel& model, Id name) {
    const auto found =
        std::lower_bound(model.known.begin(), model.known.end(), name,
                         [](const KnownName& each, Id value) { return each.name < value; });
    return found != model.known.end() && found->name == name ? &*found : nullptr;
}

bool is_automaton(const ContentModel& model) {
    return model.kind == ModelKind::automaton || model.kind == ModelKind::counted;
}

// The shortest way through the model over elements that are not there.
class Search {
  public:
    Search(const Program& program, std::uint32_t from, std::uint64_t counter)
        : program_(program), from_(from), counter_(counter) {}

    // To a state with an edge for `name`; or, with no_id, to one where the content may end.
    bool run(Id name) {
        origin_[from_] = {no_id, nullptr};
        std::vector<std::uint32_t> queue{from_};
        for (std::size_t i = 0; i < queue.size() && queue.size() < search_states_max; ++i) {
            const std::uint32_t id = queue[i];
            const ContentState& state = program_.state(id);
            if (reached(id, state, name)) {
                trace(id);
                return true;
            }
            const Edge* edge = program_.edges(state);
            for (const Edge* end = edge + state.edge_count; edge != end; ++edge) {
                if (edge->loop == 1 || !origin_.emplace(edge->next, Origin{id, edge}).second)
                    continue;
                queue.push_back(edge->next);
            }
        }
        return false;
    }
    const std::vector<const Edge*>& skipped() const { return skipped_; }  // in order
    std::uint32_t state() const { return state_; }                        // that was reached
    const Edge* edge() const { return edge_; }  // for the name, from there
    bool too_few() const { return too_few_; }   // the element counted in `from` is missing

  private:
    struct Origin {
        std::uint32_t state = no_id;
        const Edge* edge = nullptr;
    };
    bool reached(std::uint32_t id, const ContentState& state, Id name) {
        if (name == no_id) return state.accepting;
        const Edge* edge = program_.edges(state);
        for (const Edge* end = edge + state.edge_count; edge != end; ++edge) {
            if (edge->name != name || edge->loop == 1) continue;
            edge_ = edge;
            return true;
        }
        static_cast<void>(id);
        return false;
    }
    void trace(std::uint32_t id) {
        state_ = id;
        for (; id != from_; id = origin_[id].state) skipped_.push_back(origin_[id].edge);
        std::reverse(skipped_.begin(), skipped_.end());
        too_few_ = counter_ < program_.state(from_).min;
    }

    const Program& program_;
    std::uint32_t from_;
    std::uint64_t counter_;
    std::map<std::uint32_t, Origin> origin_;
    std::vector<const Edge*> skipped_;
    std::uint32_t state_ = 0;
    const Edge* edge_ = nullptr;
    bool too_few_ = false;
};

// The element that a state counts.
Id counted_name(const Program& program, const ContentState& state) {
    const Edge* edge = program.edges(state);
    for (const Edge* end = edge + state.edge_count; edge != end; ++edge)
        if (edge->loop == 1) return edge->name;
    return no_id;
}

}  // namespace

Id Impl::probe(const Frame& parent, Id name) const {
    if (parent.mode == Mode::skip || parent.nil) return no_id;
    Id declaration = no_id;
    if (parent.mode == Mode::lax) {
        declaration = program->global_element(name);
    } else if (is_automaton(*parent.model)) {
        const ContentState& state = program->state(parent.state);
        if (const Edge* edge = program->find(state, parent.counter, name)) {
            declaration = edge->declaration;
        } else if (const WildEdge* wild = program->find_wild(state, parent.counter, *components,
                                                             scanner.name().space)) {
            if (components->wildcards[wild->wildcard].process != Process::skip)
                declaration = program->global_element(name);
        }
    } else if (parent.model->kind == ModelKind::all) {
        const ContentState& state = program->state(parent.state);
        const Edge* const edges = program->edges(state);
        for (std::uint32_t i = 0; i < state.edge_count; ++i)
            if (edges[i].name == name && parent.seen[parent.model->member[i]] == 0)
                declaration = edges[i].declaration;
    }
    return declaration != no_id && components->elements[declaration].abstract ? no_id : declaration;
}

Impl::Child Impl::root_child(Id name) {
    Child child;
    child.mode = Mode::type;
    child.declaration = program->global_element(name);
    child.declared = true;
    child.process = Process::strict;
    return child;
}

Impl::Child Impl::wildcard_child(Id wildcard, Id name) {
    Child child;
    child.process = components->wildcards[wildcard].process;
    child.declared = true;
    if (child.process == Process::skip) return child;
    child.mode = Mode::type;
    child.declaration = program->global_element(name);
    return child;
}

Impl::Child Impl::step(Frame& parent, Id name) {
    Child child;
    if (parent.mode == Mode::skip) return child;
    if (parent.mode == Mode::lax) {
        child.mode = Mode::type;
        child.process = Process::lax;
        child.declaration = program->global_element(name);
        return child;
    }
    const std::uint64_t at = offset_of(scanner.token_begin());
    if (parent.nil || parent.model->kind == ModelKind::none) {
        // One finding for all that is in an element that holds no elements.
        if (!parent.has_children && !parent.text_reported)
            wrong_child(parent.nil ? Reason::element_not_empty : Reason::element_unknown, "092",
                        name, scanner.name().qname, {}, at);
        parent.text_reported = true;
        return child;
    }
    const bool fits = is_automaton(*parent.model) ? step_automaton(parent, name, child)
                                                  : step_all(parent, name, child);
    if (fits) {
        parent.unknown_credit = 0;
        return child;
    }
    return recover(parent, name);
}

bool Impl::step_automaton(Frame& parent, Id name, Child& child) {
    const ContentState& state = program->state(parent.state);
    if (const Edge* edge = program->find(state, parent.counter, name)) {
        child.mode = Mode::type;
        child.declaration = edge->declaration;
        child.declared = true;
        parent.counter = Program::count(edge->loop, parent.counter);
        parent.state = edge->next;
        return true;
    }
    if (state.wild_count == 0) return false;
    const WildEdge* wild =
        program->find_wild(state, parent.counter, *components, name_of(name).space);
    if (wild == nullptr) return false;
    child = wildcard_child(wild->wildcard, name);
    parent.counter = Program::count(wild->loop, parent.counter);
    parent.state = wild->next;
    return true;
}

bool Impl::step_all(Frame& parent, Id name, Child& child) {
    const ContentState& state = program->state(parent.state);
    const Edge* const edges = program->edges(state);
    for (std::uint32_t i = 0; i < state.edge_count; ++i) {
        std::uint8_t& seen = parent.seen[parent.model->member[i]];
        if (edges[i].name != name || seen != 0) continue;
        seen = 1;
        child.mode = Mode::type;
        child.declaration = edges[i].declaration;
        child.declared = true;
        return true;
    }
    return false;
}

std::string Impl::expected_names(const Frame& frame) const {
    constexpr std::uint32_t names_max = 12;
    std::string out;
    if (frame.model == nullptr || frame.model->kind == ModelKind::none) return out;
    const ContentState& state = program->state(frame.state);
    const Edge* const edges = program->edges(state);
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < state.edge_count && count < names_max; ++i) {
        const Edge& edge = edges[i];
        if (frame.model->kind == ModelKind::all ? frame.seen[frame.model->member[i]] != 0
            : edge.loop == 1                    ? frame.counter >= state.max
                                                : edge.loop == 0 && frame.counter < state.min)
            continue;
        out += (out.empty() ? "" : ", ") + program->names().name(edge.name).local;
        ++count;
    }
    return out;
}

// A child that the model does not take now. What is most likely is reported; the state afterwards
// is the one that lets the rest of the siblings fit.
Impl::Child Impl::recover(Frame& parent, Id name) {
    const std::uint64_t at = offset_of(scanner.token_begin());
    const std::string_view qname = scanner.name().qname;
    Child child;
    const KnownName* known = known_in(*parent.model, name);
    if (known == nullptr) {
        ++parent.unknown_credit;
        if (core::Finding* finding =
                wrong_child(Reason::element_unknown, "092", name, qname, {}, at))
            finding->details.push_back(expected_names(parent));
        return child;
    }
    child.mode = Mode::type;
    child.declaration = known->declaration;
    child.declared = true;
    const std::string& zone = components->elements[known->declaration].zone;
    if (resolve_jump(parent, name)) return child;
    const ContentState& state = program->state(parent.state);
    std::uint64_t most = count_of(parent, name) >= known->max ? known->max : 0;
    if (most == 0 && is_automaton(*parent.model) && parent.counter >= state.max &&
        counted_name(*program, state) == name)
        most = state.max;
    if (most != 0) {
        if (core::Finding* finding =
                wrong_child(Reason::element_repeated, "090", name, qname, zone, at))
            finding->details.push_back(std::to_string(most));
        return child;
    }
    if (is_automaton(*parent.model)) {
        Search search(*program, parent.state, parent.counter);
        if (search.run(name)) {
            std::vector<Id> missing;
            if (search.too_few()) missing.push_back(counted_name(*program, state));
            for (const Edge* edge : search.skipped()) missing.push_back(edge->name);
            report_missing(parent, missing, name);
            parent.state = search.edge()->next;
            parent.counter = 1;
            parent.unknown_credit = 0;
            child.declaration = search.edge()->declaration;
            return child;
        }
    }
    if (core::Finding* finding =
            wrong_child(Reason::element_unexpected, "091", name, qname, zone, at))
        finding->details.push_back(expected_names(parent));
    return child;
}

// An element that was reported missing comes after all: it was out of order, and the finding says
// so now. True if the child is explained by that.
bool Impl::resolve_jump(Frame& parent, Id name) {
    for (Jump& jump : parent.jumps) {
        const auto found = std::find(jump.missing.begin(), jump.missing.end(), name);
        if (found == jump.missing.end()) {
            if (jump.converted && jump.cause == name) {
                jump.cause = no_id;
                return true;
            }
            // What may be absent was passed over as well.
            if (jump.converted && is_automaton(*parent.model) &&
                count_of(parent, name) < known_in(*parent.model, name)->max &&
                Search(*program, jump.from, jump.counter).run(name))
                return true;
            continue;
        }
        const auto index = static_cast<std::size_t>(found - jump.missing.begin());
        const std::uint64_t serial = jump.serials[index];
        jump.missing.erase(found);
        jump.serials.erase(jump.serials.begin() + static_cast<std::ptrdiff_t>(index));
        core::Finding* finding = finding_of(serial);
        if (finding == nullptr) return true;
        if (jump.converted) {
            drop_finding(serial);
            return true;
        }
        jump.converted = true;
        const Id declaration = known_in(*parent.model, jump.cause)->declaration;
        const std::string& zone = components->elements[declaration].zone;
        finding->code = (zone.empty() ? "00000" : zone) + "-091";
        finding->reason = Reason::element_unexpected;
        finding->details.assign(1, program->names().name(name).local);
        finding->element = program->names().name(jump.cause).local;
        finding->path = jump.cause_path;
        return true;
    }
    return false;
}

// The names are missing before the tag at hand: the start tag of `cause`, or the parent's end tag
// (no_id). The parent is the innermost open element.
void Impl::report_missing(Frame& parent, const std::vector<Id>& names, Id cause) {
    const std::uint64_t at = offset_of(scanner.token_begin());
    Jump jump;
    jump.cause = cause;
    jump.from = parent.state;
    jump.counter = parent.counter;
    std::uint32_t credit = parent.unknown_credit;
    for (const Id name : names) {
        if (credit != 0) {  // an unknown element stood in its place
            --credit;
            continue;
        }
        if (name == no_id) continue;
        const ExpandedName& text = program->names().name(name);
        const KnownName* known = known_in(*parent.model, name);
        const std::string_view zone =
            known == nullptr ? std::string_view{} : components->elements[known->declaration].zone;
        core::Finding* finding =
            wrong_child(Reason::element_missing, "001", name, text.local, zone, at);
        jump.missing.push_back(name);
        jump.serials.push_back(finding == nullptr ? no_serial : serial_base + findings.size() - 1);
        if (finding == nullptr) continue;
        std::string expected = name == names.front() ? expected_names(parent) : text.local;
        finding->details.push_back(expected.empty() ? text.local : std::move(expected));
    }
    if (cause == no_id || jump.missing.empty() || parent.jumps.size() > 16) return;
    if (options.findings) {
        jump.cause_path = path_of(depth) + "/";
        jump.cause_path.append(scanner.name().qname) +=
            "[" + std::to_string(count_of(parent, cause) + 1) + "]";
    }
    parent.jumps.push_back(std::move(jump));
}

// At the end tag of the innermost open element.
void Impl::finish_content(Frame& frame) {
    const ContentModel& model = *frame.model;
    std::vector<Id> missing;
    if (is_automaton(model)) {
        const ContentState& state = program->state(frame.state);
        if (Program::may_end(state, frame.counter)) return;
        Search search(*program, frame.state, frame.counter);
        if (search.run(no_id)) {
            if (search.too_few()) missing.push_back(counted_name(*program, state));
            for (const Edge* edge : search.skipped()) missing.push_back(edge->name);
        }
    } else if (model.kind == ModelKind::all) {
        if (model.optional && !frame.has_children) return;
        const ContentState& state = program->state(frame.state);
        const Edge* const edges = program->edges(state);
        std::uint32_t last = no_id;
        for (std::uint32_t i = 0; i < state.edge_count; ++i) {
            const std::uint32_t member = model.member[i];
            if (model.required[i] != 0 && member != last && frame.seen[member] == 0)
                missing.push_back(edges[i].name);
            last = member;
        }
        if (missing.empty()) return;
    } else {
        return;
    }
    if (missing.empty()) {  // no way to the end through named elements: a wildcard is missing
        if (frame.unknown_credit == 0)
            wrong_element(Reason::content_missing, "001", offset_of(scanner.token_begin()));
        mark_invalid();
        return;
    }
    report_missing(frame, missing, no_id);
}

}  // namespace schema
