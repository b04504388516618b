// Patterns and enumerations as tables that a few instructions can apply.
#include <algorithm>
#include <bitset>
#include <cstring>
#include <optional>

#include "schema/fast_check.hpp"

namespace schema {
namespace {

constexpr std::uint32_t states_max = 250;
constexpr std::size_t lengths = 32;

// May stand in character data as itself, whatever follows. Not ']' (it may begin "]]>") and not the
// carriage return (the parser changes it).
bool plain(unsigned byte, bool spaces) {
    if (byte == '\t' || byte == '\n' || byte == ' ') return spaces;
    return byte > ' ' && byte < 0x80 && byte != '<' && byte != '&' && byte != ']';
}

using Layer = std::bitset<states_max + 6>;  // of states

// Where paths from the first state lead to, and paths to an accepting one come from, by their
// length.
struct Paths {
    std::array<Layer, lengths + 1> from, to;

    explicit Paths(const ByteAutomaton& automaton) {
        const std::size_t states = automaton.next.size();
        std::vector<Layer> next(states);
        for (std::size_t s = 1; s < states; ++s) {
            for (const std::uint8_t after : automaton.next[s]) next[s][after] = true;
            next[s][0] = false;
            if (automaton.accepting[s] != 0) to[0][s] = true;
        }
        from[0][1] = true;
        for (std::size_t i = 0; i < lengths; ++i)
            for (std::size_t s = 1; s < states; ++s) {
                if (from[i][s]) from[i + 1] |= next[s];
                if ((next[s] & to[i]).any()) to[i + 1][s] = true;
            }
    }
    bool any(std::size_t length) const { return to[length][1]; }
    // The states on paths of exactly `length` bytes that are reached after `at` of them.
    Layer useful(std::size_t at, std::size_t length) const { return from[at] & to[length - at]; }
};

// The bytes that lead on from every useful state of a layer; false where states differ.
bool common_bytes(const ByteAutomaton& automaton, const Layer& from, const Layer& to,
                  std::array<bool, 128>& bytes) {
    bool first = true;
    for (std::size_t s = 1; s < automaton.next.size(); ++s) {
        if (!from[s]) continue;
        for (std::size_t b = 0; b < 128; ++b) {
            const std::uint8_t next = automaton.next[s][b];
            const bool leads = next != 0 && to[next];
            if (first)
                bytes[b] = leads;
            else if (bytes[b] != leads)
                return false;
        }
        first = false;
    }
    return true;
}

// Into at most two ranges.
bool add_position(const std::array<bool, 128>& bytes, std::size_t position, ByteRanges& out) {
    std::vector<std::pair<std::uint8_t, std::uint8_t>> runs;
    for (std::size_t b = 0; b < 128; ++b) {
        if (!bytes[b]) continue;
        const auto byte = static_cast<std::uint8_t>(b);
        if (runs.empty() || runs.back().second + 1 != byte)
            runs.emplace_back(byte, byte);
        else
            runs.back().second = byte;
    }
    if (runs.empty() || runs.size() > 2) return false;
    out.low[position] = runs.front().first;
    out.high[position] = runs.front().second;
    out.low_too[position] = runs.back().first;
    out.high_too[position] = runs.back().second;
    return true;
}

std::optional<ByteRanges> product(const ByteAutomaton& automaton, const Paths& paths,
                                  std::size_t length) {
    ByteRanges out;
    for (std::size_t i = 0; i < length; ++i) {
        std::array<bool, 128> bytes{};
        if (!common_bytes(automaton, paths.useful(i, length), paths.useful(i + 1, length), bytes) ||
            !add_position(bytes, i, out))
            return std::nullopt;
    }
    return out;
}

// What follows a value of this length: '<', then anything.
std::shared_ptr<const ByteRanges> with_end(const ByteRanges& value, std::size_t length) {
    auto ranges = std::make_shared<ByteRanges>(value);
    for (std::size_t i = length; i < lengths; ++i) {
        ranges->low[i] = ranges->low_too[i] = i == length ? '<' : 0;
        ranges->high[i] = ranges->high_too[i] = i == length ? '<' : 0xFF;
    }
    return ranges;
}

EnumTable::Slot slot_of(const std::string& text) {
    EnumTable::Slot slot;
    std::array<char, 16> bytes{};
    std::copy(text.begin(), text.end(), bytes.begin());
    std::memcpy(&slot.first, bytes.data(), 8);
    std::memcpy(&slot.second, bytes.data() + 8, 8);
    slot.length = static_cast<std::uint8_t>(text.size());
    return slot;
}

bool place_all(const std::vector<EnumTable::Slot>& values, EnumTable& table) {
    table.slots.assign(std::size_t{1} << (64 - table.shift), {});
    for (const auto& value : values) {
        auto& slot =
            table.slots[((value.first ^ (value.second * 31)) * table.factor) >> table.shift];
        if (slot.length != 0xFF) return false;
        slot = value;
    }
    return true;
}

}  // namespace

std::shared_ptr<const ByteAutomaton> byte_automaton(const Regex& pattern, bool spaces) {
    const RegexTable* table = pattern.table();
    if (table == nullptr || table->states > states_max || table->states < 2) return nullptr;
    auto automaton = std::make_shared<ByteAutomaton>();
    automaton->next.resize(table->states);
    automaton->accepting = table->accepting;
    for (std::uint32_t state = 0; state < table->states; ++state)
        for (unsigned byte = 0; byte < 128; ++byte)
            automaton->next[state][byte] =
                plain(byte, spaces)
                    ? static_cast<std::uint8_t>(
                          table->next[state * table->classes + table->ascii_class[byte]])
                    : std::uint8_t{0};
    return automaton;
}

std::shared_ptr<const RangeTable> range_table(const ByteAutomaton& automaton) {
    auto table = std::make_shared<RangeTable>();
    const Paths paths(automaton);
    for (std::size_t length = 0; length < lengths; ++length) {
        if (!paths.any(length)) continue;
        const auto ranges = product(automaton, paths, length);
        if (!ranges) return nullptr;  // only the automaton knows: better to use that for all
        table->sets.push_back(*ranges);
        table->by_length[length] = static_cast<std::uint8_t>(table->sets.size());
    }
    return table->sets.empty() ? nullptr : table;
}

bool accepts_all(const ByteAutomaton& automaton, std::string_view shape) {
    const std::size_t states = automaton.next.size();
    Layer here;
    here[1] = true;
    for (const char wanted : shape) {
        Layer there;
        for (std::size_t s = 1; s < states; ++s) {
            if (!here[s]) continue;
            const char first = wanted == '9' ? '0' : wanted;
            for (char byte = first; byte <= wanted; ++byte) {
                const std::uint8_t to = automaton.next[s][static_cast<unsigned char>(byte)];
                if (to == 0) return false;
                there[to] = true;
            }
        }
        here = there;
    }
    for (std::size_t s = 0; s < states; ++s)
        if (here[s] && automaton.accepting[s] == 0) return false;
    return true;
}

std::shared_ptr<const ByteRanges> whole_ranges(const RangeTable& table, std::uint8_t& length) {
    if (table.sets.size() != 1) return nullptr;
    while (table.by_length[length] == 0) ++length;
    return with_end(table.sets.front(), length);
}

std::shared_ptr<const ByteRanges> whole_ranges(const std::vector<std::string>& texts,
                                               std::uint8_t& length) {
    if (texts.empty() || texts.front().size() >= lengths) return nullptr;
    length = static_cast<std::uint8_t>(texts.front().size());
    std::size_t products = 1;
    ByteRanges out;
    for (std::size_t i = 0; i < length; ++i) {
        std::array<bool, 128> bytes{};
        for (const std::string& text : texts) {
            if (text.size() != length || static_cast<unsigned char>(text[i]) >= 128) return nullptr;
            bytes[static_cast<unsigned char>(text[i])] = true;
        }
        products *= static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), true));
        if (products > texts.size() || !add_position(bytes, i, out)) return nullptr;
    }
    return products == texts.size() ? with_end(out, length) : nullptr;
}

std::shared_ptr<const EnumTable> enum_table(const std::vector<std::string>& texts) {
    std::vector<EnumTable::Slot> values;
    for (const auto& text : texts) {
        if (text.size() > 16) return nullptr;
        values.push_back(slot_of(text));
    }
    auto table = std::make_shared<EnumTable>();
    std::uint64_t seed = 0x9E3779B97F4A7C15ULL;
    std::uint8_t bits = 1;
    while ((std::size_t{1} << bits) < values.size()) ++bits;
    for (const std::uint8_t most = static_cast<std::uint8_t>(bits + 5); bits <= most; ++bits) {
        table->shift = static_cast<std::uint8_t>(64 - bits);
        for (int attempt = 0; attempt < 500; ++attempt) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            table->factor = seed | 1;
            if (place_all(values, *table)) return table;
        }
    }
    return nullptr;
}

}  // namespace schema
