// The states of one walker, and what it learns of a document as it goes.
#include <algorithm>

#include "schema/fast_run.hpp"

namespace schema {
namespace {

constexpr std::size_t gaps_most = 1024;  // of one walker
constexpr int ways_most = 4;             // gaps of one leaf
constexpr std::uint32_t patience = 8;    // misses for each replacement

void fill(FastGap& gap, const FastTrail& trail, LiveSlot* follow, std::size_t length) {
    const std::size_t head = std::min(length, gap.head.size());
    gap.head.fill(0);
    gap.mask.fill(0);
    std::copy_n(trail.begin, head, gap.head.begin());
    std::fill_n(gap.mask.begin(), head, static_cast<char>(0xFF));
    std::copy_n(trail.begin + head, length - head, gap.rest.begin());
    gap.hits = 0;
    gap.length = static_cast<std::uint16_t>(length);
    gap.is_long = length > head;
    gap.plain = trail.closes == 0 && trail.opens == 0 && !follow->counts;
    gap.follow = follow;
    gap.closes = trail.closes;
    gap.opens = trail.opens;
    gap.closed = trail.closed;
    gap.opened = trail.opened;
}

}  // namespace

void FastLive::build(const FastTables& tables) {
    states.assign(tables.switches.size(), {});
    slots.assign(tables.slots.size(), {});
    gaps.clear();
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const FastSlot& from = tables.slots[i];
        slots[i].tag = &tables.tags[from.tag];
        slots[i].next = &states[from.next];
        slots[i].loop = from.loop;
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
        const FastSwitch& from = tables.switches[i];
        LiveState& state = states[i];
        state.slots = state.hot = slots.data() + from.slots;
        state.slot_count = from.slot_count;
        state.key_mask = from.key_mask;
        state.factor = from.factor;
        state.shift = from.shift;
        state.offset = from.offset;
        state.accepting = from.accepting;
        state.counted = from.counted;
        state.min = from.min;
        state.max = from.max;
        for (std::uint32_t slot = 0; slot < from.slot_count; ++slot) {
            LiveSlot& to = slots[from.slots + slot];
            const bool into = tables.switches[tables.slots[from.slots + slot].next].counted;
            to.counts = from.counted || to.loop || into;
        }
    }
}

void FastLive::learn(const FastTrail& trail, LiveSlot* follow, const char* end) {
    LiveSlot& leaf = *trail.from;
    const auto length = static_cast<std::size_t>(end - trail.begin);
    if (length > FastGap::bytes_max) return;
    int ways = 0;
    FastGap* last = nullptr;
    for (FastGap* gap = leaf.gap; gap != nullptr; gap = gap->other, ++ways) last = gap;
    if (ways < ways_most && gaps.size() < gaps_most) {
        FastGap& gap = gaps.emplace_back();
        (last == nullptr ? leaf.gap : last->other) = &gap;
        fill(gap, trail, follow, length);
    } else if (last != nullptr && ++leaf.misses % patience == 0) {
        fill(*last, trail, follow, length);
    }
}

void FastLive::promote(LiveSlot& leaf, FastGap& gap) {
    FastGap** link = &leaf.gap;
    while (*link != &gap) link = &(*link)->other;
    *link = gap.other;
    gap.other = leaf.gap;
    leaf.gap = &gap;
}

}  // namespace schema
