#include "schema/fast_tables.hpp"

#include <algorithm>
#include <cstring>
#include <set>

namespace schema {
namespace {

constexpr std::size_t block = 32;

std::uint32_t mask_of(std::size_t bytes) {
    return bytes >= block ? 0xFFFFFFFFU : (1U << bytes) - 1;
}

std::uint64_t bytes_at(const std::string& text, std::size_t offset, std::size_t count) {
    std::array<char, 8> bytes{};
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(offset), count, bytes.begin());
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    return word;
}

class TableBuilder {
  public:
    TableBuilder(const FastCode& code, const FastPrefixes& prefixes)
        : code_(code), prefixes_(prefixes) {}

    FastTables build() {
        tables_.tags.resize(1 + code_.elements.size());
        starts_.resize(tables_.tags.size());
        for (Id id = 0; id < code_.elements.size(); ++id)
            if (code_.elements[id].alive) add_tag(id);
        tables_.slack = 2 * (longest_ + block) + 64 + gap_bytes_max;
        for (const auto& state : code_.states) add_switch(state);
        for (const auto& attribute : code_.attributes) {
            std::string prefix;
            const bool can = prefixes_.of_attribute(attribute.name.space, prefix);
            tables_.attributes.push_back(can ? prefix + attribute.name.local : std::string());
        }
        return std::move(tables_);
    }

  private:
    void add_tag(Id id) {
        const FastElement& element = code_.elements[id];
        std::string prefix;
        if (!prefixes_.of_element(element.name.space, prefix)) return;
        const std::string start = "<" + prefix + element.name.local + ">";
        const std::string stop = "</" + start.substr(1);
        longest_ = std::max(longest_, stop.size());
        starts_[1 + id] = start;
        FastTag& tag = tables_.tags[1 + id];
        std::copy_n(start.begin(), std::min(start.size(), block), tag.start.begin());
        std::copy_n(stop.begin(), std::min(stop.size(), block), tag.stop.begin());
        tag.start_mask = mask_of(start.size());
        tag.name_mask = mask_of(start.size() - 1);
        tag.stop_mask = mask_of(stop.size());
        tag.start_length = static_cast<std::uint16_t>(start.size());
        tag.stop_length = static_cast<std::uint16_t>(stop.size());
        tag.declaration = id;
        tag.leaf = element.leaf;
        tag.empty_bad = element.empty_bad;
        tag.bare = element.required == 0;
        if (element.leaf) tag.check = &code_.checks[element.check];
        tag.initial = element.initial;
        tag.is_long = stop.size() > block;
        if (!tag.is_long) return;
        tag.rest = static_cast<std::uint32_t>(tables_.rests.size());
        tables_.rests.push_back(start.size() > block ? start.substr(block) : std::string());
        tables_.rests.push_back(stop.substr(block));
    }

    void add_switch(const FastState& state) {
        FastSwitch entry;
        entry.accepting = state.accepting;
        entry.counted = state.counted;
        entry.min = state.min;
        entry.max = state.max;
        entry.slots = static_cast<std::uint32_t>(tables_.slots.size());
        std::vector<FastSlot> candidates;
        for (std::uint32_t i = 0; i < state.edge_count; ++i) {
            const FastEdge& edge = code_.edges[state.edges + i];
            if (!starts_[1 + edge.declaration].empty())
                candidates.push_back({1 + edge.declaration, edge.next, edge.loop});
        }
        std::vector<FastSlot> slots;
        if (!spread(candidates, entry, slots)) slots = std::move(candidates);
        if (slots.empty()) slots.emplace_back();
        entry.slot_count = static_cast<std::uint32_t>(slots.size());
        tables_.slots.insert(tables_.slots.end(), slots.begin(), slots.end());
        tables_.switches.push_back(entry);
    }

