// Everything that begins with <! or <?: comments, CDATA, instructions, the XML declaration,
// DOCTYPE.
#include <algorithm>

#include "xml/scanner_impl.hpp"

namespace xml {

using Impl = Scanner::Impl;

namespace {

enum class Begins : std::uint8_t { yes, no, perhaps };

Begins begins(const char* p, const char* end, std::string_view with) {
    const std::size_t have = std::min(with.size(), static_cast<std::size_t>(end - p));
    if (std::memcmp(p, with.data(), have) != 0) return Begins::no;
    return have == with.size() ? Begins::yes : Begins::perhaps;
}

const char* find(const char* p, const char* end, std::string_view what) {
    const std::string_view text(p, static_cast<std::size_t>(end - p));
    const std::size_t found = text.find(what);
    return found == std::string_view::npos ? nullptr : p + found;
}

std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

Token Impl::markup() {
    if (p[1] == '?') return instruction();
    bool perhaps = false;
    const auto is = [&](std::string_view with) {
        const Begins result = begins(p, end, with);
        perhaps |= result == Begins::perhaps;
        return result == Begins::yes;
    };
    if (is("<!--")) return comment();
    if (is("<![CDATA[")) return cdata();
    if (is("<!DOCTYPE")) return doctype_token();
    return perhaps ? more() : fail(p, "a tag, a comment or CDATA");
}

Token Impl::comment() {
    const char* const begin = p + 4;
    const char* const dashes = find(begin, end, "--");
    if (dashes == nullptr || end - dashes < 3) return more();
    if (dashes[2] != '>') return fail(dashes, "no -- in a comment");
    if (static_cast<std::uint64_t>(dashes - begin) > options.limits.text_bytes_max)
        return fail_limit(p, "text_bytes_max", options.limits.text_bytes_max);
    Token result = Token::comment;
    if (!check_characters(begin, dashes, result)) return result;
    raw = between(begin, dashes);
    return take(Token::comment, dashes + 3);
}

Token Impl::cdata() {
    if (open.empty()) return fail(p, "CDATA only inside the root");
    const char* const begin = p + 9;
    const char* const stop = find(begin, end, "]]>");
    if (stop == nullptr) return more();
    if (static_cast<std::uint64_t>(stop - begin) > options.limits.text_bytes_max)
        return fail_limit(p, "text_bytes_max", options.limits.text_bytes_max);
    Token result = Token::text;
    if (!check_characters(begin, stop, result)) return result;
    raw = between(begin, stop);
    is_cdata = true;
    is_white = false;
    is_literal = true;
    return take(Token::text, stop + 3);
}

Token Impl::instruction() {
    const char* q = p + 2;
    QName target;
    const Got got = read_qname(q, target);
    if (got == Got::more) return more();
    if (got == Got::no) return Token::error;
    if (!target.prefix.empty()) return fail(p, "a target without colon");
    const auto lower = [](char c) { return static_cast<char>(c | 0x20); };
    if (target.local.size() == 3 && lower(target.local[0]) == 'x' &&
        lower(target.local[1]) == 'm' && lower(target.local[2]) == 'l')
        return fail(p, "the XML declaration only at the very beginning");
    const char* const stop = find(q, end, "?>");
    if (stop == nullptr) return more();
    if (stop != q && !xml::is_white(*q)) return fail(q, "white space or ?>");
    if (static_cast<std::uint64_t>(stop - q) > options.limits.text_bytes_max)
        return fail_limit(p, "text_bytes_max", options.limits.text_bytes_max);
    Token result = Token::instruction;
    if (!check_characters(q, stop, result)) return result;
    name = target;
    raw = between(skip_white(q, stop), stop);
    return take(Token::instruction, stop + 2);
}

namespace {

// One pseudo attribute: S name S? = S? quoted value. False: not there.
bool pseudo(const char*& q, const char* stop, std::string_view attribute, std::string_view& value) {
    const char* at = skip_white(q, stop);
    if (at == q || begins(at, stop, attribute) != Begins::yes) return false;
    at = skip_white(at + attribute.size(), stop);
    if (at == stop || *at != '=') return false;
    at = skip_white(at + 1, stop);
    if (at == stop || (*at != '"' && *at != '\'')) return false;
    const char* const close = std::find(at + 1, stop, *at);
    if (close == stop) return false;
    value = between(at + 1, close);
    q = close + 1;
    return true;
}

bool is_version(std::string_view value) {
    return value.size() > 2 && value.substr(0, 2) == "1." &&
           std::all_of(value.begin() + 2, value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_encoding(std::string_view value) {
    const auto letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    return !value.empty() && letter(value[0]) &&
           std::all_of(value.begin(), value.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
           });
}

}  // namespace

// At the first byte of the document: the byte order mark, then the declaration if there is one.
Token Impl::xml_declaration() {
    constexpr std::string_view mark = "\xEF\xBB\xBF", opening = "<?xml";
    const Begins marked = begins(p, end, mark);
    if (marked == Begins::perhaps && !last) return Token::need_more;
    const char* q = marked == Begins::yes ? p + mark.size() : p;
    const Begins result = begins(q, end, opening);
    const bool undecided = result == Begins::perhaps || (result == Begins::yes && end - q == 5);
    if (undecided && !last) return more();
    if (undecided || result == Begins::no || !xml::is_white(q[5])) {
        phase = Phase::prolog;
        p = q;
        return next();
    }
    const char* const stop = find(q, end, "?>");
    if (stop == nullptr) return more();
    q += 5;
    std::string_view value;
    if (!pseudo(q, stop, "version", value) || !is_version(value))
        return fail(q, "version=\"1.0\" in the XML declaration");
    if (pseudo(q, stop, "encoding", value)) {
        if (!is_encoding(value)) return fail(q, "the name of an encoding");
        encoding.assign(value);
    }
    if (pseudo(q, stop, "standalone", value)) {
        if (value != "yes" && value != "no") return fail(q, "standalone yes or no");
        standalone = value == "yes";
    }
    if (skip_white(q, stop) != stop) return fail(q, "?>");
    phase = Phase::prolog;
    return take(Token::declaration, stop + 2);
}

Token Impl::doctype_token() {
    if (!options.allow_doctype) {
        fail(p, "no DOCTYPE");
        error.reason = core::Reason::doctype;
        error.details.clear();
        return Token::error;
    }
    if (root_seen || doctype_seen) return fail(p, "DOCTYPE once, before the root");
    const char* q = p;
    std::string expected;
    switch (read_doctype(q, end, doctype, expected)) {
        case DoctypeResult::more:
            return more();
        case DoctypeResult::wrong:
            return fail(q, std::move(expected));
        case DoctypeResult::whole:
            break;
    }
    Token result = Token::doctype;
    if (!check_characters(p, q, result)) return result;
    doctype_seen = true;
    return take(Token::doctype, q);
}

}  // namespace xml
