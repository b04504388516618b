// One unit after the other: which one begins here, where it ends, and what becomes of it.
#include <algorithm>

#include "parse/reader_flat_impl.hpp"

namespace parse {

// True: the slice is complete.
bool FlatReader::step() {
    if (rest().empty() && !fill()) return finish();
    if (bytes_.size() >= slice_bytes_ && last_unit_ != none && last_unit_ == record_) {
        slice_->cut = Cut::record;
        return true;
    }
    if (bytes_.size() >= slice_bytes_ + record_bytes_max_ ||
        slice_->findings.size() >= findings_max) {
        slice_->cut = Cut::blind;
        return true;
    }
    for (;;) {
        touched_ = false;
        if (take()) return cut_;
        if (!touched_ || !may_grow() || !fill()) break;
    }
    return take_badly();
}

bool FlatReader::finish() {
    close_to(0);
    slice_->walked += dfdl_.root_end();
    slice_->cut = Cut::end;
    done_ = true;
    return true;
}

bool FlatReader::again_before(const Way& way) {
    if (bytes_.size() < slice_bytes_) return false;
    for (std::size_t i = std::max<std::size_t>(way.keep, 1); i < open_.size(); ++i)
        if (open_[i].node == record_ || open_[i].node == document_) {
            slice_->cut = open_[i].node == record_ ? Cut::record : Cut::document;
            close_to(i);
            return true;
        }
    return false;
}

// Reads the next unit strictly. False: none fits, or more bytes are needed (touched_).
bool FlatReader::take() {
    cut_ = false;
    suspect_.unit = suspect_unkeyed_.unit = none;
    for (const Way& way : known_ways_.from(open_)) {
        std::size_t length = 0;
        const bool good = fits(way, Parser::Mode::strict, length);
        if (touched_ && !all_read() && may_grow()) return false;
        if (good) {
            accept(way, length);
            return true;
        }
        // One that says that it is of this kind, but is not good.
        if (layout_.nodes[way.unit].keyed && !parser_.why_not().other && suspect_.unit == none &&
            started_) {
            suspect_ = way;
            return false;
        }
        const Parser::Failure failure = parser_.why_not();
        if (!layout_.nodes[way.unit].keyed && !failure.other && started_ &&
            (suspect_unkeyed_.unit == none || failure.at > farthest_)) {
            suspect_unkeyed_ = way;
            farthest_ = failure.at;
        }
    }
    return false;
}

// Is this unit what begins here, and where does it end (with its separator)?
bool FlatReader::fits(const Way& way, Parser::Mode mode, std::size_t& length) {
    started_ = false;
    const std::string_view data = rest();
    std::size_t at = 0;
    front_ = 0;
    bool touched = false;
    for (const std::uint32_t group : way.opened)
        if (!frame(layout_.nodes[group], data, at, touched)) return blocked(touched);
    const Node& node = layout_.nodes[way.unit];
    if (!frame(node, data, at, touched)) return blocked(touched);
    if (!guarded(node)) return false;
    front_ = at;
    started_ = true;
    const auto more =
        all_read() || mode == Parser::Mode::lenient ? Parser::Data::ends : Parser::Data::goes_on;
    const bool good = parser_.parse(node.term, data.substr(at), more, mode, kept_);
    if (parser_.touched_end()) touched_ = true;
    if (!good) return false;
    at += parser_.consumed();
    const dfdl::Term* group = layout_.separated(node);
    if (group != nullptr && group->position != dfdl::Position::prefix) {
        touched = false;
        const std::size_t separator = group->separator.match(data.substr(at), touched);
        if (touched) touched_ = true;
        if (separator != dfdl::no_match)
            at += separator;
        else if (at < data.size())
            return false;
    }
    if (at == 0) return false;
    length = at;
    return true;
}

bool FlatReader::blocked(bool touched) {
    if (touched) touched_ = true;
    return false;
}

// What stands in front of an element: a separator, initiators of the groups around it.
bool FlatReader::frame(const Node& node, std::string_view data, std::size_t& at,
                       bool& touched) const {
    const auto take_markup = [&](const dfdl::Markup& markup) {
        if (markup.empty()) return true;
        const std::size_t length = markup.match(data.substr(at), touched);
        if (length == dfdl::no_match) return false;
        at += length;
        return true;
    };
    for (const std::uint32_t group : node.groups) {
        const dfdl::Term& term = dfdl_.terms[group];
        const bool first = open_.back().empty;
        if (first && !take_markup(term.initiator)) return false;
        if (term.position == dfdl::Position::prefix && !take_markup(term.separator)) return false;
    }
    return node.is_line || take_markup(layout_.term(node).initiator);
}

// What choices and branches around it say of what was read before.
bool FlatReader::guarded(const Node& node) const {
    const bool asks = std::any_of(node.groups.begin(), node.groups.end(), [&](auto group) {
        return !dfdl_.terms[group].asserts.empty() || !dfdl_.terms[group].dispatch.empty();
    });
    if (!asks) return true;
    const std::uint32_t around = dfdl_.element_around(node.term);
    const dfdl::ValuesOf values = [&](const dfdl::ValuePath& path) {
        return dfdl::values_of(dfdl_, kept_, around, path);
    };
    for (std::size_t i = 0; i < node.groups.size(); ++i) {
        const dfdl::Term& group = dfdl_.terms[node.groups[i]];
        for (const dfdl::Assert& each : group.asserts)
            if (!each.test.truth(values)) return false;
        if (group.dispatch.empty()) continue;
        const std::uint32_t inner = i + 1 < node.groups.size() ? node.groups[i + 1] : node.term;
        const auto branch = std::find(group.children.begin(), group.children.end(), inner);
        const auto& keys =
            group.branch_keys[static_cast<std::size_t>(branch - group.children.begin())];
        const auto key = group.dispatch.text(values);
        if (!key || std::find(keys.begin(), keys.end(), *key) == keys.end()) return false;
    }
    return true;
}

void FlatReader::accept(const Way& way, std::size_t length) {
    if (again_before(way)) {
        cut_ = true;
        return;
    }
    if (way.keep < open_.size()) close_to(way.keep);
    anchor();
    for (const std::uint32_t group : way.opened)
        slice_->walked += layout_.term(layout_.nodes[group]).start_tag;
    flat::go(layout_, way, open_);
    forget(way);
    last_unit_ = way.unit;
    flat::Rendered to{
        slice_->walked, slice_->map, bytes_.size() + front_, {}, std::move(open_elements_)};
    flat::render(dfdl_, parser_, length - front_, false, to);
    open_elements_ = std::move(to.open);
    for (const dfdl::Note& note : parser_.notes()) report(note);
    for (const dfdl::Note& note : to.notes) report(note);
    keep();
    consume(length);
}

// Of groups and units that begin anew, nothing that was kept holds any more.
void FlatReader::forget(const Way& way) {
    if (kept_.empty()) return;
    const auto erase_inside = [&](std::uint32_t term) {
        kept_.erase(std::remove_if(kept_.begin(), kept_.end(),
                                   [&](const dfdl::Kept& one) {
                                       for (std::uint32_t up = one.term; up != dfdl::none;
                                            up = dfdl_.terms[up].parent)
                                           if (up == term) return true;
                                       return false;
                                   }),
                    kept_.end());
    };
    for (const std::uint32_t group : way.opened) erase_inside(layout_.nodes[group].term);
    erase_inside(layout_.nodes[way.unit].term);
}

void FlatReader::keep() {
    if (dfdl_.kept.empty() || last_unit_ == record_) return;
    for (const dfdl::Node& node : parser_.nodes()) {
        const dfdl::Term& term = dfdl_.terms[node.term];
        if (!term.complex && std::binary_search(dfdl_.kept.begin(), dfdl_.kept.end(), term.name))
            kept_.push_back({node.term, std::string(parser_.value(node))});
    }
}

// Leaves the first `count` open groups open; the root is the first and closes at the end only.
void FlatReader::close_to(std::size_t count) {
    anchor();
    while (open_.size() > std::max<std::size_t>(count, 1)) {
        slice_->walked += layout_.term(layout_.nodes[open_.back().node]).end_tag;
        open_.pop_back();
    }
}

}  // namespace parse
