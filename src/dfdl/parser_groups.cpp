// Sequences with their separators, occurrences, and choices.
#include <algorithm>

#include "dfdl/parser.hpp"

namespace dfdl {

using core::Reason;

// How often a child may and must stand.
std::pair<std::uint64_t, std::uint64_t> Parser::bounds(const Term& child) {
    if (child.kind != Term::Kind::element ||
        (child.least == 1 && child.most == 1 && child.occurs != Occurs::expression))
        return {1, 1};
    switch (child.occurs) {
        case Occurs::fixed:
            return {child.most, child.most};
        case Occurs::implicit:
            return {child.least, child.most};
        case Occurs::parsed:
        case Occurs::stop_value:
            return {0, unbounded};
        case Occurs::expression:
            break;
    }
    // As often as data before it says. Where that is no number, as often as the schema allows.
    const ValuesOf around = values_from(parent_);
    const auto text = child.count.text([&](const ValuePath& path) -> std::vector<std::string> {
        // The path begins at the element that is counted, of which there is none yet.
        if (path.absolute) return around(path);
        if (path.up == 0) return {};
        ValuePath above = path;
        --above.up;
        return around(above);
    });
    if (!text || text->empty() || text->size() > 9 ||
        text->find_first_not_of("0123456789") != std::string::npos)
        return {child.least, child.most};
    const std::uint64_t count = std::stoull(*text);
    return {count, count};
}

// Is there nothing between here and the next delimiter?
bool Parser::empty_slot(const Term& sequence, const Term& child, bool required) {
    if (required || child.complex || child.kind != Term::Kind::element) return false;
    if (child.length_kind != LengthKind::delimited || !child.initiator.empty()) return false;
    if (at_ == limit_) return sequence.position != Position::postfix;
    return end_at(child, at_) > 0;
}

// The separator that belongs in front. `over`: there is none, and nothing need follow.
bool Parser::separate(const Term& sequence, const Term& child, bool required, std::size_t slots,
                      bool& over) {
    over = false;
    const bool in_front = sequence.position == Position::prefix ||
                          (sequence.position == Position::infix && slots > 0);
    if (sequence.separator.empty() || !in_front) return true;
    if (at_ < limit_ || more_ == Data::goes_on) {
        if (markup(sequence.separator)) return true;
    }
    if (!required) {
        over = true;
        return true;
    }
    const bool may_be_empty = (sequence.suppression == Suppression::trailing_empty ||
                               sequence.suppression == Suppression::trailing_empty_strict) &&
                              child.kind == Term::Kind::element && !child.complex &&
                              child.base == Base::string &&
                              child.length_kind != LengthKind::explicit_;
    if (may_be_empty) return true;
    return fail(Reason::line_too_short);
}

// The separator that belongs behind (postfix).
bool Parser::behind(const Term& sequence, bool required) {
    if (sequence.separator.empty() || sequence.position != Position::postfix || stop_) return true;
    if (markup(sequence.separator)) return true;
    if (at_ == data_.size() && sequence.separator.has_new_line()) {
        touched_ = true;
        return true;
    }
    fail(Reason::line_too_long);
    (void)required;
    return false;
}

// One occurrence with the separator behind it. Of what need not be there, the lenient reading takes
// what is good before it takes what is broken.
bool Parser::one(const Term& sequence, const Term& child, bool required) {
    if (lenient_ && !required) {
        const Mark before = mark();
        const std::uint32_t parent = parent_;
        lenient_ = false;
        const bool good = term(child, required) && behind(sequence, required);
        lenient_ = true;
        parent_ = parent;
        if (good) return true;
        back_to(before);
        if (at_ == limit_) return false;
    }
    return term(child, required) && behind(sequence, required);
}

bool Parser::occurrences(const Term& sequence, const Term& child, std::size_t& slots) {
    const auto [least, most] = bounds(child);
    const bool separated = !sequence.separator.empty();
    for (std::uint64_t count = 0; count < most; ++count) {
        const bool required = count < least;
        const Mark before = mark();
        bool over = false;
        if (!separate(sequence, child, required, slots, over)) {
            if (!lenient_) return false;
            return give_up(failure_);
        }
        if (over) return true;
        if (separated && empty_slot(sequence, child, required)) {
            const bool keeps = child.is_array() && child.base == Base::string &&
                               sequence.suppression != Suppression::any_empty;
            if (keeps) {
                if (!element(child, true)) return false;
            }
            if (!behind(sequence, false)) {
                back_to(before);
                return true;
            }
            ++slots;
            if (!child.is_array()) return true;
            if (at_ == before.at) return true;
            continue;
        }
        if (!one(sequence, child, required)) {
            if (stop_) return true;
            if (required) return lenient_ ? give_up(failure_) : false;
            back_to(before);
            return true;
        }
        ++slots;
        if (stop_) return true;
        if (child.occurs == Occurs::stop_value && before.nodes < nodes_.size() &&
            child.is_array()) {
            const std::string last(value(nodes_[before.nodes]));
            if (std::find(child.stop.begin(), child.stop.end(), last) != child.stop.end()) {
                nodes_.resize(before.nodes);
                return true;
            }
        }
        // Nothing was read, and nothing ever will be.
        if (at_ == before.at && !required) {
            if (nodes_.size() > before.nodes && child.is_array()) back_to(before);
            return true;
        }
    }
    return true;
}

bool Parser::sequence(const Term& term) {
    if (!markup(term.initiator)) return fail(Reason::record_type_unknown, true);
    const std::uint32_t context = parent_;
    for (const Assert& each : term.asserts)
        if (each.discriminates && !each.test.truth(values_from(context)) &&
            each.test.text(values_from(context)))
            return fail(Reason::record_type_unknown, true);
    std::size_t slots = 0;
    for (const std::uint32_t index : term.children) {
        if (!occurrences(term, layout_.terms[index], slots)) return false;
        if (stop_) return true;
    }
    // Separators of what was left out at the end.
    if (term.suppression == Suppression::trailing_empty && !term.separator.empty() &&
        term.position != Position::prefix) {
        for (Mark before = mark(); markup(term.separator) && at_ > before.at; before = mark()) {
        }
    }
    for (const Assert& each : term.asserts)
        if (!each.test.truth(values_from(context))) return fail(Reason::record_type_unknown, true);
    return terminated(term);
}

bool Parser::choice(const Term& term) {
    if (!markup(term.initiator)) return fail(Reason::record_type_unknown, true);
    const auto done = [&] { return stop_ || terminated(term); };
    if (!term.dispatch.empty()) {
        const auto key = term.dispatch.text(values_from(parent_));
        for (std::size_t i = 0; key && i < term.children.size(); ++i) {
            const auto& keys = term.branch_keys[i];
            if (std::find(keys.begin(), keys.end(), *key) == keys.end()) continue;
            return this->term(layout_.terms[term.children[i]], true) && done();
        }
        return fail(Reason::record_type_unknown, true);
    }
    // The lenient reading prefers a branch that fits strictly, then one that knows its key.
    const Mark before = mark();
    const bool lenient = lenient_;
    std::size_t best = no_match, farthest = 0;
    for (std::size_t i = 0; i < term.children.size(); ++i) {
        const Term& branch = layout_.terms[term.children[i]];
        const Failure outer = failure_;
        const bool outer_failed = failed_;
        failed_ = false;
        failure_ = {};
        lenient_ = false;
        const std::uint32_t parent = parent_;
        const bool good = this->term(branch, branch.least > 0);
        parent_ = parent;
        lenient_ = lenient;
        const Failure mine = failure_;
        if (outer_failed && (!failed_ || outer.at >= mine.at)) failure_ = outer;
        failed_ = failed_ || outer_failed;
        if (good) return done();
        back_to(before);
        const bool far = mine.at > before.at || !mine.other;
        if (far && (best == no_match || mine.at > farthest)) {
            best = i;
            farthest = mine.at;
        }
    }
    if (!lenient) return false;
    if (best == no_match) return fail(Reason::record_type_unknown, true);
    return this->term(layout_.terms[term.children[best]], true) && done();
}

}  // namespace dfdl
