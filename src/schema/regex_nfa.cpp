#include <algorithm>

#include "schema/regex_automaton.hpp"

namespace schema {

namespace {

using Node = RegexNfa::Node;

// Builds from the end to the beginning: each part is told the node that follows it, so no patching
// is needed, but for loops.
class Builder {
  public:
    Builder(const RegexTree& tree, const RegexLimits& limits, RegexNfa& nfa)
        : tree_(tree), limits_(limits), nfa_(nfa), nullable_(tree.nodes.size()) {
        for (std::size_t i = 0; i < tree.nodes.size(); ++i) nullable_[i] = nullable(tree.nodes[i]);
    }

    bool build() {
        const std::uint32_t accept = add({});
        nfa_.start = part(tree_.root, accept);
        return !too_large_;
    }

  private:
    std::uint32_t add(Node node) {
        if (nfa_.nodes.size() >= limits_.nodes_max) {
            too_large_ = true;
            return 0;
        }
        nfa_.nodes.push_back(node);
        return static_cast<std::uint32_t>(nfa_.nodes.size() - 1);
    }

    // Children stand before their parents in the tree.
    bool nullable(const RegexNode& node) const {
        const auto is = [this](std::uint32_t child) { return nullable_[child] != 0; };
        switch (node.kind) {
            case RegexNode::Kind::empty:
                return true;
            case RegexNode::Kind::set:
                return false;
            case RegexNode::Kind::sequence:
                return std::all_of(node.children.begin(), node.children.end(), is);
            case RegexNode::Kind::choice:
                return std::any_of(node.children.begin(), node.children.end(), is);
            case RegexNode::Kind::repeat:
                break;
        }
        return node.least == 0 || is(node.children.front());
    }

    std::uint32_t split(std::uint32_t next, std::uint32_t other) {
        return add({Node::Kind::split, 0, next, other});
    }

    std::uint32_t part(std::uint32_t index, std::uint32_t after) {
        if (too_large_) return 0;
        const RegexNode& node = tree_.nodes[index];
        switch (node.kind) {
            case RegexNode::Kind::empty:
                return after;
            case RegexNode::Kind::set:
                return add({Node::Kind::set, node.set, after, 0});
            case RegexNode::Kind::sequence:
                for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
                    after = part(*child, after);
                return after;
            case RegexNode::Kind::choice: {
                std::uint32_t first = part(node.children.back(), after);
                for (std::size_t i = node.children.size() - 1; i-- > 0;)
                    first = split(part(node.children[i], after), first);
                return first;
            }
            case RegexNode::Kind::repeat:
                break;
        }
        return repeat(node, after);
    }

    std::uint32_t repeat(const RegexNode& node, std::uint32_t after) {
        const std::uint32_t child = node.children.front();
        // What may be empty may be left out: then the least number says nothing.
        const std::uint32_t least = nullable_[child] != 0 ? 0 : node.least;
        std::uint32_t first = after;
        if (node.most == RegexNode::unbounded) {
            const std::uint32_t loop = split(0, after);
            const std::uint32_t body = part(child, loop);
            if (!too_large_) nfa_.nodes[loop].next = body;
            first = loop;
        } else {
            for (std::uint32_t i = least; i < node.most && !too_large_; ++i) {
                const std::uint32_t body = part(child, first);
                if (body == first) return first;  // nothing inside: one more changes nothing
                first = split(body, after);
            }
        }
        for (std::uint32_t i = 0; i < least && !too_large_; ++i) first = part(child, first);
        return first;
    }

    const RegexTree& tree_;
    const RegexLimits& limits_;
    RegexNfa& nfa_;
    std::vector<char> nullable_;
    bool too_large_ = false;
};

// The set of nodes that are alive, closed over splits.
struct Live {
    std::vector<std::uint32_t> nodes;  // sets and accept only
    std::vector<std::uint32_t> seen;   // per node: the step it was last added in
    std::vector<std::uint32_t> pending;
    bool accepts = false;

    void add(const RegexNfa& nfa, std::uint32_t from, std::uint32_t step) {
        pending.push_back(from);
        while (!pending.empty()) {
            const std::uint32_t index = pending.back();
            pending.pop_back();
            if (seen[index] == step) continue;
            seen[index] = step;
            const Node& node = nfa.nodes[index];
            if (node.kind == Node::Kind::split) {
                pending.push_back(node.other);
                pending.push_back(node.next);
            } else if (node.kind == Node::Kind::accept) {
                accepts = true;
            } else {
                nodes.push_back(index);
            }
        }
    }
};

}  // namespace

bool build_nfa(const RegexTree& tree, const RegexLimits& limits, RegexNfa& nfa) {
    return Builder(tree, limits, nfa).build();
}

bool RegexNfa::matches(std::string_view text, const RegexTree& tree) const {
    Live now, then;
    now.seen.assign(nodes.size(), 0);
    std::uint32_t step = 1;
    now.add(*this, start, step);
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (c > code_point_max) return false;
        then.nodes.clear();
        then.accepts = false;
        then.seen.swap(now.seen);
        if (++step == 0) {  // the counter has run over: forget the old marks
            std::fill(then.seen.begin(), then.seen.end(), 0);
            step = 1;
        }
        for (const std::uint32_t index : now.nodes)
            if (tree.sets[nodes[index].set].contains(c)) then.add(*this, nodes[index].next, step);
        then.seen.swap(now.seen);
        std::swap(now.nodes, then.nodes);
        now.accepts = then.accepts;
        if (now.nodes.empty() && at < text.size()) return false;
    }
    return now.accepts;
}

}  // namespace schema
