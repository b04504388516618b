#include "dfdl/parser.hpp"

#include <algorithm>

namespace dfdl {

using core::Reason;

std::vector<std::string> values_of(const Layout& layout, const std::vector<Kept>& kept,
                                   std::uint32_t element, const ValuePath& path) {
    std::uint32_t at = path.absolute ? 0 : element;
    std::size_t first = path.absolute && !path.names.empty() ? 1 : 0;
    for (unsigned i = 0; i < path.up && at != none; ++i) at = layout.element_around(at);
    if (at == none) return {};
    for (std::size_t i = first; i < path.names.size(); ++i) {
        std::uint32_t next = none;
        for (const std::uint32_t child : layout.elements_in(at))
            if (layout.terms[child].name == path.names[i]) next = child;
        if (next == none) return {};
        at = next;
    }
    std::vector<std::string> values;
    for (const Kept& one : kept)
        if (one.term == at) values.push_back(one.value);
    return values;
}

bool Parser::parse(std::uint32_t element_term, std::string_view data, Data more, Mode mode,
                   const std::vector<Kept>& kept) {
    data_ = data;
    at_ = 0;
    limit_ = data.size();
    more_ = more;
    lenient_ = mode == Mode::lenient;
    touched_ = stop_ = failed_ = known_ = false;
    failure_ = {};
    kept_ = &kept;
    nodes_.clear();
    notes_.clear();
    values_.clear();
    parent_ = none;
    if (!element(layout_.terms[element_term], true)) {
        if (!lenient_ || nodes_.empty()) return false;
        give_up(failure_);
    }
    if (lenient_ && !stop_ && at_ < limit_ && more_ == Data::ends) {
        note(Reason::line_too_long, "093", at_);
        at_ = limit_;
    }
    return true;
}

void Parser::back_to(const Mark& mark) {
    at_ = mark.at;
    nodes_.resize(mark.nodes);
    values_.resize(mark.values);
    notes_.resize(mark.notes);
}

bool Parser::fail(Reason reason, bool other) {
    if (!failed_ || at_ > failure_.at) failure_ = {at_, reason, other};
    failed_ = true;
    return false;
}

void Parser::note(Reason reason, const char* ccc, std::size_t at) {
    notes_.push_back({reason, ccc, static_cast<std::uint32_t>(at), none});
}

// The lenient reading ends here, with what it has.
bool Parser::give_up(const Failure& failure) {
    if (!stop_)
        note(failure.reason, failure.reason == Reason::record_type_unknown ? "092" : "093",
             std::max(failure.at, at_));
    stop_ = true;
    return true;
}

bool Parser::markup(const Markup& markup) {
    if (markup.empty()) return true;
    const std::string_view left = rest();
    if (!left.empty() && !markup.first[static_cast<unsigned char>(left[0])]) return false;
    const std::size_t length = markup.match(left, touched_);
    if (length == no_match) return false;
    at_ += length;
    return true;
}

ValuesOf Parser::values_from(std::uint32_t node) {
    return [this, node](const ValuePath& path) {
        std::uint32_t from = node;
        unsigned up = path.up;
        std::size_t first = 0;
        if (path.absolute) {
            if (nodes_.empty() || nodes_[0].term != 0) return values_of(layout_, *kept_, 0, path);
            from = 0;
            first = 1;
        }
        for (; up > 0 && from != none; --up) {
            from = nodes_[from].parent;
            if (from == none) {
                ValuePath above = path;
                above.up = up - 1;
                const std::uint32_t around = layout_.element_around(nodes_[0].term);
                return values_of(layout_, *kept_, around, above);
            }
        }
        // Parents stand before their children: what is inside `from` is the run of nodes behind it.
        std::vector<std::uint32_t> level = {from};
        for (std::size_t i = first; i < path.names.size() && !level.empty(); ++i) {
            std::vector<std::uint32_t> next;
            for (std::size_t n = level.front() + std::size_t{1}; n < nodes_.size(); ++n) {
                if (nodes_[n].parent == none || nodes_[n].parent < from) break;
                if (std::binary_search(level.begin(), level.end(), nodes_[n].parent) &&
                    layout_.terms[nodes_[n].term].name == path.names[i])
                    next.push_back(static_cast<std::uint32_t>(n));
            }
            level = std::move(next);
        }
        std::vector<std::string> values;
        for (const std::uint32_t n : level) values.emplace_back(value(nodes_[n]));
        return values;
    };
}

bool Parser::asserted(const Term& term, std::uint32_t node) {
    for (const Assert& each : term.asserts) {
        if (each.test.truth(values_from(node))) continue;
        return fail(Reason::record_type_unknown, true);
    }
    known_ = known_ || !term.asserts.empty();
    return true;
}

bool Parser::term(const Term& term, bool required) {
    switch (term.kind) {
        case Term::Kind::element:
            return element(term, required);
        case Term::Kind::sequence:
            return sequence(term);
        case Term::Kind::choice:
            return choice(term);
    }
    return false;
}

bool Parser::element(const Term& term, bool required) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    Node node;
    node.term = static_cast<std::uint32_t>(&term - layout_.terms.data());
    node.parent = parent_;
    node.begin = static_cast<std::uint32_t>(at_);
    if (!markup(term.initiator)) return fail(Reason::record_type_unknown, true);
    known_ = known_ || !term.initiator.empty();
    nodes_.push_back(node);
    const std::uint32_t outer = parent_;
    parent_ = index;
    const bool good = framed(term, index, required);
    parent_ = outer;
    return good;
}

