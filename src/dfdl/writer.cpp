// A whole file from a stream of elements: groups as they come, units when they are complete.
#include <algorithm>

#include "dfdl/unparser.hpp"

namespace dfdl {

Writer::Writer(const Layout& layout, std::vector<bool> streamed, Sink sink)
    : layout_(layout), streamed_(std::move(streamed)), sink_(std::move(sink)), unparser_(layout) {}

// The child element of the innermost open group, at or behind the last one.
std::uint32_t Writer::child_named(std::string_view name) {
    Open& group = open_.back();
    const auto children = layout_.elements_in(group.term);
    for (std::size_t turn = 0; turn < 2; ++turn)
        for (std::size_t i = turn == 0 ? group.position : 0; i < children.size(); ++i) {
            if (layout_.terms[children[i]].name != name) continue;
            group.position = i;
            return children[i];
        }
    return none;
}

// What stands between the children of a group, before or behind one.
void Writer::separate(std::uint32_t child, bool behind) {
    Open& group = open_.back();
    std::vector<std::uint32_t> between;
    for (std::uint32_t up = layout_.terms[child].parent; up != group.term;
         up = layout_.terms[up].parent)
        between.push_back(up);
    std::reverse(between.begin(), between.end());
    for (const std::uint32_t index : between) {
        const Term& term = layout_.terms[index];
        if (!behind && group.empty && !term.initiator.empty()) sink_(term.initiator.output());
        if (term.separator.empty()) continue;
        const bool here = behind ? term.position == Position::postfix
                                 : term.position == Position::prefix ||
                                       (term.position == Position::infix && !group.empty);
        if (here) sink_(term.separator.output());
    }
    if (behind) group.empty = false;
}

void Writer::start(std::string_view name, bool nil) {
    if (refusal_) return;
    if (unit_ != none) {
        Item* parent = path_.back();
        parent->children.push_back({std::string(name), {}, nil, {}});
        path_.push_back(&parent->children.back());
        return;
    }
    std::uint32_t term = none;
    if (open_.empty()) {
        if (!done_ && layout_.terms.front().name == name) term = 0;
    } else {
        term = child_named(name);
    }
    if (term == none) {
        refusal_ = Refusal{std::string(name), "the layout has no such element there"};
        return;
    }
    if (!open_.empty()) separate(term, false);
    if (streamed_[term]) {
        const Markup& initiator = layout_.terms[term].initiator;
        if (!initiator.empty()) sink_(initiator.output());
        open_.push_back({term, 0, true});
        return;
    }
    unit_ = term;
    item_ = Item{std::string(name), {}, nil, {}};
    path_ = {&item_};
}

void Writer::text(std::string_view text) {
    if (refusal_) return;
    if (unit_ != none) {
        path_.back()->text += text;
    } else if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) {
        refusal_ = Refusal{{}, "text stands between elements"};
    }
}

void Writer::end() {
    if (refusal_) return;
    if (unit_ != none) {
        path_.pop_back();
        if (path_.empty()) unit();
        return;
    }
    const std::uint32_t term = open_.back().term;
    // Terminators of its groups, then its own.
    for (const std::uint32_t child : layout_.terms[term].children)
        if (!layout_.terms[child].terminator.empty())
            sink_(layout_.terms[child].terminator.output());
    if (!layout_.terms[term].terminator.empty()) sink_(layout_.terms[term].terminator.output());
    open_.pop_back();
    if (open_.empty())
        done_ = true;
    else
        separate(term, true);
}

void Writer::unit() {
    std::string bytes;
    const std::uint32_t term = unit_;
    unit_ = none;
    if (auto refused = unparser_.write(term, item_, kept_, bytes)) {
        refusal_ = std::move(refused);
        return;
    }
    sink_(bytes);
    keep(term);
    if (open_.empty())
        done_ = true;
    else
        separate(term, true);
}

// Values that expressions about later units ask for.
void Writer::keep(std::uint32_t unit) {
    if (layout_.kept.empty()) return;
    kept_.erase(std::remove_if(kept_.begin(), kept_.end(),
                               [&](const Kept& one) {
                                   for (std::uint32_t up = one.term; up != none;
                                        up = layout_.terms[up].parent)
                                       if (up == unit) return true;
                                   return false;
                               }),
                kept_.end());
    if (layout_.terms[unit].is_array()) return;
    for (const Node& node : unparser_.reader().nodes()) {
        const Term& term = layout_.terms[node.term];
        if (!term.complex &&
            std::binary_search(layout_.kept.begin(), layout_.kept.end(), term.name))
            kept_.push_back({node.term, std::string(unparser_.reader().value(node))});
    }
}

}  // namespace dfdl
