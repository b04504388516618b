// Start and end tags: names, attributes, namespaces.
#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

#include "xml/scanner_impl.hpp"

namespace xml {

using Impl = Scanner::Impl;

Token Impl::start_tag() {
    if (phase == Phase::epilog) return fail(p, "nothing behind the root");
    const char* q = p + 1;
    Got got = read_qname(q, name);
    if (got == Got::yes) got = read_attributes(q);
    if (got == Got::more) return more();
    if (got == Got::no) return Token::error;
    const auto size = static_cast<std::uint64_t>(q - token_begin);
    if (size > options.limits.text_bytes_max)
        return fail_limit(token_begin, "text_bytes_max", options.limits.text_bytes_max);
    if (open.size() >= options.limits.depth_max)
        return fail_limit(token_begin, "depth_max", options.limits.depth_max);

    OpenTag tag;
    tag.name_begin = static_cast<std::uint32_t>(names.size());
    tag.name_size = static_cast<std::uint32_t>(name.qname.size());
    tag.bindings = static_cast<std::uint32_t>(scope.size());
    if (!attributes.empty() && !bind_namespaces()) return Token::error;
    if (!resolve_names() || (attributes.size() > 1 && !distinct_attributes())) return Token::error;
    names.append(name.qname);
    open.push_back(tag);
    phase = Phase::content;
    root_seen = true;
    pending_end = is_empty;
    return take(Token::start, q);
}

Token Impl::end_tag() {
    if (open.empty()) return fail(p, root_seen ? "nothing behind the root" : "a root element");
    if (!sources.empty() && open.size() == sources.back().depth)
        return fail(p, "a start tag in the entity of its end tag");
    const OpenTag& tag = open.back();
    const std::size_t size = tag.name_size;
    const char* q = p + 2;
    const std::size_t have = std::min(static_cast<std::size_t>(end - q), size);
    if (std::memcmp(q, names.data() + tag.name_begin, have) != 0)
        return fail(p, "the end tag of the open element");
    q += have;
    if (q != end && *q != '>') {
        if ((class_of(*q) & class_white) == 0) return fail(p, "the end tag of the open element");
        q = skip_white(q, end);
        if (q != end && *q != '>') return fail(q, ">");
    }
    if (q == end) return more();
    name.qname = {p + 2, size};
    name.prefix = name.space = {};
    name.local = name.qname;
    const std::size_t colon = name.qname.find(':');
    if (colon != std::string_view::npos) {
        name.prefix = name.qname.substr(0, colon);
        name.local = name.qname.substr(colon + 1);
    }
    is_empty = false;
    pending_pop = true;
    return take(Token::end, q + 1);
}

void Impl::pop() {
    const OpenTag& tag = open.back();
    if (scope.size() != tag.bindings) {
        scope.resize(tag.bindings);
        ++scope_version;
    }
    names.resize(tag.name_begin);
    open.pop_back();
    if (open.empty()) phase = Phase::epilog;
}

Impl::Got Impl::read_qname(const char*& q, QName& out) {
    const char* const begin = q;
    const char* colon = nullptr;
    bool first = true;  // of the name or of the part behind the colon
    for (;; ++q) {
        // The usual case: a run of ASCII name characters.
        if (first && q != end && (class_of(*q) & (class_name_start | class_high)) == 0) {
            fail(q, "a name");
            return Got::no;
        }
        if (const char* const behind = skip_name(q, end); behind != q) {
            q = behind;
            first = false;
        }
        if (q == end) return Got::more;
        if ((class_of(*q) & class_high) != 0) {
            char32_t point = 0;
            const int length = decode(q, end, point);
            if (length < 0 && !last) return Got::more;
            if (length <= 0) {
                fail_encoding(q);
                return Got::no;
            }
            if (!(first ? is_name_start(point) : is_name_character(point))) {
                fail(q, "a name");
                return Got::no;
            }
            q += length - 1;
            first = false;
        } else if (*q == ':' && colon == nullptr && !first) {
            colon = q;
            first = true;
        } else {
            break;
        }
    }
    if (first) {
        fail(q, "a name");
        return Got::no;
    }
    const auto size = static_cast<std::size_t>(q - begin);
    if (size > options.limits.name_bytes_max) {
        fail_limit(begin, "name_bytes_max", options.limits.name_bytes_max);
        return Got::no;
    }
    out.qname = {begin, size};
    out.space = {};
    out.space_id = 0;
    if (colon == nullptr) {
        out.prefix = {};
        out.local = out.qname;
    } else {
        out.prefix = {begin, static_cast<std::size_t>(colon - begin)};
        out.local = {colon + 1, static_cast<std::size_t>(q - colon - 1)};
    }
    return Got::yes;
}

// From behind the name of the element to behind '>'.
Impl::Got Impl::read_attributes(const char*& q) {
    attributes.clear();
    is_empty = false;
    if (q != end && *q == '>') {
        ++q;
        return Got::yes;
    }
    pending.clear();
    scratch.clear();
    for (;;) {
        const char* const before = q;
        q = skip_white(q, end);
        if (q == end) return Got::more;
        if (*q == '>' || *q == '/') break;
        if (q == before) {
            fail(q, "white space, > or />");
            return Got::no;
        }
        if (attributes.size() == options.limits.attributes_max) {
            fail_limit(q, "attributes_max", options.limits.attributes_max);
            return Got::no;
        }
        TagAttribute& attribute = attributes.emplace_back();
        Got got = read_qname(q, attribute.name);
        if (got == Got::yes) got = read_value(q, attribute);
        if (got != Got::yes) return got;
    }
    if (*q == '/') {
        if (++q == end) return Got::more;
        if (*q != '>') {
            fail(q, ">");
            return Got::no;
        }
        is_empty = true;
    }
    ++q;
    for (const Pending& each : pending)
        attributes[each.attribute].value = std::string_view(scratch).substr(each.begin, each.size);
    return Got::yes;
}

Impl::Got Impl::read_value(const char*& q, TagAttribute& attribute) {
    q = skip_white(q, end);
    if (q == end) return Got::more;
    if (*q != '=') {
        fail(q, "=");
        return Got::no;
    }
    q = skip_white(q + 1, end);
    if (q == end) return Got::more;
    const char quote = *q;
    if (quote != '"' && quote != '\'') {
        fail(q, "a quoted value");
        return Got::no;
    }
    const char* const begin = ++q;
    bool odd = false;
    for (; q != end && *q != quote; ++q) {
        const auto byte = static_cast<signed char>(*q);
        if (*q == '<') {
            fail(q, "no < in an attribute value");
            return Got::no;
        }
        odd |= byte < 0x20 || byte == '&';
    }
    if (q == end) return Got::more;
    attribute.raw = attribute.value = {begin, static_cast<std::size_t>(q - begin)};
    ++q;
    if (!odd) return Got::yes;
    Token result = Token::start;
    if (!check_characters(begin, q - 1, result)) return Got::no;
    if (attribute.raw.find_first_of("&\t\n\r") != std::string_view::npos) {
        attribute.literal = false;
        const std::size_t at = scratch.size();
        if (!normalise(attribute.raw, scratch, 0)) return Got::no;
        pending.push_back({attributes.size() - 1, at, scratch.size() - at});
    }
    return Got::yes;
}

// Attribute-value normalisation for CDATA attributes (XML 1.0, 3.3.3); `depth` of entities.
bool Impl::normalise(std::string_view text, std::string& out, int depth) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' && depth == 0 && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (xml::is_white(c)) {
            out.push_back(' ');
            continue;
        }
        if (c == '<') return fail(token_begin, "no < in an attribute value"), false;
        if (c != '&') {
            out.push_back(c);
            continue;
        }
        std::size_t size = 0;
        const std::string_view rest = text.substr(i);
        if (const char32_t point = plain_reference(rest, size)) {
            append_utf8(point, out);
        } else {
            const auto found =
                size > 2 ? doctype.entities.find(rest.substr(1, size - 2)) : doctype.entities.end();
            if (found == doctype.entities.end() || found->second.external ||
                found->second.unparsed || found->second.open || depth > 30)
                return fail(token_begin, "a reference to a character or an internal entity"), false;
            expanded_bytes += found->second.text.size() + 16;
            if (expanded_bytes > options.limits.entity_bytes_max)
                return fail_limit(token_begin, "entity_bytes_max", options.limits.entity_bytes_max),
                       false;
            if (!normalise(found->second.text, out, depth + 1)) return false;
        }
        i += size - 1;
    }
    return true;
}

