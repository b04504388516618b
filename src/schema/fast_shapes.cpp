// Patterns and enumerations as tables that a few instructions can apply.
#include <algorithm>
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

using Layer = std::vector<bool>;  // of states

// Layers of states on paths of exactly `length` bytes from the first state to an accepting one.
std::optional<std::vector<Layer>> useful_layers(const ByteAutomaton& automaton,
                                                std::size_t length) {
    const std::size_t states = automaton.next.size();
    std::vector<Layer> layers(length + 1, Layer(states, false));
    layers[0][1] = true;
    for (std::size_t i = 0; i < length; ++i)
        for (std::size_t s = 1; s < states; ++s)
            if (layers[i][s])
                for (const std::uint8_t to : automaton.next[s])
                    if (to != 0) layers[i + 1][to] = true;
    for (std::size_t s = 0; s < states; ++s)
        if (automaton.accepting[s] == 0) layers[length][s] = false;
    for (std::size_t i = length; i-- > 0;)
        for (std::size_t s = 1; s < states; ++s)
            if (layers[i][s])
                layers[i][s] =
                    std::any_of(automaton.next[s].begin(), automaton.next[s].end(),
                                [&](std::uint8_t to) { return to != 0 && layers[i + 1][to]; });
    return layers[0][1] ? std::optional(std::move(layers)) : std::nullopt;
}

// The bytes that lead on from every useful state of a layer; false where states differ.
bool common_bytes(const ByteAutomaton& automaton, const Layer& from, const Layer& to,
                  std::array<bool, 128>& bytes) {
    bool first = true;
    for (std::size_t s = 1; s < from.size(); ++s) {
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

std::optional<ByteRanges> product(const ByteAutomaton& automaton, std::size_t length) {
    const auto layers = useful_layers(automaton, length);
    if (!layers) return std::nullopt;
    ByteRanges out;
    for (std::size_t i = 0; i < length; ++i) {
        std::array<bool, 128> bytes{};
        if (!common_bytes(automaton, (*layers)[i], (*layers)[i + 1], bytes) ||
            !add_position(bytes, i, out))
            return std::nullopt;
    }
    return out;
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
    for (std::size_t length = 0; length < lengths; ++length) {
        const auto ranges = product(automaton, length);
        if (!ranges) continue;
        table->sets.push_back(*ranges);
        table->by_length[length] = static_cast<std::uint8_t>(table->sets.size());
    }
    // Lengths that only the automaton knows: better to use that for all.
    for (std::size_t length = 0; length < lengths; ++length)
        if (table->by_length[length] == 0 && useful_layers(automaton, length)) return nullptr;
    return table->sets.empty() ? nullptr : table;
}

bool accepts_all(const ByteAutomaton& automaton, std::string_view shape) {
    Layer here(automaton.next.size(), false);
    here[1] = true;
    for (const char wanted : shape) {
        Layer there(here.size(), false);
        for (std::size_t s = 1; s < here.size(); ++s) {
            if (!here[s]) continue;
            const char first = wanted == '9' ? '0' : wanted;
            for (char byte = first; byte <= wanted; ++byte) {
                const std::uint8_t to = automaton.next[s][static_cast<unsigned char>(byte)];
                if (to == 0) return false;
                there[to] = true;
            }
        }
        here = std::move(there);
    }
    for (std::size_t s = 0; s < here.size(); ++s)
        if (here[s] && automaton.accepting[s] == 0) return false;
    return true;
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
