// Simple elements: what their bytes come to as a value.
#include <algorithm>

#include "dfdl/parser.hpp"

namespace dfdl {

using core::Reason;

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
