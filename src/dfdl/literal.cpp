#include "dfdl/literal.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace dfdl {

namespace {

constexpr char32_t next_line = 0x85, line_separator = 0x2028;

const std::map<std::string, char32_t, std::less<>>& named_characters() {
    static const std::map<std::string, char32_t, std::less<>> names = {
        {"NUL", 0},    {"SOH", 1},  {"STX", 2},  {"ETX", 3},   {"EOT", 4},   {"ENQ", 5},
        {"ACK", 6},    {"BEL", 7},  {"BS", 8},   {"HT", 9},    {"LF", 10},   {"VT", 11},
        {"FF", 12},    {"CR", 13},  {"SO", 14},  {"SI", 15},   {"DLE", 16},  {"DC1", 17},
        {"DC2", 18},   {"DC3", 19}, {"DC4", 20}, {"NAK", 21},  {"SYN", 22},  {"ETB", 23},
        {"CAN", 24},   {"EM", 25},  {"SUB", 26}, {"ESC", 27},  {"FS", 28},   {"GS", 29},
        {"RS", 30},    {"US", 31},  {"SP", 32},  {"DEL", 127}, {"NEL", 133}, {"NBSP", 160},
        {"LS", 0x2028}};
    return names;
}

std::string utf8_of(char32_t character) {
    std::string out;
    append_utf8(out, character);
    return out;
}

std::uint32_t number(std::string_view digits, int base, std::string_view entity) {
    std::uint32_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (digits.empty() || read.ec != std::errc{} || read.ptr != digits.data() + digits.size() ||
        value > 0x10FFFF)
        throw std::string("%" + std::string(entity) + "; is no character entity");
    return value;
}

// One entity, without % and ;: its character, or nothing where it is a class or a raw byte.
struct Entity {
    Literal::Kind kind = Literal::Kind::bytes;
    char32_t character = 0;
    bool raw = false;
};

Entity read_entity(std::string_view name) {
    using Kind = Literal::Kind;
    if (name == "NL") return {Kind::new_line, 0, false};
    if (name == "WSP") return {Kind::space, 0, false};
    if (name == "WSP*") return {Kind::spaces, 0, false};
    if (name == "WSP+") return {Kind::some_spaces, 0, false};
    if (name == "ES") return {Kind::nothing, 0, false};
    if (name.substr(0, 2) == "#x") return {Kind::bytes, number(name.substr(2), 16, name), false};
    if (name.substr(0, 2) == "#r") {
        const std::uint32_t byte = number(name.substr(2), 16, name);
        if (byte > 0xFF) throw std::string("%" + std::string(name) + "; is no byte");
        return {Kind::bytes, byte, true};
    }
    if (name.substr(0, 1) == "#") return {Kind::bytes, number(name.substr(1), 10, name), false};
    const auto found = named_characters().find(name);
    if (found == named_characters().end())
        throw std::string("the entity %" + std::string(name) + "; is not known");
    return {Kind::bytes, found->second, false};
}

template <class OnEntity, class OnText>
void each_part(std::string_view text, OnEntity on_entity, OnText on_text) {
    while (!text.empty()) {
        const std::size_t percent = text.find('%');
        if (percent != 0) {
            on_text(text.substr(0, percent));
            text.remove_prefix(std::min(percent, text.size()));
            continue;
        }
        if (text.substr(0, 2) == "%%") {
            on_text(std::string_view("%"));
            text.remove_prefix(2);
            continue;
        }
        const std::size_t end = text.find(';');
        if (end == std::string_view::npos)
            throw std::string("a % begins an entity that no ; ends; write %% for a percent sign");
        on_entity(read_entity(text.substr(1, end - 1)));
        text.remove_prefix(end + 1);
    }
}

struct Bytes {
    explicit Bytes(Charset charset)
        : carriage_return(utf8_bytes(charset, 13)),
          line_feed(utf8_bytes(charset, 10)),
          next(utf8_bytes(charset, next_line)),
          separator(utf8_bytes(charset, line_separator)) {
        for (const char32_t space : {U'\t', U'\n', U'\v', U'\f', U'\r', U' ', U'\x85', U'\xA0'}) {
            std::string bytes = utf8_bytes(charset, space);
            if (!bytes.empty()) spaces.push_back(std::move(bytes));
        }
    }
    static std::string utf8_bytes(Charset charset, char32_t character) {
        std::string out;
        return encode(charset, utf8_of(character), out) ? out : std::string();
    }
    std::string carriage_return, line_feed, next, separator;
    std::vector<std::string> spaces;
};

const Bytes& bytes(Charset charset) {
    static const std::array<Bytes, 9> all = {
        Bytes(Charset::utf8),      Bytes(Charset::ascii),      Bytes(Charset::latin1),
        Bytes(Charset::latin9),    Bytes(Charset::cp1252),     Bytes(Charset::ebcdic037),
        Bytes(Charset::ebcdic500), Bytes(Charset::ebcdic1140), Bytes(Charset::ebcdic1148)};
    return all[static_cast<std::size_t>(charset)];
}

bool begins(std::string_view data, const std::string& with, bool& touched_end) {
    if (with.empty()) return false;
    if (data.size() < with.size()) {
        if (std::string_view(with).substr(0, data.size()) == data) touched_end = true;
        return false;
    }
    return data.substr(0, with.size()) == with;
}

std::size_t new_line_at(std::string_view data, const Bytes& known, bool& touched_end) {
    if (begins(data, known.carriage_return, touched_end)) {
        const std::size_t length = known.carriage_return.size();
        if (begins(data.substr(length), known.line_feed, touched_end))
            return length + known.line_feed.size();
        return length;
    }
    for (const std::string* end : {&known.line_feed, &known.next, &known.separator})
        if (begins(data, *end, touched_end)) return end->size();
    return no_match;
}

std::size_t space_at(std::string_view data, const Bytes& known, bool& touched_end) {
    for (const std::string& space : known.spaces)
        if (begins(data, space, touched_end)) return space.size();
    return no_match;
}

std::size_t plain_match(const std::string& bytes, std::string_view data, bool& touched_end) {
    return begins(data, bytes, touched_end) ? bytes.size() : no_match;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Without regard to case, for ASCII letters; both sides are decoded for EBCDIC.
std::string folded(Charset charset, std::string_view raw) {
    std::string out;
    if (is_ebcdic(charset))
        decode(charset, raw, out);
    else
        out = raw;
    for (char& c : out) c = lower(c);
    return out;
}

}  // namespace

std::size_t Literal::match(std::string_view data, Charset charset, bool& touched_end) const {
    const Bytes& known = bytes(charset);
    std::size_t at = 0;
    for (const Item& item : items) {
        const std::string_view rest = data.substr(at);
        std::size_t length = 0;
        if (item.kind == Kind::bytes) {
            length = begins(rest, item.bytes, touched_end) ? item.bytes.size() : no_match;
        } else if (item.kind == Kind::new_line) {
            if (rest.empty()) touched_end = true;
            length = new_line_at(rest, known, touched_end);
        } else if (item.kind != Kind::nothing) {
            if (rest.empty()) touched_end = true;
            const bool many = item.kind != Kind::space;
            for (std::size_t one = 0; one != no_match && (many || length == 0);) {
                one = space_at(rest.substr(length), known, touched_end);
                if (one != no_match) length += one;
                if (length == rest.size()) touched_end = true;
            }
            if (length == 0 && item.kind != Kind::spaces) length = no_match;
        }
        if (length == no_match) return no_match;
        at += length;
    }
    return at;
}

bool Literal::has_new_line(Charset charset) const {
    const Bytes& known = bytes(charset);
    return std::any_of(items.begin(), items.end(), [&](const Item& item) {
        if (item.kind == Kind::new_line) return true;
        return item.kind == Kind::bytes &&
               (item.bytes.find(known.line_feed) != std::string::npos ||
                (!known.next.empty() && is_ebcdic(charset) &&
                 item.bytes.find(known.next) != std::string::npos) ||
                item.bytes.find(known.carriage_return) != std::string::npos);
    });
}

bool Literal::may_be_empty() const {
    return std::all_of(items.begin(), items.end(), [](const Item& item) {
        return item.kind == Kind::spaces || item.kind == Kind::nothing;
    });
}

bool Markup::may_be_empty() const {
    return std::any_of(list.begin(), list.end(), [](const Literal& l) { return l.may_be_empty(); });
}

bool Markup::has_new_line() const {
    return std::any_of(list.begin(), list.end(),
                       [&](const Literal& literal) { return literal.has_new_line(charset); });
}

std::size_t Markup::match(std::string_view data, bool& touched_end) const {
    if (shape != Plain::no && !data.empty()) {
        if (!first[static_cast<unsigned char>(data[0])]) return no_match;
        if (shape == Plain::bytes) return plain_match(list[0].items[0].bytes, data, touched_end);
        if (data[0] == '\n') return 1;
        if (data[0] == '\r' && data.size() > 1) return data[1] == '\n' ? 2 : 1;
    }
    std::size_t best = no_match;
    for (const Literal& literal : list) {
        std::size_t length = no_match;
        const bool plain =
            literal.items.size() == 1 && literal.items[0].kind == Literal::Kind::bytes;
        if (ignore_case && plain) {
            const std::size_t size = literal.items[0].bytes.size();
            if (data.size() < size) touched_end = true;
            if (data.size() >= size &&
                folded(charset, data.substr(0, size)) == folded(charset, literal.items[0].bytes))
                length = size;
        } else {
            length = literal.match(data, charset, touched_end);
        }
        if (length != no_match && (best == no_match || length > best)) best = length;
    }
    return best;
}

void Markup::finish() {
    if (list.size() == 1 && list[0].items.size() == 1 && !ignore_case) {
        const Literal::Item& item = list[0].items[0];
        if (item.kind == Literal::Kind::bytes && !item.bytes.empty()) shape = Plain::bytes;
        if (item.kind == Literal::Kind::new_line && !is_ebcdic(charset)) shape = Plain::line;
    }
    for (const Literal& literal : list) {
        if (literal.items.empty() || literal.items[0].kind != Literal::Kind::bytes ||
            literal.items[0].bytes.empty()) {
            const bool line =
                !literal.items.empty() && literal.items[0].kind == Literal::Kind::new_line;
            if (!line) {
                first.fill(true);
                return;
            }
            const Bytes& known = bytes(charset);
            for (const std::string* end :
                 {&known.carriage_return, &known.line_feed, &known.next, &known.separator})
                if (!end->empty()) first[static_cast<unsigned char>(end->front())] = true;
            continue;
        }
        first[static_cast<unsigned char>(literal.items[0].bytes[0])] = true;
        if (ignore_case) first.fill(true);
    }
}

Literal compile_literal(std::string_view text, Charset charset, const std::string& new_line) {
    Literal literal;
    const auto add_bytes = [&](std::string_view more) {
        if (literal.items.empty() || literal.items.back().kind != Literal::Kind::bytes)
            literal.items.push_back({Literal::Kind::bytes, {}});
        literal.items.back().bytes += more;
        literal.output += more;
    };
    const auto add_character = [&](std::string_view utf8) {
        std::string coded;
        if (!encode(charset, utf8, coded))
            throw std::string("a character of it is not in the encoding");
        add_bytes(coded);
    };
    each_part(
        text,
        [&](const Entity& entity) {
            if (entity.kind == Literal::Kind::bytes) {
                if (entity.raw)
                    add_bytes(std::string(1, static_cast<char>(entity.character)));
                else
                    add_character(utf8_of(entity.character));
                return;
            }
            literal.items.push_back({entity.kind, {}});
            if (entity.kind == Literal::Kind::new_line) literal.output += new_line;
            if (entity.kind == Literal::Kind::space || entity.kind == Literal::Kind::some_spaces)
                literal.output += encoded(charset, " ");
        },
        add_character);
    return literal;
}

Markup compile_markup(std::string_view text, Charset charset, const std::string& new_line,
                      bool ignore_case) {
    Markup markup;
    markup.charset = charset;
    markup.ignore_case = ignore_case;
    constexpr std::string_view white = " \t\r\n";
    for (std::size_t at = text.find_first_not_of(white); at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(white, at), text.size());
        markup.list.push_back(compile_literal(text.substr(at, end - at), charset, new_line));
        at = text.find_first_not_of(white, end);
    }
    markup.finish();
    return markup;
}

std::string compile_characters(std::string_view text) {
    std::string out;
    each_part(
        text,
        [&](const Entity& entity) {
            if (entity.kind == Literal::Kind::nothing) return;
            if (entity.kind == Literal::Kind::new_line)
                out += "\n";
            else if (entity.kind != Literal::Kind::bytes)
                throw std::string("a class of characters cannot stand here");
            else
                append_utf8(out, entity.character);
        },
        [&](std::string_view plain) { out += plain; });
    return out;
}

}  // namespace dfdl
