// Where the content of an element ends: lengths that are known before, delimiters, escapes.
#include <algorithm>

#include "dfdl/parser.hpp"

namespace dfdl {

using core::Reason;

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

}  // namespace dfdl
