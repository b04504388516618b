#include "dfdl/unparser.hpp"

#include <algorithm>

namespace dfdl {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

// As flat text, not yet in the encoding.
std::optional<std::string> formatted(const Term& term, std::string_view text) {
    switch (term.base) {
        case Base::string:
            return std::string(text);
        case Base::number:
        case Base::integer:
            return format_number(term.number, text);
        case Base::boolean: {
            text = trimmed(text);
            const bool yes = text == "true" || text == "1";
            if (!yes && text != "false" && text != "0") return {};
            const auto& words = yes ? term.truths : term.untruths;
            if (words.empty()) return {};
            return words.front();
        }
        default:
            return format_calendar(term.calendar, text);
    }
}

}  // namespace

std::optional<std::string> canonical(const Term& term, std::string_view text) {
    switch (term.base) {
        case Base::string:
            return std::string(text);
        case Base::number:
        case Base::integer:
            if (term.number.floating) return std::string(trimmed(text));
            return canonical_decimal(text);
        case Base::boolean:
            text = trimmed(text);
            if (text == "true" || text == "1") return "true";
            if (text == "false" || text == "0") return "false";
            return {};
        default: {
            CalendarFormat same = term.calendar;
            same.items.clear();
            return parse_calendar(same, trimmed(text));
        }
    }
}

bool Unparser::refuse(const Term& term, const char* why) {
    if (!refusal_) refusal_ = Refusal{term.name, why};
    return false;
}

std::optional<Refusal> Unparser::write(std::uint32_t index, const Item& item,
                                       const std::vector<Kept>& kept, std::string& out) {
    const Term& term = layout_.terms[index];
    refusal_.reset();
    std::string bytes;
    if (!element(term, item, bytes)) {
        if (!refusal_) refuse(term, "it does not fit the layout");
        return refusal_;
    }
    std::size_t node = 0;
    const bool read = reader_.parse(index, bytes, Parser::Data::ends, Parser::Mode::strict, kept);
    if (!read || reader_.consumed() != bytes.size() || !same(item, node) ||
        node != reader_.nodes().size()) {
        if (!refusal_) refuse(term, "reading it back would not give the same");
        return refusal_;
    }
    out += bytes;
    return {};
}

// Is what was read back, from this node on, what was written?
bool Unparser::same(const Item& item, std::size_t& node) const {
    const auto& nodes = reader_.nodes();
    if (node >= nodes.size()) return false;
    const Node& mine = nodes[node];
    const Term& term = layout_.terms[mine.term];
    if (term.name != item.name || mine.nil != item.nil) return false;
    const auto index = static_cast<std::uint32_t>(node++);
    if (!term.complex) {
        if (!item.children.empty()) return false;
        return item.nil || canonical(term, item.text) == std::string(reader_.value(mine));
    }
    for (const Item& child : item.children) {
        if (node >= nodes.size() || nodes[node].parent != index) return false;
        if (!same(child, node)) return false;
    }
    return node >= nodes.size() || nodes[node].parent != index;
}

bool Unparser::element(const Term& term, const Item& item, std::string& out) {
    if (!term.initiator.empty()) out += term.initiator.output();
    if (term.complex) {
        std::string inner;
        std::size_t at = 0;
        if (!group(layout_.terms[term.children.front()], item.children, at, inner)) return false;
        if (at < item.children.size())
            return refuse(term, "it holds an element that the layout does not have there");
        if (term.length_kind == LengthKind::explicit_ && term.length_of.empty()) {
            const std::uint64_t length =
                term.length_in_bytes ? inner.size() : characters_of(term.charset, inner);
            if (length > term.length) return refuse(term, "it is too long for its length");
            const std::string blank = encoded(term.charset, " ");
            for (std::uint64_t i = length; i < term.length; ++i) inner += blank;
        }
        out += inner;
    } else if (!simple(term, item, out)) {
        return false;
    }
    if (!term.terminator.empty()) out += term.terminator.output();
    return true;
}