bool Impl::bind_namespaces() {
    for (TagAttribute& attribute : attributes) {
        const QName& qname = attribute.name;
        const bool standard = qname.prefix.empty() && qname.local == "xmlns";
        if (!standard && qname.prefix != "xmlns") continue;
        attribute.namespaces = true;
        const std::string_view prefix = standard ? std::string_view{} : qname.local;
        if (!bind(qname.qname.data(), prefix, attribute.value)) return false;
    }
    return true;
}

bool Impl::bind(const char* at, std::string_view prefix, std::string_view space) {
    const bool is_xml = prefix == "xml";
    if (is_xml != (space == xml_space) || prefix == "xmlns" || space == xmlns_space)
        return fail(at, "no other use of the prefixes and namespaces of xml and xmlns"), false;
    if (!prefix.empty() && space.empty()) return fail(at, "a namespace for the prefix"), false;
    if (is_xml) return true;
    while (bound.size() <= scope.size()) bound.emplace_back();
    Bound& entry = bound[scope.size()];
    entry.prefix.assign(prefix);
    entry.space.assign(space);
    entry.space_id = space.empty() ? 0 : id_of(space);
    scope.push_back({entry.prefix, entry.space});
    ++scope_version;
    return true;
}

// Ids never mean two spaces; when too many were met the table starts afresh with new ids.
std::uint32_t Impl::id_of(std::string_view space) {
    constexpr std::size_t spaces_max = 4096, bytes_max = 1U << 20U;
    if (space_ids.size() >= spaces_max || space_bytes > bytes_max) {
        space_ids.clear();
        space_bytes = 0;
    }
    const auto [entry, is_new] = space_ids.emplace(std::string(space), next_space_id);
    if (is_new) {
        ++next_space_id;
        space_bytes += space.size();
    }
    return entry->second;
}

