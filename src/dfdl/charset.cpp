#include "dfdl/charset.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "dfdl/charset_tables.hpp"

namespace dfdl {

namespace {

constexpr char16_t euro = 0x20AC;
using Table = std::array<char16_t, 256>;  // 0 (but for byte 0 itself): no character

Table plain(unsigned most) {
    Table table{};
    for (unsigned i = 0; i < most; ++i) table[i] = static_cast<char16_t>(i);
    return table;
}

Table latin9() {
    Table table = plain(256);
    constexpr std::pair<unsigned, char16_t> other[] = {
        {0xA4, euro},   {0xA6, 0x0160}, {0xA8, 0x0161}, {0xB4, 0x017D},
        {0xB8, 0x017E}, {0xBC, 0x0152}, {0xBD, 0x0153}, {0xBE, 0x0178}};
    for (const auto& [byte, character] : other) table[byte] = character;
    return table;
}

Table cp1252() {
    constexpr char16_t high[] = {euro,   0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                 0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    Table table = plain(256);
    std::copy(std::begin(high), std::end(high), table.begin() + 0x80);
    return table;
}

Table with_euro(Table table, unsigned at) {
    table[at] = euro;
    return table;
}

struct Page {
    Table decode;
    std::map<char32_t, char> encode;
};

const Page& page(Charset charset) {
    const auto made = [](const Table& table) {
        Page page;
        page.decode = table;
        for (unsigned i = 0; i < 256; ++i)
            if (i == 0 || table[i] != 0) page.encode.emplace(table[i], static_cast<char>(i));
        return page;
    };
    // In the order of the enumeration; the first is never asked.
    static const std::array<Page, 9> pages = {made(plain(128)),
                                              made(plain(128)),
                                              made(plain(256)),
                                              made(latin9()),
                                              made(cp1252()),
                                              made(cp037_table),
                                              made(cp500_table),
                                              made(with_euro(cp037_table, 0x9F)),
                                              made(with_euro(cp500_table, 0x9F))};
    return pages[static_cast<std::size_t>(charset)];
}

// The length of the character that begins with this byte, 0: none does.
std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

bool whole_character(std::string_view raw, std::size_t at, std::size_t length) {
    if (length == 0 || at + length > raw.size()) return false;
    for (std::size_t i = 1; i < length; ++i)
        if ((raw[at + i] & '\xC0') != '\x80') return false;
    const auto first = static_cast<unsigned char>(raw[at]);
    const auto second = static_cast<unsigned char>(length > 1 ? raw[at + 1] : 0);
    if (first == 0xE0) return second >= 0xA0;
    if (first == 0xED) return second < 0xA0;
    if (first == 0xF0) return second >= 0x90;
    return first != 0xF4 || second < 0x90;
}

// How many bytes at the begin are ASCII.
std::size_t ascii_run(std::string_view raw) {
    constexpr std::uint64_t high = 0x8080808080808080U;
    std::size_t at = 0;
    for (std::uint64_t eight = 0; at + sizeof eight <= raw.size(); at += sizeof eight) {
        std::memcpy(&eight, raw.data() + at, sizeof eight);
        if ((eight & high) != 0) break;
    }
    while (at < raw.size() && static_cast<unsigned char>(raw[at]) < 0x80) ++at;
    return at;
}

bool decode_utf8(std::string_view raw, std::string& out) {
    bool good = true;
    for (std::size_t at = 0; at < raw.size();) {
        if (const std::size_t run = ascii_run(raw.substr(at)); run > 0) {
            out.append(raw, at, run);
            at += run;
            continue;
        }
        const std::size_t length = sequence_length(static_cast<unsigned char>(raw[at]));
        if (whole_character(raw, at, length)) {
            out += raw.substr(at, length);
            at += length;
        } else {
            append_utf8(out, 0xFFFD);
            good = false;
            ++at;
        }
    }
    return good;
}

}  // namespace

std::optional<Charset> charset_named(std::string_view name) {
    std::string key;
    for (char c : name)
        if (c != '-' && c != '_' && c != ' ')
            key.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    static const std::map<std::string, Charset> names = {
        {"UTF8", Charset::utf8},           {"ASCII", Charset::ascii},
        {"USASCII", Charset::ascii},       {"ISO88591", Charset::latin1},
        {"LATIN1", Charset::latin1},       {"ISO885915", Charset::latin9},
        {"LATIN9", Charset::latin9},       {"WINDOWS1252", Charset::cp1252},
        {"CP1252", Charset::cp1252},       {"EBCDICCPUS", Charset::ebcdic037},
        {"IBM037", Charset::ebcdic037},    {"CP037", Charset::ebcdic037},
        {"IBM37", Charset::ebcdic037},     {"EBCDICCPBE", Charset::ebcdic500},
        {"IBM500", Charset::ebcdic500},    {"CP500", Charset::ebcdic500},
        {"IBM1140", Charset::ebcdic1140},  {"IBM01140", Charset::ebcdic1140},
        {"CP1140", Charset::ebcdic1140},   {"IBM1148", Charset::ebcdic1148},
        {"IBM01148", Charset::ebcdic1148}, {"CP1148", Charset::ebcdic1148}};
    const auto found = names.find(key);
    if (found == names.end()) return std::nullopt;
    return found->second;
}

bool is_ebcdic(Charset charset) {
    return charset >= Charset::ebcdic037;
}

bool decode(Charset charset, std::string_view raw, std::string& out) {
    if (charset == Charset::utf8) return decode_utf8(raw, out);
    if (!is_ebcdic(charset)) {
        const std::size_t run = ascii_run(raw);
        out.append(raw, 0, run);
        raw.remove_prefix(run);
        if (raw.empty()) return true;
    }
    const Table& table = page(charset).decode;
    bool good = true;
    for (char c : raw) {
        const auto byte = static_cast<unsigned char>(c);
        const char16_t character = table[byte];
        if (character < 0x80 && (character != 0 || byte == 0)) {
            out.push_back(static_cast<char>(character));
        } else if (character != 0) {
            append_utf8(out, character);
        } else {
            append_utf8(out, 0xFFFD);
            good = false;
        }
    }
    return good;
}

bool encode(Charset charset, std::string_view utf8, std::string& out) {
    if (charset == Charset::utf8) {
        out += utf8;
        return true;
    }
    const auto& known = page(charset).encode;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto found = known.find(next_character(utf8, at));
        if (found == known.end()) return false;
        out.push_back(found->second);
    }
    return true;
}

std::string encoded(Charset charset, std::string_view utf8) {
    std::string out;
    if (encode(charset, utf8, out)) return out;
    out.clear();
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t begin = at;
        next_character(utf8, at);
        if (!encode(charset, utf8.substr(begin, at - begin), out)) encode(charset, "?", out);
    }
    return out;
}