bool Unparser::simple(const Term& term, const Item& item, std::string& out) {
    if (!item.children.empty()) return refuse(term, "it holds elements");
    std::string bytes;
    if (item.nil) {
        if (!term.nillable) return refuse(term, "it cannot be nil");
        if (term.nil_kind == NilKind::logical_value) {
            const auto text =
                term.nil_texts.empty() ? std::nullopt : formatted(term, term.nil_texts.front());
            if (!text || !encode(term.charset, *text, bytes))
                return refuse(term, "it cannot be nil");
        } else if (!term.nil.empty()) {
            bytes = term.nil.output();
            if (term.nil_kind == NilKind::literal_character && !bytes.empty()) {
                const std::string one = bytes;
                while (characters_of(term.charset, bytes) < term.length) bytes += one;
            }
        }
        return boxed(term, std::move(bytes), out);
    }
    const auto text = formatted(term, item.text);
    if (!text) return refuse(term, "its value cannot be written by the pattern of the layout");
    if (!encode(term.charset, *text, bytes))
        return refuse(term, "it has a character that the encoding does not have");
    if (term.length_kind == LengthKind::delimited && !escaped(term, bytes))
        return refuse(term, "its value holds a delimiter, and the layout has no escape");
    return boxed(term, std::move(bytes), out);
}

bool Unparser::boxed(const Term& term, std::string bytes, std::string& out) {
    const bool fixed =
        term.length_kind == LengthKind::explicit_ || term.length_kind == LengthKind::implicit;
    const auto length = [&] {
        return term.length_in_bytes ? bytes.size() : characters_of(term.charset, bytes);
    };
    std::uint64_t wanted = term.text.pads ? term.text.least : 0;
    if (fixed && term.length_of.empty()) {
        wanted = term.length;
        if (length() > wanted) {
            if (!term.text.truncates) return refuse(term, "its value is longer than its field");
            const bool right = term.text.justify == Justify::right;
            const std::size_t keep = term.length_in_bytes ? static_cast<std::size_t>(wanted)
                                                          : bytes_of(term.charset, bytes, wanted);
            bytes = right ? bytes.substr(bytes.size() - keep) : bytes.substr(0, keep);
        }
        if (length() < wanted && !term.text.pads)
            return refuse(term, "its value is shorter than its field, and nothing pads it");
    }
    if (term.text.pad.empty()) {
        out += bytes;
        return true;
    }
    // A sign stays in front of the zeros that pad a number.
    std::string sign;
    const bool number = term.base == Base::number || term.base == Base::integer;
    const std::string minus = encoded(term.charset, "-");
    if (number && !term.number.zoned && term.text.justify == Justify::right &&
        term.text.pad == encoded(term.charset, "0") && bytes.rfind(minus, 0) == 0) {
        sign = minus;
        bytes.erase(0, minus.size());
        if (wanted > 0) --wanted;
    }
    for (bool front = term.text.justify == Justify::right; length() < wanted;
         front = term.text.justify == Justify::center ? !front : front)
        bytes.insert(front ? 0 : bytes.size(), term.text.pad);
    out += sign + bytes;
    return true;
}

// Puts escapes where a delimiter would end the value. False: there is none to put.
bool Unparser::escaped(const Term& term, std::string& bytes) {
    const auto begins = [&](const std::string& what, std::size_t at) {
        return !what.empty() && bytes.compare(at, what.size(), what) == 0;
    };
    const auto delimiter = [&](std::size_t at) -> std::size_t {
        std::size_t best = 0;
        bool ignored = false;
        for (const Markup* markup : term.ends) {
            const std::size_t length = markup->match(std::string_view(bytes).substr(at), ignored);
            if (length != no_match) best = std::max(best, length);
        }
        return best;
    };
    bool needed = false;
    for (std::size_t at = 0; at < bytes.size() && !needed; ++at) needed = delimiter(at) > 0;
    if (!term.escape) return !needed;
    const Escape& escape = *term.escape;
    for (const std::string& extra : escape.extra)
        needed = needed || bytes.find(extra) != std::string::npos;
    std::string out;
    if (escape.block) {
        needed = needed || escape.always || begins(escape.start, 0);
        // Pad characters at the ends would be trimmed, an empty text would be no text.
        const std::string& pad = term.text.pad;
        if (term.text.trims && !pad.empty() && bytes.size() >= pad.size())
            needed = needed || begins(pad, 0) || begins(pad, bytes.size() - pad.size());
        if (!needed) return true;
        out = escape.start;
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            if (begins(escape.end, at)) {
                if (escape.character.empty()) return false;
                out += escape.character;
            }
            out.push_back(bytes[at]);
        }
        bytes = out + escape.end;
        return true;
    }
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t length = delimiter(at);
        for (const std::string& extra : escape.extra)
            if (begins(extra, at)) length = std::max(length, extra.size());
        if (begins(escape.character, at)) {
            out += escape.before_character.empty() ? escape.character : escape.before_character;
            out += escape.character;
            at += escape.character.size();
        } else if (length > 0) {
            out += escape.character + bytes.substr(at, length);
            at += length;
        } else {
            out.push_back(bytes[at++]);
        }
    }
    bytes = std::move(out);
    return true;
}

