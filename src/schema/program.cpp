#include "schema/program.hpp"

#include <algorithm>
#include <cstring>

namespace schema {
namespace {

std::uint32_t hash_of(std::string_view space, std::string_view local) {
    std::uint64_t hash = local.size() * 0x9E3779B97F4A7C15ULL + space.size();
    const auto mix = [&hash](std::uint64_t word) {
        hash = (hash ^ word) * 0xFF51AFD7ED558CCDULL;
        hash ^= hash >> 32U;
    };
    const char* p = local.data();
    std::size_t left = local.size();
    for (; left >= 8; left -= 8, p += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, p, 8);
        mix(word);
    }
    std::uint64_t word = 0;
    if (left != 0) std::memcpy(&word, p, left);
    mix(word);
    // Namespaces are few and long: their ends tell them apart.
    if (!space.empty()) {
        word = 0;
        const std::size_t size = std::min<std::size_t>(space.size(), 8);
        std::memcpy(&word, space.data() + space.size() - size, size);
        mix(word);
    }
    return static_cast<std::uint32_t>(hash ^ (hash >> 29U));
}

}  // namespace

Id NameIndex::find(std::string_view space, std::string_view local) const {
    if (slots_.empty()) return no_id;
    const std::uint32_t hash = hash_of(space, local);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
        const Id id = slots_[i];
        if (id == no_id) return no_id;
        if (hashes_[id] == hash && names_[id].local == local && names_[id].space == space)
            return id;
    }
}

Id NameIndex::add(std::string_view space, std::string_view local) {
    const Id known = find(space, local);
    if (known != no_id) return known;
    if (slots_.size() < 2 * (names_.size() + 1)) grow();
    const Id id = static_cast<Id>(names_.size());
    const std::uint32_t hash = hash_of(space, local);
    names_.push_back({std::string(space), std::string(local)});
    hashes_.push_back(hash);
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = hash & mask;
    while (slots_[i] != no_id) i = (i + 1) & mask;
    slots_[i] = id;
    return id;
}

void NameIndex::grow() {
    slots_.assign(std::max<std::size_t>(64, slots_.size() * 2), no_id);
    const std::size_t mask = slots_.size() - 1;
    for (Id id = 0; id < names_.size(); ++id) {
        std::size_t i = hashes_[id] & mask;
        while (slots_[i] != no_id) i = (i + 1) & mask;
        slots_[i] = id;
    }
}

namespace {

// Whether an edge may be taken now.
bool open(std::uint32_t loop, const ContentState& state, std::uint64_t counter) {
    if (loop == 1) return counter < state.max;
    return loop == 2 || counter >= state.min;
}

}  // namespace

const Edge* Program::find(const ContentState& state, std::uint64_t counter, Id name) const {
    const Edge* const begin = edges(state);
    const Edge* const end = begin + state.edge_count;
    for (const Edge* edge = begin; edge != end; ++edge)
        if (edge->name == name && open(edge->loop, state, counter)) return edge;
    return nullptr;
}

const WildEdge* Program::find_wild(const ContentState& state, std::uint64_t counter,
                                   const Components& components, std::string_view space) const {
    const WildEdge* const begin = wilds(state);
    const WildEdge* const end = begin + state.wild_count;
    for (const WildEdge* edge = begin; edge != end; ++edge)
        if (open(edge->loop, state, counter) && components.wildcards[edge->wildcard].allows(space))
            return edge;
    return nullptr;
}

}  // namespace schema
