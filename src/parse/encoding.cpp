#include "parse/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace parse {

namespace {

// Windows-1252 0x80..0x9F; 0: no character.
constexpr std::array<char16_t, 32> cp1252_high = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

constexpr char no_character = '\xFF';

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (c >> 6)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (c >> 12)));
        out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xF0 | (c >> 18)));
        out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    }
}

char32_t latin9(unsigned char c) {
    switch (c) {
        case 0xA4:
            return 0x20AC;
        case 0xA6:
            return 0x0160;
        case 0xA8:
            return 0x0161;
        case 0xB4:
            return 0x017D;
        case 0xB8:
            return 0x017E;
        case 0xBC:
            return 0x0152;
        case 0xBD:
            return 0x0153;
        case 0xBE:
            return 0x0178;
        default:
            return c;
    }
}

// 0: no character.
char32_t single_byte(Encoding encoding, unsigned char c) {
    if (encoding == Encoding::latin9) return latin9(c);
    if (encoding == Encoding::cp1252 && c >= 0x80 && c < 0xA0) return cp1252_high[c - 0x80];
    return c;
}

std::size_t decode_single_byte(Encoding encoding, std::string_view raw, std::string& out) {
    out.reserve(out.size() + raw.size());
    for (char byte : raw) {
        const auto c = static_cast<unsigned char>(byte);
        if (c < 0x80) {
            out.push_back(byte);
            continue;
        }
        const char32_t character = single_byte(encoding, c);
        if (character == 0)
            out.push_back(no_character);
        else
            append_utf8(out, character);
    }
    return raw.size();
}

std::size_t decode_utf16(bool big, std::string_view raw, bool is_last, std::string& out) {
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(raw[at]);
        const auto second = static_cast<unsigned char>(raw[at + 1]);
        return static_cast<char32_t>(big ? (first << 8) | second : (second << 8) | first);
    };
    std::size_t at = 0;
    while (at + 2 <= raw.size()) {
        const char32_t c = unit(at);
        if (c < 0xD800 || c > 0xDFFF) {
            append_utf8(out, c);
            at += 2;
            continue;
        }
        if (c < 0xDC00 && at + 4 > raw.size() && !is_last) return at;
        const char32_t low = c < 0xDC00 && at + 4 <= raw.size() ? unit(at + 2) : 0;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            append_utf8(out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
            at += 4;
        } else {
            out.push_back(no_character);
            at += 2;
        }
    }
    if (is_last && at < raw.size()) {
        out.push_back(no_character);
        at = raw.size();
    }
    return at;
}

// Where the name of the encoding stands in a declaration of ASCII characters; empty if nowhere.
struct NamePlace {
    std::size_t begin = 0, end = 0;
};
NamePlace find_name(std::string_view text) {
    if (text.substr(0, 5) != "<?xml") return {};
    const std::size_t stop = text.find("?>");
    const std::size_t word = text.find("encoding");
    if (stop == std::string_view::npos || word == std::string_view::npos || word > stop) return {};
    const std::size_t quote = text.find_first_of("\"'", word);
    if (quote == std::string_view::npos || quote > stop) return {};
    const std::size_t close = text.find(text[quote], quote + 1);
    if (close == std::string_view::npos || close > stop) return {};
    return {quote + 1, close};
}

bool starts_with(std::string_view text, std::string_view head) {
    return text.substr(0, head.size()) == head;
}

// The family that the first bytes alone tell.
Detected sniff(std::string_view first) {
    using namespace std::string_view_literals;
    if (starts_with(first, "\xEF\xBB\xBF"sv)) return {Encoding::utf8, 3, {}};
    if (starts_with(first, "\xFE\xFF"sv)) return {Encoding::utf16be, 2, {}};
    if (starts_with(first, "\xFF\xFE"sv)) return {Encoding::utf16le, 2, {}};
    if (starts_with(first, "<\0?\0"sv)) return {Encoding::utf16le, 0, {}};
    if (starts_with(first, "\0<\0?"sv)) return {Encoding::utf16be, 0, {}};
    return {};
}

bool is_utf16(Encoding encoding) {
    return encoding == Encoding::utf16le || encoding == Encoding::utf16be;
}

}  // namespace

Encoding encoding_named(std::string_view name) {
    std::string folded;
    for (char c : name) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c != '-' && c != '_') folded.push_back(c);
    }
    static constexpr std::pair<std::string_view, Encoding> names[] = {
        {"UTF8", Encoding::utf8},          {"USASCII", Encoding::utf8},
        {"ASCII", Encoding::utf8},         {"UTF16", Encoding::utf16be},
        {"UTF16BE", Encoding::utf16be},    {"UTF16LE", Encoding::utf16le},
        {"ISO88591", Encoding::latin1},    {"LATIN1", Encoding::latin1},
        {"ISO885915", Encoding::latin9},   {"LATIN9", Encoding::latin9},
        {"WINDOWS1252", Encoding::cp1252}, {"CP1252", Encoding::cp1252}};
    for (const auto& [known, encoding] : names)
        if (folded == known) return encoding;
    return Encoding::unsupported;
}