bool Parser::framed(const Term& term, std::uint32_t index, bool required) {
    const std::size_t content = at_;
    if (!(term.complex ? complex(term, index) : simple(term, index))) return false;
    if (stop_) {
        nodes_[index].end = static_cast<std::uint32_t>(at_);
        return true;
    }
    if (!terminated(term)) return false;
    nodes_[index].end = static_cast<std::uint32_t>(at_);
    if (!asserted(term, index)) return false;
    // A blank field that need not be there is not there; its bytes are read all the same.
    const bool blank = !term.complex && !required && !term.is_array() &&
                       nodes_[index].length == 0 && !nodes_[index].nil &&
                       (term.text.trims || at_ == content);
    if (blank && term.length_kind != LengthKind::end_of_parent) {
        notes_.erase(std::remove_if(notes_.begin(), notes_.end(),
                                    [&](const Note& one) { return one.node == index; }),
                     notes_.end());
        nodes_.resize(index);
    }
    return true;
}

bool Parser::terminated(const Term& term) {
    if (markup(term.terminator) || term.terminator.empty()) return true;
    const bool at_end = at_ == data_.size();
    if (at_end && (lenient_ || term.final_terminator_may_miss)) {
        touched_ = true;
        return true;
    }
    fail(Reason::line_too_long);
    if (!lenient_) return false;
    if (at_ < limit_) note(Reason::line_too_long, "093", at_);
    at_ = limit_;
    stop_ = true;
    return true;
}

bool Parser::complex(const Term& term, std::uint32_t) {
    const Term& group = layout_.terms[term.children.front()];
    if (term.length_kind != LengthKind::explicit_) return this->term(group, true);
    std::size_t length = 0;
    const std::size_t begin = at_, outer = limit_;
    const bool whole = fixed_length(term, length);
    if (!whole && (!lenient_ || length == 0)) return false;
    limit_ = begin + length;
    const bool good = this->term(group, true);
    limit_ = outer;
    if (!good) return false;
    if (!whole && !stop_) give_up(failure_);
    if (whole) {
        at_ = begin + length;  // what is left of the box stands for nothing
        stop_ = false;
        if (!notes_.empty()) stop_ = notes_.back().reason == Reason::record_type_unknown;
    }
    return true;
}

}  // namespace dfdl
