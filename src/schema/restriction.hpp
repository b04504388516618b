#pragma once
// Particle Valid (Restriction), part 1, 3.9.6: whether a content model may restrict another one, by
// the rules of the recommendation (not by comparing languages). Remembers pairs it has compared, so
// shared groups do not cost exponential time.
#include <deque>
#include <map>
#include <string>
#include <unordered_map>

#include "schema/components.hpp"

namespace schema {

class RestrictionCheck {
  public:
    RestrictionCheck(const Components& components, std::uint64_t steps_max)
        : components_(components), steps_max_(steps_max) {}

    // Empty: valid; otherwise the clause that is violated ("rcase-Recurse.2").
    std::string violated(const Particle& derived, const Particle& base);
    // Gave up because of the size of the models; the answers are then too kind.
    bool gave_up() const { return gave_up_; }

  private:
    enum class Kind : std::uint8_t { element, any, all, choice, sequence, nothing };
    // A particle after pointless ones are taken out.
    struct Node {
        std::uint64_t min = 1, max = 1;
        Kind kind = Kind::nothing;
        Id term = no_id;  // element or wildcard
        std::vector<const Node*> parts;
        Source source;
    };
    using Nodes = std::vector<const Node*>;

    const Node* normal(const Particle& particle);
    const Node* normal_group(const Particle& particle);
    const Node* normal_element(const Particle& particle);
    const Nodes& parts_of(Id group);
    Node* make(const Particle& particle, Kind kind);

    bool compare(const Node& derived, const Node& base);
    bool compare_fresh(const Node& derived, const Node& base);
    bool fail(const char* clause);
    bool range_ok(const Node& derived, const Node& base, const char* clause);
    bool name_and_type(const Node& derived, const Node& base);
    bool wildcard_over(const Node& derived, const Node& base, bool check_range);
    bool as_group(const Node& derived, const Node& base);
    bool recurse(const Node& derived, const Node& base);
    bool recurse_lax(const Node& derived, const Node& base);
    bool recurse_unordered(const Node& derived, const Node& base);
    bool map_and_sum(const Node& derived, const Node& base);
    bool under_wildcard(const Node& derived, const Node& base);
    bool emptiable(const Node& node);
    std::uint64_t least(const Node& node);
    std::uint64_t most(const Node& node);

    const Components& components_;
    std::uint64_t steps_max_, steps_ = 0;
    bool gave_up_ = false;
    std::string clause_;
    std::deque<Node> pool_;
    std::unordered_map<Id, Nodes> group_parts_;
    std::map<std::pair<const Node*, const Node*>, bool> compared_;
    std::unordered_map<const Node*, std::pair<std::uint64_t, std::uint64_t>> ranges_;
};

}  // namespace schema