    // A window of at most 8 bytes that all tags have and that tells them apart, and a factor that
    // sends each to a slot of its own. Without it the search is linear (shift 63, factor 0: slot 0
    // is tried first).
    bool spread(const std::vector<FastSlot>& candidates, FastSwitch& entry,
                std::vector<FastSlot>& slots) {
        if (candidates.size() < 2) return false;
        std::size_t shortest = SIZE_MAX;
        for (const auto& candidate : candidates)
            shortest = std::min(shortest, starts_[candidate.tag].size());
        for (std::size_t offset = 1; offset < shortest && offset < 200; ++offset) {
            const std::size_t count = std::min<std::size_t>(8, shortest - offset);
            std::set<std::uint64_t> keys;
            for (const auto& candidate : candidates)
                keys.insert(bytes_at(starts_[candidate.tag], offset, count));
            if (keys.size() != candidates.size()) continue;
            entry.offset = static_cast<std::uint8_t>(offset);
            entry.key_mask = count == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * count)) - 1;
            if (find_factor(candidates, count, entry, slots)) return true;
        }
        entry.key_mask = entry.factor = 0;
        entry.offset = 1;
        entry.shift = 63;
        return false;
    }

    bool find_factor(const std::vector<FastSlot>& candidates, std::size_t count, FastSwitch& entry,
                     std::vector<FastSlot>& slots) {
        std::uint8_t bits = 1;
        while ((std::size_t{1} << bits) < candidates.size()) ++bits;
        for (const int most = bits + 2; bits <= most; ++bits) {
            entry.shift = static_cast<std::uint8_t>(64 - bits);
            for (int attempt = 0; attempt < 64; ++attempt) {
                seed_ ^= seed_ << 13;
                seed_ ^= seed_ >> 7;
                seed_ ^= seed_ << 17;
                entry.factor = seed_ | 1;
                slots.assign(std::size_t{1} << bits, {});
                const bool apart =
                    std::all_of(candidates.begin(), candidates.end(), [&](const auto& candidate) {
                        const auto key = bytes_at(starts_[candidate.tag], entry.offset, count);
                        FastSlot& slot = slots[(key * entry.factor) >> entry.shift];
                        if (slot.tag != 0) return false;
                        slot = candidate;
                        return true;
                    });
                if (apart) return true;
            }
        }
        slots.clear();
        return false;
    }

    const FastCode& code_;
    const FastPrefixes& prefixes_;
    FastTables tables_;
    std::vector<std::string> starts_;  // by tag; empty: cannot be written
    std::size_t longest_ = 0;
    std::uint64_t seed_ = 0x9E3779B97F4A7C15ULL;
};

}  // namespace

FastPrefixes::FastPrefixes(const Bindings& bindings, std::string_view preferred)
    : bindings_(bindings), preferred_(preferred) {}

std::string_view FastPrefixes::space_of(std::string_view prefix) const {
    for (std::size_t i = bindings_.count; i-- > 0;)
        if (bindings_.begin[i].prefix == prefix) return bindings_.begin[i].space;
    return {};
}

bool FastPrefixes::of_element(std::string_view space, std::string& prefix) const {
    prefix.clear();
    if (space.empty()) return space_of("").empty();
    if (!preferred_.empty() && space_of(preferred_) == space) {
        prefix = std::string(preferred_) + ":";
        return true;
    }
    if (preferred_.empty() && space_of("") == space) return true;
    if (of_attribute(space, prefix)) return true;
    prefix.clear();
    return space_of("") == space;
}

bool FastPrefixes::of_attribute(std::string_view space, std::string& prefix) const {
    prefix.clear();
    if (space.empty()) return true;
    if (space == "http://www.w3.org/XML/1998/namespace") {
        prefix = "xml:";
        return true;
    }
    for (std::size_t i = bindings_.count; i-- > 0;) {
        const std::string_view bound = bindings_.begin[i].prefix;
        if (bound.empty() || bindings_.begin[i].space != space || space_of(bound) != space)
            continue;
        prefix = std::string(bound) + ":";
        return true;
    }
    return false;
}

FastTables make_fast_tables(const FastCode& code, const FastPrefixes& prefixes) {
    return TableBuilder(code, prefixes).build();
}

}  // namespace schema
