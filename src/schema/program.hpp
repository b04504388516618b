#pragma once
// The program of a schema: content models as deterministic automata over name ids, and the look-ups
// that walking needs. Built once from the components (compile), then immutable. Large occurrence
// bounds of a single element become a counter, bounds of groups are unrolled within limits; what
// stays outside is listed in fallback_reasons.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/components.hpp"

namespace schema {

// Expanded names of elements and attributes to dense ids and back.
class NameIndex {
  public:
    Id add(std::string_view space, std::string_view local);
    Id find(std::string_view space, std::string_view local) const;  // no_id if never added
    const ExpandedName& name(Id id) const { return names_[id]; }
    std::size_t size() const { return names_.size(); }

  private:
    void grow();
    std::vector<ExpandedName> names_;
    std::vector<std::uint32_t> hashes_;  // of names_
    std::vector<Id> slots_;              // open addressing, power of two
};

// A child element `name` is allowed here: it is validated against `declaration`, and the model goes
// on in state `next`. `loop`: 1, one more of what the state counts; 2 (only in models of kind
// counted), a step inside of the group that is counted; 0, anything else.
struct Edge {
    Id name = no_id;
    Id declaration = no_id;
    std::uint32_t next = 0;
    std::uint32_t loop = 0;
};
struct WildEdge {
    Id wildcard = no_id;
    std::uint32_t next = 0;
    std::uint32_t loop = 0;
};

// How to step, with a counter per open element that starts at 0. Of the edges that match the child
// (named ones before wildcards, in this order): loop 1 may be taken while counter < max, then
// counter += 1; loop 2 always, the counter stays; loop 0 only when counter >= min, then counter
// = 1. The content may end when `accepting` and counter >= min. States that do not count have min
// 0.
struct ContentState {
    std::uint32_t edges = 0, edge_count = 0;  // slice of Program::edges, in the schema's order
    std::uint32_t wilds = 0, wild_count = 0;  // slice of Program::wilds
    std::uint64_t min = 0, max = 1;
    bool accepting = false;
};

enum class ModelKind : std::uint8_t {
    none,       // no children: empty or simple content
    automaton,  // states, from `initial`; what is counted is always a single element or wildcard
    counted,    // likewise, with a group that is counted: edges with loop 2
    all,        // one state, `initial`; each of its edges at most once, in any order: see required
    referee,    // above a limit: not compiled
};

struct KnownName {
    Id name = no_id;
    Id declaration = no_id;
    std::uint64_t max = 0;  // greatest number in one parent; may be `unbounded`
};

struct ContentModel {
    ModelKind kind = ModelKind::none;
    Content content = Content::empty;
    std::uint32_t initial = 0;
    // kind all: `required[i]` belongs to edge i of the state; edges of one substitution group share
    // a `member` number. `optional`: the group as a whole may be absent.
    std::vector<std::uint8_t> required;
    std::vector<std::uint32_t> member;
    bool optional = false;
    std::vector<KnownName> known;  // every name that an edge of this model has, ascending
};

// An ambiguity that XSD forbids (Unique Particle Attribution).
struct Ambiguity {
    Source source;     // of the particle
    std::string name;  // what both particles accept
};

class Program {
  public:
    const ContentModel& model(Id type) const { return models_[type]; }
    const ContentState& state(std::uint32_t id) const { return states_[id]; }
    std::uint32_t state_count() const { return static_cast<std::uint32_t>(states_.size()); }
    const Edge* edges(const ContentState& state) const { return edges_.data() + state.edges; }
    const WildEdge* wilds(const ContentState& state) const { return wilds_.data() + state.wilds; }
    // The edge to take for a name; null if there is none (wildcards are not looked at).
    const Edge* find(const ContentState& state, std::uint64_t counter, Id name) const;

    const WildEdge* find_wild(const ContentState& state, std::uint64_t counter,
                              const Components& components, std::string_view space) const;
    // Whether the content may end here, and the counter behind an edge.
    static bool may_end(const ContentState& state, std::uint64_t counter) {
        return state.accepting && counter >= state.min;
    }
    static std::uint64_t count(std::uint32_t loop, std::uint64_t counter) {
        return loop == 0 ? 1 : loop == 1 ? counter + 1 : counter;
    }

    const NameIndex& names() const { return names_; }
    Id global_element(Id name) const { return name < globals_.size() ? globals_[name] : no_id; }
    Id element_name(Id declaration) const { return element_names_[declaration]; }

  private:
    friend class ProgramBuilder;
    NameIndex names_;
    std::vector<Id> globals_;        // by name id
    std::vector<Id> element_names_;  // by declaration id
    std::vector<ContentModel> models_;
    std::vector<ContentState> states_;
    std::vector<Edge> edges_;
    std::vector<WildEdge> wilds_;
};

struct ProgramLimits {
    std::uint64_t states_max = 1'000'000;
    std::uint64_t edges_max = 16'000'000;
};

struct Compiled {
    std::shared_ptr<const Program> program;
    std::vector<std::string> fallback_reasons;
    std::vector<std::pair<Id, Ambiguity>> ambiguities;  // by type id: cos-nonambig
};

Compiled compile(const Components& components, const ProgramLimits& limits);

}  // namespace schema