Detected detect(std::string_view first) {
    Detected found = sniff(first);
    std::string head;
    if (is_utf16(found.encoding))
        decode_utf16(found.encoding == Encoding::utf16be, first.substr(found.bom_bytes), false,
                     head);
    else
        head = first.substr(found.bom_bytes);
    const NamePlace name = find_name(head);
    if (name.end == 0) return found;
    found.declared = head.substr(name.begin, name.end - name.begin);
    const Encoding declared = encoding_named(found.declared);
    if (is_utf16(found.encoding) != is_utf16(declared))
        found.encoding = Encoding::unsupported;
    else if (found.bom_bytes == 3 && declared != Encoding::utf8)
        found.encoding = Encoding::unsupported;
    else if (!is_utf16(declared))
        found.encoding = declared;
    // It is told in answers and on terminals.
    for (char& c : found.declared)
        if (c <= ' ' || c >= '\x7F') c = '?';
    return found;
}

std::size_t decode(Encoding encoding, std::string_view raw, bool is_last, std::string& out) {
    if (is_utf16(encoding)) return decode_utf16(encoding == Encoding::utf16be, raw, is_last, out);
    if (encoding != Encoding::utf8) return decode_single_byte(encoding, raw, out);
    out.append(raw);
    return raw.size();
}

void rewrite_declaration(std::string& text) {
    const NamePlace name = find_name(text);
    constexpr std::string_view utf8 = "UTF-8";
    if (name.end < name.begin + utf8.size()) return;
    const std::size_t spare = name.end - name.begin - utf8.size();
    const char quote = text[name.end];
    std::string replacement(utf8);
    replacement.push_back(quote);
    replacement.append(spare, ' ');
    text.replace(name.begin, name.end + 1 - name.begin, replacement);
}

std::uint64_t delivered_length(Encoding encoding, std::string_view utf8) {
    if (encoding == Encoding::utf8 || encoding == Encoding::unsupported) return utf8.size();
    const std::uint64_t characters = core::count_characters(utf8);
    if (!is_utf16(encoding)) return characters;
    const auto pairs = std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (c & '\xF8') == '\xF0';  // the no_character byte 0xFF is not among them
    });
    return 2 * (characters + static_cast<std::uint64_t>(pairs));
}

namespace {

enum class Unit : bool { code_point, byte };

Extent measure_in(Unit unit, std::string_view utf8, const core::Counted& all) {
    Extent extent;
    extent.lines = all.line_feeds;
    std::size_t last = extent.lines == 0 ? std::string_view::npos : utf8.rfind('\n');
    std::size_t at = all.returns == 0 ? std::string_view::npos : utf8.find('\r');
    for (; at != std::string_view::npos; at = utf8.find('\r', at + 1))
        if (at + 1 == utf8.size() || utf8[at + 1] != '\n') {
            ++extent.lines;
            if (last == std::string_view::npos || at > last) last = at;
        }
    const bool one_line = last == std::string_view::npos;
    const std::string_view tail = one_line ? utf8 : utf8.substr(last + 1);
    if (unit == Unit::byte)
        extent.tail = tail.size();
    else
        extent.tail = one_line ? all.characters : core::count_characters(tail);
    return extent;
}

}  // namespace

namespace {

// Lines of EBCDIC end in NL (0x15), LF (0x25), or CR (0x0D) and perhaps one of them.
Extent measure_ebcdic(std::string_view bytes) {
    Extent extent;
    std::size_t begin = 0;
    for (std::size_t at = bytes.find_first_of("\x15\x25\x0D"); at != std::string_view::npos;
         at = bytes.find_first_of("\x15\x25\x0D", at)) {
        const bool pair = bytes[at] == '\x0D' && at + 1 < bytes.size() &&
                          (bytes[at + 1] == '\x15' || bytes[at + 1] == '\x25');
        at += pair ? 2 : 1;
        begin = at;
        ++extent.lines;
    }
    extent.tail = bytes.size() - begin;
    return extent;
}

}  // namespace

Extent measure(std::string_view utf8) {
    return measure(utf8, core::count_text(utf8));
}

Extent measure(std::string_view utf8, const core::Counted& all) {
    return measure_in(Unit::code_point, utf8, all);
}

std::uint64_t Scale::delivered(std::string_view bytes) const {
    return raw ? bytes.size() : delivered_length(encoding, bytes);
}

Extent Scale::measure(std::string_view bytes) const {
    if (raw && encoding == Encoding::ebcdic) return measure_ebcdic(bytes);
    const bool single = raw && encoding != Encoding::utf8;
    return measure_in(single ? Unit::byte : Unit::code_point, bytes, core::count_text(bytes));
}

void advance(std::uint64_t& line, std::uint64_t& column, const Extent& extent) {
    line += extent.lines;
    column = (extent.lines == 0 ? column : 1) + extent.tail;
}

void advance(std::uint64_t& line, std::uint64_t& column, std::string_view utf8) {
    advance(line, column, measure(utf8));
}

}  // namespace parse