// ---- groups ----

bool Unparser::accepts(const Term& term, const std::string& name) const {
    if (term.kind == Term::Kind::element) return term.name == name;
    return std::any_of(term.children.begin(), term.children.end(),
                       [&](std::uint32_t child) { return accepts(layout_.terms[child], name); });
}

bool Unparser::group(const Term& term, const std::vector<Item>& items, std::size_t& at,
                     std::string& out) {
    return term.kind == Term::Kind::choice ? choice(term, items, at, out)
                                           : sequence(term, items, at, out);
}

bool Unparser::choice(const Term& term, const std::vector<Item>& items, std::size_t& at,
                      std::string& out) {
    const std::size_t before = at, length = out.size();
    if (!term.initiator.empty()) out += term.initiator.output();
    for (const std::uint32_t index : term.children) {
        const Term& branch = layout_.terms[index];
        if (at < items.size() ? !accepts(branch, items[at].name)
                              : branch.kind == Term::Kind::element)
            continue;
        const std::size_t inside = out.size();
        bool good = false;
        if (branch.kind == Term::Kind::element) {
            good = element(branch, items[at], out);
            if (good) ++at;
            while (good && branch.is_array() && at < items.size() && items[at].name == branch.name)
                good = element(branch, items[at++], out);
        } else {
            good = group(branch, items, at, out);
        }
        if (good) {
            if (!term.terminator.empty()) out += term.terminator.output();
            return true;
        }
        out.resize(inside);
        at = before;
    }
    out.resize(length);
    return refuse(term, "no branch of a choice in the layout fits");
}

bool Unparser::sequence(const Term& term, const std::vector<Item>& items, std::size_t& at,
                        std::string& out) {
    std::vector<std::string> slots;
    std::size_t last = 0;  // behind the last slot that holds something
    const auto slot = [&](std::string bytes, bool holds) {
        slots.push_back(std::move(bytes));
        if (holds) last = slots.size();
    };
    for (const std::uint32_t index : term.children) {
        const Term& child = layout_.terms[index];
        std::string bytes;
        if (child.kind != Term::Kind::element) {
            if (!group(child, items, at, bytes)) return false;
            slot(std::move(bytes), true);
            continue;
        }
        std::uint64_t count = 0;
        const std::uint64_t most =
            child.occurs == Occurs::parsed || child.occurs == Occurs::stop_value ? unbounded
                                                                                 : child.most;
        for (; count < most && at < items.size() && items[at].name == child.name; ++count) {
            bytes.clear();
            if (!element(child, items[at++], bytes)) return false;
            slot(std::move(bytes), true);
        }
        if (child.occurs == Occurs::stop_value && !child.stop.empty()) {
            Item stop{child.name, child.stop.front(), false, {}};
            bytes.clear();
            if (!element(child, stop, bytes)) return false;
            slot(std::move(bytes), true);
        }
        if (count > 0) continue;
        if (child.least == 0 || child.is_array()) {
            // A field that is not there leaves its place blank, where places count.
            const bool box = !child.complex && child.least == 0 && !child.is_array() &&
                             child.length_kind == LengthKind::explicit_ &&
                             child.length_of.empty() && child.initiator.empty() &&
                             child.text.pads && child.text.trims && !child.text.pad.empty();
            if (box) {
                for (std::uint64_t i = 0; i < child.length; ++i) bytes += child.text.pad;
                if (!child.terminator.empty()) bytes += child.terminator.output();
            }
            if (box || !child.is_array()) slot(std::move(bytes), box);
            continue;
        }
        if (at < items.size()) return refuse(child, "it is missing, or its place is another one");
        return refuse(child, "it is missing");
    }
    if (!term.initiator.empty()) out += term.initiator.output();
    const bool separated = !term.separator.empty();
    const std::size_t count = term.suppression == Suppression::never ? slots.size() : last;
    for (std::size_t i = 0; i < (separated ? count : slots.size()); ++i) {
        const bool front =
            term.position == Position::prefix || (term.position == Position::infix && i > 0);
        if (separated && front) out += term.separator.output();
        out += slots[i];
        if (separated && term.position == Position::postfix) out += term.separator.output();
    }
    if (!term.terminator.empty()) out += term.terminator.output();
    return true;
}

}  // namespace dfdl
