#include <algorithm>
#include <map>
#include <unordered_map>

#include "schema/regex_automaton.hpp"

namespace schema {

namespace {

using Node = RegexNfa::Node;
constexpr std::uint32_t dead = 0;

struct HashNodes {
    std::size_t operator()(const std::vector<std::uint32_t>& nodes) const {
        std::uint64_t hash = 0xcbf29ce484222325ULL;
        for (const std::uint32_t node : nodes) hash = (hash ^ node) * 0x100000001b3ULL;
        return static_cast<std::size_t>(hash ^ hash >> 29);
    }
};

// The subset construction. Each state is a sorted list of the nodes that read a class; the accept
// node is part of the list.
class Builder {
  public:
    Builder(const RegexNfa& nfa, const RegexClasses& classes, const RegexLimits& limits,
            RegexTable& table)
        : nfa_(nfa), classes_(classes), limits_(limits), table_(table), seen_(nfa.nodes.size()) {}

    bool build() {
        table_.classes = classes_.count;
        for (std::size_t c = 0; c < table_.ascii_class.size(); ++c)
            table_.ascii_class[c] = classes_.of(static_cast<char32_t>(c));
        state_of({});                   // 0: dead
        state_of(close({nfa_.start}));  // 1: start
        for (std::uint32_t state = 1; state < states_.size(); ++state)
            if (!expand(state)) return false;
        table_.states = static_cast<std::uint32_t>(states_.size());
        return true;
    }

  private:
    std::vector<std::uint32_t> close(const std::vector<std::uint32_t>& from) {
        ++step_;
        std::vector<std::uint32_t> result;
        pending_ = from;
        while (!pending_.empty()) {
            const std::uint32_t index = pending_.back();
            pending_.pop_back();
            ++work_;
            if (seen_[index] == step_) continue;
            seen_[index] = step_;
            const Node& node = nfa_.nodes[index];
            if (node.kind == Node::Kind::split) {
                pending_.push_back(node.next);
                pending_.push_back(node.other);
            } else {
                result.push_back(index);
            }
        }
        std::sort(result.begin(), result.end());
        return result;
    }

    std::uint32_t state_of(std::vector<std::uint32_t> nodes) {
        const auto [place, fresh] =
            numbers_.try_emplace(nodes, static_cast<std::uint32_t>(states_.size()));
        if (fresh) {
            const bool accepts = std::any_of(nodes.begin(), nodes.end(), [this](std::uint32_t i) {
                return nfa_.nodes[i].kind == Node::Kind::accept;
            });
            table_.accepting.push_back(accepts ? 1 : 0);
            table_.next.resize(table_.next.size() + table_.classes, dead);
            states_.push_back(&place->first);  // keys of the map do not move
        }
        return place->second;
    }

    bool expand(std::uint32_t state) {
        std::map<std::uint16_t, std::vector<std::uint32_t>> targets;
        for (const std::uint32_t index : *states_[state]) {
            const Node& node = nfa_.nodes[index];
            if (node.kind != Node::Kind::set) continue;
            for (const std::uint16_t c : classes_.of_set[node.set]) targets[c].push_back(node.next);
            work_ += classes_.of_set[node.set].size();
        }
        // Most classes lead to the same nodes: close each such list once.
        std::map<std::vector<std::uint32_t>, std::uint32_t> closed;
        for (const auto& [c, nodes] : targets) {
            work_ += nodes.size();
            auto known = closed.find(nodes);
            if (known == closed.end()) known = closed.emplace(nodes, state_of(close(nodes))).first;
            table_.next[std::size_t{state} * table_.classes + c] = known->second;
            if (states_.size() > limits_.states_max || table_.next.size() > limits_.cells_max ||
                work_ > limits_.build_steps_max)
                return false;
        }
        return true;
    }

    const RegexNfa& nfa_;
    const RegexClasses& classes_;
    const RegexLimits& limits_;
    RegexTable& table_;
    std::vector<std::uint32_t> seen_;
    std::vector<std::uint32_t> pending_;
    std::uint32_t step_ = 0;
    std::uint64_t work_ = 0;
    std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, HashNodes> numbers_;
    std::vector<const std::vector<std::uint32_t>*> states_;
};

}  // namespace

std::uint16_t RegexClasses::of(char32_t c) const {
    const auto after = std::upper_bound(starts.begin(), starts.end(), c);
    return run[static_cast<std::size_t>(after - starts.begin()) - 1];
}

bool find_classes(const RegexTree& tree, RegexClasses& classes) {
    classes.starts = {0};
    for (const CharSet& set : tree.sets)
        for (const CodeRange& range : set.ranges()) {
            classes.starts.push_back(range.first);
            if (range.last < code_point_max) classes.starts.push_back(range.last + 1);
        }
    auto& starts = classes.starts;
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());

    // Runs that lie in the same sets are one class.
    std::vector<std::vector<std::uint32_t>> memberships(starts.size());
    std::uint64_t work = 0;
    for (std::uint32_t set = 0; set < tree.sets.size(); ++set)
        for (const CodeRange& range : tree.sets[set].ranges()) {
            auto run = static_cast<std::size_t>(
                std::lower_bound(starts.begin(), starts.end(), range.first) - starts.begin());
            for (; run < starts.size() && starts[run] <= range.last; ++run) {
                memberships[run].push_back(set);
                if (++work > 20'000'000) return false;
            }
        }
    std::map<std::vector<std::uint32_t>, std::uint16_t> numbers;
    classes.of_set.resize(tree.sets.size());
    for (std::vector<std::uint32_t>& membership : memberships) {
        const auto number = static_cast<std::uint16_t>(numbers.size());
        const auto [place, fresh] = numbers.try_emplace(membership, number);
        if (fresh) {
            if (numbers.size() > 60'000) return false;
            for (const std::uint32_t set : membership) classes.of_set[set].push_back(number);
        }
        classes.run.push_back(place->second);
    }
    classes.count = static_cast<std::uint32_t>(numbers.size());
    return true;
}

bool build_table(const RegexNfa& nfa, const RegexClasses& classes, const RegexLimits& limits,
                 RegexTable& table) {
    return Builder(nfa, classes, limits, table).build();
}

}  // namespace schema
