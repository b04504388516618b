#pragma once
// From a content model to an automaton: positions (Glushkov), then sets of positions. One
// ModelBuilder per content model; ProgramBuilder puts them together.
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "schema/program.hpp"

namespace schema {

// One element or wildcard of the model after unrolling. Copies of the same particle are told from
// other particles by `particle`.
struct Position {
    const Particle* particle = nullptr;
    std::uint64_t min = 0, max = 1;  // counting leaf: its bounds
    bool counts = false;
    bool in_group = false;  // inside of the counted group
    // Which way through the model leads to the particle: a named group that is referred to twice
    // has its particles twice, the rounds of a repetition have them once.
    std::uint32_t way = 0;
};

struct Follow {
    std::uint32_t position = 0;
    bool repeats = false;  // through the loop of the counted group
    bool operator<(const Follow& o) const {
        return position != o.position ? position < o.position : repeats > o.repeats;
    }
    bool operator==(const Follow& o) const {
        return position == o.position && repeats == o.repeats;
    }
};

class ModelBuilder {
  public:
    enum class Counters : std::uint8_t { leaves, none, group };
    ModelBuilder(const Components& components, std::uint64_t positions_max, Counters counters)
        : components_(components), positions_max_(positions_max), counters_(counters) {}

    // False: too large, or this way of counting would be ambiguous.
    bool build(const Particle& model);

    const std::vector<Position>& positions() const { return positions_; }
    const std::vector<Follow>& follow(std::uint32_t position) const { return follow_[position]; }
    const std::vector<std::uint32_t>& first() const { return whole_.first; }
    const std::vector<bool>& is_last() const { return is_last_; }
    bool nullable() const { return whole_.nullable; }
    std::uint64_t group_min() const { return group_min_; }
    std::uint64_t group_max() const { return group_max_; }
    // Greatest number of each element particle in one parent.
    const std::map<const Particle*, std::uint64_t>& totals() const { return totals_; }

  private:
    struct Piece {
        bool nullable = true;
        std::vector<std::uint32_t> first, last;
    };
    Piece particle(const Particle& particle);
    Piece leaf(const Particle& particle, std::uint64_t min, std::uint64_t max);
    Piece once(const ModelGroup& group);
    Piece repeat(const Particle& particle);
    Piece unroll(const Particle& particle);
    Piece one(const Particle& particle);  // a single occurrence of its term
    const Particle& merged(const Particle& particle);
    Piece looped_choice(const ModelGroup& group);
    void link(const std::vector<std::uint32_t>& from, const std::vector<std::uint32_t>& to,
              bool repeats);
    bool spend(std::uint64_t work);

    const Components& components_;
    std::uint64_t positions_max_;
    Counters counters_;
    std::uint64_t work_ = 0;
    int depth_ = 0;
    bool failed_ = false, in_group_ = false;
    std::uint64_t group_min_ = 0, group_max_ = 1, times_ = 1;
    std::vector<Position> positions_;
    std::vector<std::vector<Follow>> follow_;
    std::vector<bool> is_last_;
    std::map<const Particle*, std::uint64_t> totals_;
    std::map<std::pair<std::uint32_t, const Particle*>, std::uint32_t> ways_;
    std::uint32_t way_ = 0;
    std::map<const Particle*, Particle> made_;  // what stands for a particle of the schema
    Piece whole_;
};

class ProgramBuilder {
  public:
    ProgramBuilder(const Components& components, const ProgramLimits& limits)
        : components_(components), limits_(limits) {}
    Compiled build();

  private:
    using Set = std::vector<std::uint32_t>;  // positions, ascending
    void add_names();
    void build_model(const TypeDefinition& type);
    bool build_all(const TypeDefinition& type, ContentModel& model);
    bool build_automaton(const TypeDefinition& type, ContentModel& model);
    bool determinise(const ModelBuilder& positions, const TypeDefinition& type,
                     ContentModel& model);
    bool build_state(const ModelBuilder& positions, const TypeDefinition& type,
                     const std::vector<Follow>& follow, ContentState& state);
    void settle_loops(const ContentState& state, bool in_group);
    std::uint32_t state_of(Set set);
    void report(const TypeDefinition& type, const Particle& particle, std::string name);
    void add_known(ContentModel& model, const std::map<const Particle*, std::uint64_t>& totals);
    template <typename Visit>
    void each_name(const ElementDeclaration& declaration, Visit visit) const;
    std::string name_of(const Particle& particle) const;  // * for a wildcard
    bool wildcards_meet(const Wildcard& left, const Wildcard& right) const;

    const Components& components_;
    ProgramLimits limits_;
    std::shared_ptr<Program> program_;
    Compiled result_;
    // Of the model under construction:
    std::map<Set, std::uint32_t> sets_;
    std::vector<Set> queue_;
    std::uint32_t first_state_ = 0;
    struct SeenName {
        const Particle* who = nullptr;
        std::uint32_t when = 0, loop = 0;
    };
    std::vector<SeenName>
        seen_names_;  // by name: the particle that has it in the state of `stamp_`
    std::uint32_t stamp_ = 0;
};

}  // namespace schema
