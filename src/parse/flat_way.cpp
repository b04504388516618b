#include "parse/flat_way.hpp"

#include <algorithm>

namespace parse::flat {

namespace {

class Finder {
  public:
    Finder(const Layout& layout, const std::vector<Open>& open)
        : layout_(layout), open_(open), seen_(layout.nodes.size(), false) {}

    std::vector<Way> all() {
        for (std::size_t i = open_.size(); i-- > 0;) {
            from(i);
            unfinished_ = unfinished_ || lacks(i);
        }
        elsewhere();
        return std::move(ways_);
    }

  private:
    // What may follow directly inside the open group of this level.
    void from(std::size_t level) {
        const Open& at = open_[level];
        for (const std::uint32_t child : layout_.nodes[at.node].children) {
            const Node& node = layout_.nodes[child];
            if (!at.empty && node.position < at.position) continue;
            const bool again = !at.empty && node.position == at.position;
            if (again && at.count >= node.most) continue;
            reach(child, level + 1, {});
        }
    }

    // Does the open group of this level still need something?
    bool lacks(std::size_t level) const {
        const Open& at = open_[level];
        const auto& children = layout_.nodes[at.node].children;
        return std::any_of(children.begin(), children.end(), [&](std::uint32_t child) {
            const Node& node = layout_.nodes[child];
            if (!at.empty && node.position <= at.position) return false;
            const bool choice =
                std::any_of(node.groups.begin(), node.groups.end(), [&](std::uint32_t group) {
                    return layout_.dfdl->terms[group].kind == dfdl::Term::Kind::choice;
                });
            return !choice && layout_.term(node).least > 0;
        });
    }

    void reach(std::uint32_t index, std::size_t keep, std::vector<std::uint32_t> opened) {
        if (layout_.nodes[index].is_line) return add(index, keep, std::move(opened));
        opened.push_back(index);
        for (const std::uint32_t child : layout_.nodes[index].children) reach(child, keep, opened);
    }

    // Units that may not stand here, beside the nearest open group that holds them.
    void elsewhere() {
        for (std::uint32_t i = 0; i < layout_.nodes.size(); ++i) {
            if (!layout_.nodes[i].is_line || seen_[i]) continue;
            std::vector<std::uint32_t> up;
            for (std::uint32_t at = layout_.nodes[i].parent; at != none;
                 at = layout_.nodes[at].parent)
                up.push_back(at);
            std::reverse(up.begin(), up.end());
            std::size_t keep = 0;
            while (keep < up.size() && keep < open_.size() && open_[keep].node == up[keep]) ++keep;
            // One that anything could be taken for is sought at its place alone.
            if (!layout_.nodes[i].keyed) continue;
            add(i, keep, {up.begin() + static_cast<std::ptrdiff_t>(keep), up.end()});
            ways_.back().astray = true;
        }
    }

    void add(std::uint32_t unit, std::size_t keep, std::vector<std::uint32_t> opened) {
        if (seen_[unit]) return;
        // One that anything could be taken for does not end a group that lacks something.
        if (unfinished_ && !layout_.nodes[unit].keyed) return;
        seen_[unit] = true;
        ways_.push_back({unit, keep, std::move(opened), false});
    }

    const Layout& layout_;
    const std::vector<Open>& open_;
    std::vector<bool> seen_;
    bool unfinished_ = false;  // a group that would close lacks something
    std::vector<Way> ways_;
};

void step(const Layout& layout, Open& group, std::uint32_t child) {
    const std::uint32_t position = layout.nodes[child].position;
    // What may stand any number of times need not be counted: the place stays the same.
    const bool counts = layout.nodes[child].most != dfdl::unbounded;
    group.count = counts && !group.empty && group.position == position ? group.count + 1 : 1;
    group.position = position;
    group.empty = false;
}

}  // namespace

std::vector<Way> ways(const Layout& layout, const std::vector<Open>& open) {
    return Finder(layout, open).all();
}

const std::vector<Way>& KnownWays::from(const std::vector<Open>& open) {
    for (const Known& known : known_)
        if (known.open == open) return known.ways;
    constexpr std::size_t most = 8;
    if (known_.size() == most) known_.erase(known_.begin());
    known_.push_back({open, ways(layout_, open)});
    return known_.back().ways;
}

void go(const Layout& layout, const Way& way, std::vector<Open>& open) {
    open.resize(std::min(open.size(), std::max<std::size_t>(way.keep, 1)));
    for (const std::uint32_t group : way.opened) {
        step(layout, open.back(), group);
        open.push_back({group, 0, 0, true});
    }
    step(layout, open.back(), way.unit);
}

}  // namespace parse::flat