std::size_t bytes_of(Charset charset, std::string_view raw, std::uint64_t count) {
    if (charset != Charset::utf8)
        return count <= raw.size() ? static_cast<std::size_t>(count) : std::string::npos;
    std::size_t at = 0;
    for (; count > 0; --count) {
        if (at >= raw.size()) return std::string::npos;
        const std::size_t length = sequence_length(static_cast<unsigned char>(raw[at]));
        at += whole_character(raw, at, length) ? length : 1;
    }
    return at;
}

std::uint64_t characters_of(Charset charset, std::string_view raw) {
    if (charset != Charset::utf8) return raw.size();
    return static_cast<std::uint64_t>(
        std::count_if(raw.begin(), raw.end(), [](char c) { return (c & '\xC0') != '\x80'; }));
}

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xC0 | (c >> 6));
    } else {
        if (c < 0x10000) {
            put(0xE0 | (c >> 12));
        } else {
            put(0xF0 | (c >> 18));
            put(0x80 | ((c >> 12) & 0x3F));
        }
        put(0x80 | ((c >> 6) & 0x3F));
    }
    put(0x80 | (c & 0x3F));
}

char32_t next_character(std::string_view utf8, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(utf8[at]);
    const std::size_t length = sequence_length(lead);
    if (length <= 1 || at + length > utf8.size()) {
        ++at;
        return lead;
    }
    char32_t character = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        character = (character << 6) | (static_cast<unsigned char>(utf8[at + i]) & 0x3FU);
    at += length;
    return character;
}

}  // namespace dfdl