bool Impl::resolve_names() {
    if (!resolve(name, false)) return false;
    return std::all_of(attributes.begin(), attributes.end(), [this](TagAttribute& attribute) {
        if (attribute.namespaces) {
            attribute.name.space = xmlns_space;
            attribute.name.space_id = 2;
            return true;
        }
        return attribute.name.prefix.empty() || resolve(attribute.name, true);
    });
}

bool Impl::resolve(QName& qname, bool is_attribute) {
    if (is_attribute || !qname.prefix.empty()) {
        if (qname.prefix == "xml") {
            qname.space = xml_space;
            qname.space_id = 1;
            return true;
        }
        if (qname.prefix == "xmlns")
            return fail(qname.qname.data(), "no element with the prefix xmlns"), false;
    }
    for (std::size_t i = scope.size(); i-- > 0;) {
        if (scope[i].prefix != qname.prefix) continue;
        qname.space = scope[i].space;
        qname.space_id = bound[i].space_id;
        return true;
    }
    if (qname.prefix.empty()) return true;
    return fail(qname.qname.data(), "a declared namespace prefix"), false;
}

// Few attributes: all pairs. The greatest number is limited.
bool Impl::distinct_attributes() {
    // Many attributes: in an order that brings equal names together.
    constexpr std::size_t few = 24;
    if (attributes.size() > few) {
        std::vector<std::size_t> order(attributes.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            const QName &left = attributes[a].name, &right = attributes[b].name;
            return std::tie(left.local, left.space, a) < std::tie(right.local, right.space, b);
        });
        std::size_t second = attributes.size();  // the first attribute whose name was there before
        for (std::size_t i = 1; i < order.size(); ++i) {
            const QName &left = attributes[order[i - 1]].name, &right = attributes[order[i]].name;
            if (left.local == right.local && left.space == right.space)
                second = std::min(second, order[i]);
        }
        if (second == attributes.size()) return true;
        return fail(attributes[second].name.qname.data(), "each attribute only once"), false;
    }
    for (std::size_t i = 1; i < attributes.size(); ++i) {
        const QName& left = attributes[i].name;
        for (std::size_t j = 0; j < i; ++j) {
            const QName& right = attributes[j].name;
            if (left.local.size() == right.local.size() && left.local == right.local &&
                left.space == right.space)
                return fail(left.qname.data(), "each attribute only once"), false;
        }
    }
    return true;
}

}  // namespace xml
