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
        std::vector<std::uint32_t> level = {from};
        for (std::size_t i = first; i < path.names.size(); ++i) {
            std::vector<std::uint32_t> next;
            for (std::size_t n = 0; n < nodes_.size(); ++n)
                if (std::find(level.begin(), level.end(), nodes_[n].parent) != level.end() &&
                    layout_.terms[nodes_[n].term].name == path.names[i])
                    next.push_back(static_cast<std::uint32_t>(n));
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

// The bytes of a length that is known before.
bool Parser::fixed_length(const Term& term, std::size_t& length) {
    std::uint64_t count = term.length;
    if (!term.length_of.empty()) {
        const auto text = term.length_of.text(values_from(parent_));
        if (!text || text->empty() || text->size() > 9 ||
            text->find_first_not_of("0123456789") != std::string::npos)
            return fail(Reason::line_too_short);
        count = std::stoull(*text);
    }
    const std::string_view left = rest();
    length = term.length_in_bytes
                 ? (count <= left.size() ? static_cast<std::size_t>(count) : no_match)
                 : bytes_of(term.charset, left, count);
    if (length != no_match) return true;
    if (limit_ == data_.size()) touched_ = true;
    const std::size_t at = at_;
    at_ = limit_;
    fail(Reason::line_too_short);
    at_ = at;
    length = left.size();
    return false;
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

// Where one of the delimiters around begins at `at`: its length; 0: none does.
std::size_t Parser::end_at(const Term& term, std::size_t at) {
    if (!term.ends_first[static_cast<unsigned char>(data_[at])]) return 0;
    std::size_t best = 0;
    for (const Markup* markup : term.ends) {
        if (!markup->first[static_cast<unsigned char>(data_[at])]) continue;
        const std::size_t length = markup->match(data_.substr(at, limit_ - at), touched_);
        if (length != no_match) best = std::max(best, length);
    }
    return best;
}

// Finds the end of the content. Escaped content is left unescaped in scratch_.
bool Parser::delimited(const Term& term, std::size_t& begin, std::size_t& end) {
    const Escape* escape = term.escape ? &*term.escape : nullptr;
    const std::string& pad = term.text.pad;
    const auto is_at = [&](const std::string& what, std::size_t at) {
        return !what.empty() && data_.compare(at, what.size(), what) == 0 &&
               at + what.size() <= limit_;
    };
    std::size_t at = begin;
    if (escape != nullptr && escape->block) {
        if (term.text.trims && term.text.justify != Justify::left)
            while (is_at(pad, at) && !is_at(escape->start, at)) at += pad.size();
        if (is_at(escape->start, at)) {
            begin = at;
            at += escape->start.size();
            scratch_.clear();
            for (;;) {
                if (at >= limit_) {
                    if (limit_ == data_.size()) touched_ = true;
                    at_ = at;
                    return fail(Reason::line_too_short);
                }
                if (is_at(escape->character, at) &&
                    is_at(escape->end, at + escape->character.size())) {
                    scratch_ += escape->end;
                    at += escape->character.size() + escape->end.size();
                } else if (is_at(escape->end, at)) {
                    if (at + escape->end.size() == data_.size()) touched_ = true;
                    break;
                } else {
                    const std::size_t from = at++;
                    while (at < limit_ && data_[at] != escape->end[0] &&
                           (escape->character.empty() || data_[at] != escape->character[0]))
                        ++at;
                    scratch_.append(data_, from, at - from);
                }
            }
            at += escape->end.size();
            end = at;
            while (at < limit_ && end_at(term, at) == 0 && term.text.trims && is_at(pad, at))
                at += pad.size();
            at_ = at;
            if (at < limit_ && end_at(term, at) == 0) return fail(Reason::line_too_long);
            return true;
        }
        at = begin;
    }
    const bool by_character = escape != nullptr && !escape->block && !escape->character.empty();
    if (by_character) scratch_.clear();
    while (at < limit_) {
        if (!by_character) {
            while (at < limit_ && !term.ends_first[static_cast<unsigned char>(data_[at])]) ++at;
            if (at == limit_) break;
        }
        if (by_character && is_at(escape->before_character, at) &&
            is_at(escape->character, at + escape->before_character.size())) {
            scratch_ += escape->character;
            at += escape->before_character.size() + escape->character.size();
            continue;
        }
        if (by_character && is_at(escape->character, at)) {
            at += escape->character.size();
            std::size_t length = at < limit_ ? end_at(term, at) : 0;
            if (length == 0 && at < limit_)
                length =
                    std::min(bytes_of(term.charset, data_.substr(at, limit_ - at), 1), limit_ - at);
            scratch_ += data_.substr(at, length);
            at += length;
            continue;
        }
        if (end_at(term, at) > 0) break;
        if (by_character) scratch_.push_back(data_[at]);
        ++at;
    }
    if (at == limit_ && limit_ == data_.size()) touched_ = true;
    end = at_ = at;
    return true;
}

namespace {

// Takes the pad characters off; returns how many bytes went in front.
std::size_t trim(const Term& term, std::string_view& raw) {
    const std::string& pad = term.text.pad;
    if (!term.text.trims || pad.empty()) return 0;
    std::size_t front = 0;
    if (term.text.justify != Justify::left)
        while (raw.size() >= pad.size() && raw.compare(0, pad.size(), pad) == 0) {
            raw.remove_prefix(pad.size());
            front += pad.size();
        }
    if (term.text.justify != Justify::right)
        while (raw.size() >= pad.size() &&
               raw.compare(raw.size() - pad.size(), pad.size(), pad) == 0)
            raw.remove_suffix(pad.size());
    // Of zeros as pad characters of a number the last one is its value.
    const bool number = term.base == Base::number || term.base == Base::integer;
    if (raw.empty() && number && front > 0 && pad == encoded(term.charset, "0")) {
        raw = std::string_view(raw.data() - pad.size(), pad.size());
        front -= pad.size();
    }
    return front;
}

bool is_nil(const Term& term, std::string_view raw, bool& touched) {
    if (!term.nillable) return false;
    if (term.nil_kind == NilKind::literal_character) {
        if (term.nil.empty()) return false;
        const std::string& one = term.nil.output();
        if (raw.empty() || one.empty() || raw.size() % one.size() != 0) return false;
        for (std::size_t at = 0; at < raw.size(); at += one.size())
            if (raw.compare(at, one.size(), one) != 0) return false;
        return true;
    }
    if (term.nil_kind == NilKind::logical_value) return false;
    if (raw.empty()) return term.nil.may_be_empty();
    return term.nil.match(raw, touched) == raw.size();
}

}  // namespace

bool Parser::simple(const Term& term, std::uint32_t index) {
    std::size_t begin = at_, end = limit_;
    bool escaped = false;
    switch (term.length_kind) {
        case LengthKind::explicit_:
        case LengthKind::implicit: {
            std::size_t length = 0;
            const bool whole = fixed_length(term, length);
            // Of a field that is cut off, the lenient reading takes what is there.
            if (!whole && (!lenient_ || length == 0)) return false;
            at_ = end = begin + length;
            if (!whole) give_up(failure_);
            break;
        }
        case LengthKind::delimited: {
            const std::size_t from = begin;
            if (!delimited(term, begin, end)) {
                if (!lenient_ || at_ == from) return false;
                end = at_;
                give_up(failure_);
            } else if (term.escape) {
                const Escape& escape = *term.escape;
                escaped = escape.block
                              ? !escape.start.empty() &&
                                    data_.compare(begin, escape.start.size(), escape.start) == 0 &&
                                    end >= begin + escape.start.size() + escape.end.size()
                              : scratch_.size() != end - begin;
            }
            break;
        }
        case LengthKind::end_of_parent:
            if (limit_ == data_.size()) touched_ = true;
            at_ = limit_;
            break;
    }
    nodes_[index].value_begin = static_cast<std::uint32_t>(begin);
    nodes_[index].value_end = static_cast<std::uint32_t>(end);
    if (escaped) {
        return value_of(term, index, scratch_, true);
    }
    return value_of(term, index, data_.substr(begin, end - begin), false);
}

bool Parser::value_of(const Term& term, std::uint32_t index, std::string_view raw, bool escaped) {
    Node& node = nodes_[index];
    const bool quoted = escaped && term.escape && term.escape->block;
    bool ignored = false;
    if (!quoted && term.nil_kind == NilKind::literal_character && is_nil(term, raw, ignored)) {
        node.nil = true;
        return true;
    }
    if (!quoted) {
        const std::size_t front = trim(term, raw);
        if (!escaped) {
            node.value_begin += static_cast<std::uint32_t>(front);
            node.value_end = node.value_begin + static_cast<std::uint32_t>(raw.size());
        }
        if (is_nil(term, raw, ignored)) {
            node.nil = true;
            return true;
        }
    }
    const std::size_t text = values_.size();
    if (!decode(term.charset, raw, values_)) {
        if (!lenient_) return fail(Reason::encoding);
        note(Reason::encoding, "008", node.value_begin);
    }
    return converted(term, index, text);
}

namespace {

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::optional<std::string> logical(const Term& term, std::string_view text) {
    switch (term.base) {
        case Base::string:
            return std::string(text);
        case Base::number:
        case Base::integer:
            return parse_number(term.number, text);
        case Base::boolean:
            if (contains(term.truths, text)) return "true";
            if (contains(term.untruths, text)) return "false";
            return {};
        default:
            return parse_calendar(term.calendar, text);
    }
}

// Would XML Schema take the raw text, though the layout does not?
bool looks_lexical(const Term& term, const std::string& text) {
    switch (term.base) {
        case Base::string:
            return true;
        case Base::number:
        case Base::integer:
            return canonical_decimal(text).has_value() || text == "INF" || text == "NaN" ||
                   term.number.floating;
        case Base::boolean:
            return text == "true" || text == "false" || text == "1" || text == "0";
        default: {
            CalendarFormat same = term.calendar;
            same.items.clear();
            return parse_calendar(same, text).has_value();
        }
    }
}

}  // namespace

// A value that stands at the end of values_ as it was written: how many characters of it are zeros
// in front of a number, or nothing where more must be done than to take them off.
std::optional<std::size_t> Parser::as_it_stands(const Term& term, std::string_view text) {
    if (term.nillable && term.nil_kind == NilKind::logical_value) return {};
    if (term.base == Base::string)
        return text.empty() && term.otherwise ? std::nullopt : std::optional<std::size_t>(0);
    const bool number = term.base == Base::number || term.base == Base::integer;
    if (!number || !term.number.plain || term.number.zoned || term.number.floating ||
        !term.number.zeros.empty() || text.empty())
        return {};
    for (const char c : text)
        if (c < '0' || c > '9') return {};
    return std::min(text.find_first_not_of('0'), text.size() - 1);
}

bool Parser::converted(const Term& term, std::uint32_t index, std::size_t at) {
    const std::string_view text = std::string_view(values_).substr(at);
    if (const auto zeros = as_it_stands(term, text)) {
        nodes_[index].text = static_cast<std::uint32_t>(at + *zeros);
        nodes_[index].length = static_cast<std::uint32_t>(text.size() - *zeros);
        return is_the_key(term, index, value(nodes_[index]));
    }
    std::optional<std::string> value = logical(term, text);
    if (value && term.nillable && term.nil_kind == NilKind::logical_value &&
        contains(term.nil_texts, *value)) {
        nodes_[index].nil = true;
        values_.resize(at);
        return true;
    }
    if (text.empty() && term.otherwise && !value) value = term.otherwise;
    if (!value) {
        if (!lenient_ && !(text.empty() && parent_ != none && !nodes_[index].nil &&
                           term.least == 0 && term.text.trims))
            return fail(Reason::datatype);
        value = std::string(text);
        if (looks_lexical(term, *value)) {
            note(Reason::datatype, "008", nodes_[index].value_begin);
            notes_.back().node = index;
        }
    }
    values_.resize(at);
    nodes_[index].text = static_cast<std::uint32_t>(at);
    nodes_[index].length = static_cast<std::uint32_t>(value->size());
    values_ += *value;
    return is_the_key(term, index, *value);
}

bool Parser::is_the_key(const Term& term, std::uint32_t index, std::string_view value) {
    if (term.is_key && term.fixed && value != *term.fixed) {
        nodes_[index].text = nodes_[index].length = 0;
        at_ = nodes_[index].begin;
        return fail(Reason::record_type_unknown, true);
    }
    known_ = known_ || term.is_key;
    return true;
}

}  // namespace dfdl
