// The rare turns of the fast path: odd start tags, text beyond ASCII, values that only the
// reference check knows.
#include <algorithm>
#include <array>
#include <cstring>

#include "schema/fast_run.hpp"

namespace schema {
namespace {

const char window_here = 0;

FastBytes times_32(char byte) {
    FastBytes bytes{};
    bytes.fill(byte);
    return bytes;
}

bool is_white(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// One character of two to four bytes at `at`; 0: malformed, not a character of XML, or cut.
unsigned length_of_character(const char* at, const char* end) {
    const auto byte = [at](int i) { return static_cast<unsigned char>(at[i]); };
    const auto follows = [&](int i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (end - at < 4) return 0;
    if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead < 0xF0) {
        if (!follows(1) || !follows(2)) return 0;
        const unsigned point = (lead & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
        const bool good = point >= 0x800 && (point < 0xD800 || point > 0xDFFF) && point < 0xFFFE;
        return good ? 3 : 0;
    }
    if (lead >= 0xF0 && lead < 0xF5) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        const unsigned point = (lead & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 |
                               (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
        return point >= 0x10000 && point <= 0x10FFFF ? 4 : 0;
    }
    return 0;
}

// The length of a reference to one of the five characters that XML itself has names for; 0: another
// one, or cut.
unsigned length_of_reference(const char* p, const char* end) {
    for (const std::string_view name : {"&amp;", "&lt;", "&gt;", "&apos;", "&quot;"})
        if (std::string_view(p, static_cast<std::size_t>(end - p)).substr(0, name.size()) == name)
            return static_cast<unsigned>(name.size());
    return 0;
}

// The attribute of the element that is written at p as "name", with its index; null: not known.
const FastAttribute* attribute_at(const FastRun& run, const FastElement& element, const char* p,
                                  std::size_t length, std::uint32_t& index) {
    for (index = 0; index < element.attribute_count; ++index) {
        const std::string& name = run.tables->attributes[element.attributes + index];
        if (name.size() == length && std::memcmp(name.data(), p, length) == 0)
            return &run.code->attributes[element.attributes + index];
    }
    return nullptr;
}

// Between the quotes: no reference, no '<', white space as it is after normalisation.
bool attribute_value_good(const FastAttribute& attribute, std::string_view value, const char* end) {
    for (std::size_t i = 0; i < value.size();) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (byte < ' ' || byte == '<' || byte == '&') return false;
        const unsigned length = byte < 0x80 ? 1 : length_of_character(value.data() + i, end);
        if (length == 0) return false;
        i += length;
    }
    if (attribute.is_fixed && value != attribute.fixed) return false;
    return attribute.check.type && attribute.check.type->check(value, nullptr, nullptr);
}

// White space as it is after collapsing: single spaces inside.
bool is_collapsed(std::string_view value) {
    bool after_space = true;
    for (const char c : value) {
        if (c == '\t' || c == '\n' || (c == ' ' && after_space)) return false;
        after_space = c == ' ';
    }
    return value.empty() || !after_space;
}

struct Spans {  // of the values of one start tag
    std::uint64_t seen = 0;
    std::array<std::string_view, 64> values;
};

void mark_attributes(const FastRun& run, const FastElement& element, const Spans& spans,
                     std::uint32_t watch) {
    const auto& wanted = run.watch->nodes[watch].attributes;
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
        for (std::uint32_t at = 0; at < element.attribute_count; ++at) {
            const ExpandedName& name = run.code->attributes[element.attributes + at].name;
            if ((spans.seen >> at & 1U) == 0 || name.local != wanted[i].second ||
                name.space != wanted[i].first)
                continue;
            const char* begin = spans.values[at].data();
            Mark mark;
            mark.kind = Mark::Kind::attribute;
            mark.node = watch;
            mark.attribute = i;
            mark.begin = run.base + static_cast<std::uint64_t>(begin - run.origin);
            mark.end = mark.begin + spans.values[at].size();
            run.marks->push_back(mark);
        }
    }
}

// A value by the reference check.
const char* reference_value(const Check& check, const char* v, const char* end) {
    if (!check.type) return nullptr;
    const TextEnd text = scan_text(v, end);
    if (text.at == nullptr || text.at == fast_window) return text.at;
    if (!text.literal) return nullptr;
    const std::string_view raw(v, static_cast<std::size_t>(text.at - v));
    return check.type->check(raw, nullptr, nullptr) ? text.at : nullptr;
}

// A text of more than ASCII or with unusual characters.
const char* text_value(const Check& check, const char* v, const char* end) {
    const TextEnd text = scan_text(v, end);
    if (text.at == nullptr || text.at == fast_window) return text.at;
    if (check.collapse && !is_collapsed({v, static_cast<std::size_t>(text.at - v)}))
        return reference_value(check, v, end);
    return text.characters >= check.least && text.characters <= check.most ? text.at : nullptr;
}

}  // namespace

const char* const fast_window = &window_here;
const FastConstants fast_constants = {times_32('<'), times_32('0'), times_32(9)};

TextEnd scan_text(const char* v, const char* end) {
    TextEnd text;
    const char* p = v;
    for (; p != end; ++text.characters) {
        const auto byte = static_cast<unsigned char>(*p);
        if (byte == '<') break;
        if (byte == '&') {
            const unsigned length = length_of_reference(p, end);
            if (length == 0) return {end - p < 6 ? fast_window : nullptr, 0, false};
            text.literal = false;
            p += length;
            continue;
        }
        if (byte < ' ' && byte != '\t' && byte != '\n') return {};
        if (byte < 0x80) {
            if (byte == ']' && end - p > 2 && p[1] == ']' && p[2] == '>') return {};
            ++p;
            continue;
        }
        const unsigned length = length_of_character(p, end);
        if (length == 0) return {end - p < 4 ? fast_window : nullptr, 0, false};
        p += length;
    }
    text.at = p == end ? fast_window : p;
    return text;
}

const char* slow_value(const Check& check, const char* v, const char* end) {
    if (check.kind == CheckKind::empty) return *v == '<' ? v : nullptr;
    return check.kind == CheckKind::text ? text_value(check, v, end)
                                         : reference_value(check, v, end);
}

OddStart odd_start(const FastRun& run, const FastTag& tag, const char* p, std::uint32_t watch) {
    const std::size_t name = tag.start_length - 1U;
    if (tag.start_length == 0 || static_cast<std::size_t>(run.end - p) <= name) return {};
    const std::size_t head = std::min<std::size_t>(name, tag.start.size());
    if (std::memcmp(p, tag.start.data(), head) != 0) return {};
    if (name > head && std::memcmp(p + head, run.tables->rests[tag.rest].data(), name - head) != 0)
        return {};
    const FastElement& element = run.code->elements[tag.declaration];
    const char* const begin = p;
    Spans spans;
    OddStart odd;
    p += name;
    for (;;) {
        const char* const white = p;
        while (p != run.end && is_white(*p)) ++p;
        if (run.end - p < 4) return {fast_window, false};
        if (*p == '>' || (*p == '/' && p[1] == '>')) break;
        if (p == white) return {};
        const char* const attribute = p;
        while (p != run.end && *p != '=' && !is_white(*p) && *p != '>') ++p;
        if (run.end - p < 4) return {fast_window, false};
        if (*p != '=' || (p[1] != '"' && p[1] != '\'')) return {};
        std::uint32_t index = 0;
        const auto length = static_cast<std::size_t>(p - attribute);
        const FastAttribute* known = attribute_at(run, element, attribute, length, index);
        if (known == nullptr || (spans.seen >> index & 1U) != 0) return {};
        const char quote = p[1];
        const char* const value = p + 2;
        const auto* const stop = static_cast<const char*>(
            std::memchr(value, quote, static_cast<std::size_t>(run.end - value)));
        if (stop == nullptr || run.end - stop < 4) return {fast_window, false};
        spans.values[index] = {value, static_cast<std::size_t>(stop - value)};
        if (!attribute_value_good(*known, spans.values[index], run.end)) return {};
        spans.seen |= std::uint64_t{1} << index;
        p = stop + 1;
    }
    if ((spans.seen & element.required) != element.required) return {};
    odd.empty = *p == '/';
    if (odd.empty && (!element.empty_good || element.empty_bad)) return {};
    odd.at = p + (odd.empty ? 2 : 1);
    if (static_cast<std::uint64_t>(odd.at - begin) > run.limits->text_bytes_max) return {};
    if (watch != no_id) {
        add_mark(run, Mark::Kind::enter, watch, begin, odd.at);
        mark_attributes(run, element, spans, watch);
    }
    return odd;
}

LiveSlot* search_slot(const FastRun& run, const LiveState& state, const char* p) {
    for (std::uint32_t i = 0; i < state.slot_count; ++i) {
        const FastTag& tag = *state.slots[i].tag;
        if (tag.start_length == 0) continue;
        const std::size_t name = tag.start_length - 1U;
        const std::size_t head = std::min<std::size_t>(name, tag.start.size());
        if (std::memcmp(p, tag.start.data(), head) != 0) continue;
        if (name > head &&
            std::memcmp(p + head, run.tables->rests[tag.rest].data(), name - head) != 0)
            continue;
        const char behind = p[name];
        if (behind == '>' || behind == '/' || is_white(behind)) return state.slots + i;
    }
    return nullptr;
}

void add_mark(const FastRun& run, Mark::Kind kind, std::uint32_t node, const char* begin,
              const char* end) {
    Mark mark;
    mark.kind = kind;
    mark.node = node;
    mark.begin = run.base + static_cast<std::uint64_t>(begin - run.origin);
    mark.end = run.base + static_cast<std::uint64_t>(end - run.origin);
    run.marks->push_back(mark);
}

}  // namespace schema
