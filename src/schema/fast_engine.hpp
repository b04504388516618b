// The engine: one element and all it holds, without recursion and without allocation. Included by
// the two builds inside their namespace, behind Block and values: see fast_avx2.cpp.
#pragma once

SLUICE_FAST_INLINE bool is_here(const char* p, const std::array<char, 32>& bytes,
                                std::uint32_t mask) {
    return (equal(load(p), load(bytes.data())) & mask) == mask;
}

SLUICE_FAST_INLINE bool starts(const FastRun& run, const FastTag& tag, const char* p) {
    if (!is_here(p, tag.start, tag.start_mask)) return false;
    if (!tag.is_long) return true;
    const std::string& rest = run.tables->rests[tag.rest];
    return std::memcmp(p + 32, rest.data(), rest.size()) == 0;
}

SLUICE_FAST_INLINE bool ends(const FastRun& run, const FastTag& tag, const char* p) {
    if (!is_here(p, tag.stop, tag.stop_mask)) return false;
    if (!tag.is_long) return true;
    const std::string& rest = run.tables->rests[tag.rest + 1];
    return std::memcmp(p + 32, rest.data(), rest.size()) == 0;
}

// Behind white space; null: more of it than is usual, or the window ends.
SLUICE_FAST_INLINE const char* behind_white(const char* p, const char* safe) {
    constexpr int blocks_max = 1024;
    for (int i = 0; i < blocks_max && p <= safe; ++i) {
        const std::uint32_t other = ~white(load(p));
        if (other != 0) return p + first_bit(other);
        p += 32;
    }
    return p <= safe ? nullptr : fast_window;
}

SLUICE_FAST_INLINE LiveSlot* hashed(const LiveState& state, const char* p) {
    const std::uint64_t key = word_at(p + state.offset) & state.key_mask;
    return state.slots + ((key * state.factor) >> state.shift);
}

// What the parent's counter says of one more; false: not allowed.
SLUICE_FAST_INLINE bool count(const LiveState& state, const LiveSlot& slot,
                              std::uint64_t& counter) {
    if (slot.loop) return counter++ < state.max;
    const bool enough = counter >= state.min;
    counter = 1;
    return enough;
}

SLUICE_FAST_INLINE std::uint32_t watched(const FastRun& run, std::uint32_t above,
                                         const FastTag& tag) {
    if (above == no_id) return no_id;
    const auto& nodes = run.watch->nodes[above].children;
    return nodes.empty() ? no_id : nodes[tag.declaration];
}

// Marks are only for values that stand as they are.
SLUICE_FAST_INLINE bool can_mark(const FastRun& run, const FastPlace& at, const char* stop) {
    return at.watch == no_id || !run.watch->nodes[at.watch].value ||
           std::memchr(at.p, '&', static_cast<std::size_t>(stop - at.p)) == nullptr;
}

enum class Leap : std::uint8_t { done, unknown, refused };

struct Moved {
    Leap leap = Leap::unknown;
    std::uint32_t depth = 0;
    std::uint64_t counter = 0;
};

// Out of elements and into others, as a gap behind `leaf` says; unknown: not the same elements, or
// somebody watches; refused: a counter forbids it. Nobody watches the innermost element.
[[gnu::noinline]] Moved move_along(const FastRun& run, const FastGap& gap, const LiveSlot& leaf,
                                   std::uint32_t depth, std::uint64_t counter,
                                   std::uint32_t depth_max) {
    if (depth <= gap.closes || depth - gap.closes + gap.opens > depth_max) return {};
    const LiveState* state = leaf.next;
    for (std::uint32_t i = 0; i < gap.closes; ++i) {
        const FastOpen& open = run.open[--depth];
        if (open.slot != gap.closed[i] || open.watch != no_id) return {};
        if (state->counted && counter < state->min) return {Leap::refused, 0, 0};
        state = open.slot->next;
        counter = open.counter;
    }
    if (run.open[depth - 1].watch != no_id) return {};
    for (std::uint32_t i = 0; i < gap.opens; ++i) {
        LiveSlot* const slot = gap.opened[i];
        if (slot->counts && !count(*state, *slot, counter)) return {Leap::refused, 0, 0};
        run.open[depth++] = {slot, counter, no_id};
        counter = 0;
        state = run.live->states.data() + slot->tag->initial;
    }
    if (gap.follow->counts && !count(*state, *gap.follow, counter)) return {Leap::refused, 0, 0};
    return {Leap::done, depth, counter};
}

SLUICE_FAST_INLINE bool stands(const FastGap& gap, const char* p) {
    return same(p, gap.head.data(), gap.mask.data()) &&
           (!gap.is_long || std::memcmp(p + FastGap::head_max, gap.rest.data(),
                                        gap.length - FastGap::head_max) == 0);
}

// From a good value that ends at `stop` to the next value, by a known gap.
SLUICE_FAST_INLINE Leap leap(const FastRun& run, std::uint32_t depth_max, const char* stop,
                             FastPlace& at) {
    for (FastGap* gap = at.slot->gap; gap != nullptr; gap = gap->other) {
        if (!stands(*gap, stop)) continue;
        if (!gap->plain) {
            if ((gap->closes | gap->opens) == 0) {
                if (!count(*at.slot->next, *gap->follow, at.counter)) return Leap::refused;
            } else {
                if (at.above != no_id) return Leap::unknown;
                const Moved moved =
                    move_along(run, *gap, *at.slot, at.depth, at.counter, depth_max);
                if (moved.leap == Leap::refused) return Leap::refused;
                if (moved.leap == Leap::unknown) continue;  // the same bytes elsewhere
                at.depth = moved.depth;
                at.counter = moved.counter;
            }
        }
        const char* const value = stop + gap->length;
        if (at.above != no_id) {
            const FastTag& tag = *gap->follow->tag;
            if (at.watch != no_id) {
                if (run.watch->nodes[at.watch].value)
                    add_mark(run, Mark::Kind::value, at.watch, at.p, stop);
                add_mark(run, Mark::Kind::leave, at.watch, stop, stop + at.slot->tag->stop_length);
            }
            at.watch = watched(run, at.above, tag);
            if (at.watch != no_id)
                add_mark(run, Mark::Kind::enter, at.watch, value - tag.start_length, value);
        }
        if (++gap->hits > at.slot->gap->hits) [[unlikely]]
            FastLive::promote(*at.slot, *gap);
        at.slot = gap->follow;
        at.p = value;
        return Leap::done;
    }
    return Leap::unknown;
}

SLUICE_FAST_INLINE FastResult run_element(const FastRun& run, std::uint32_t first_tag,
                                          const char*& position, std::uint32_t first_watch) {
    const std::size_t slack = run.tables->slack;
    if (run.end - position < static_cast<std::ptrdiff_t>(slack)) return FastResult::window;
    const char* const safe = run.end - slack;
    // Children of the innermost element must fit, whether there are any or not.
    const std::uint32_t depth_max =
        run.depth_left < fast_depth_max ? run.depth_left : fast_depth_max;
    const auto text_max = static_cast<std::ptrdiff_t>(run.limits->text_bytes_max);

    LiveSlot first;
    first.tag = &run.tables->tags[first_tag];
    FastPlace at;
    at.p = position;
    at.slot = &first;
    at.watch = first_watch;
    FastTrail trail;
    bool plain = starts(run, *first.tag, at.p);  // the tag is "<Name>", nothing else
    FastPause& pause = *run.pause;
    bool inside = pause.at.depth != 0;  // behind the start tag
    if (inside) {
        at = pause.at;
        run.open[0].slot = &first;
    }
    for (;;) {
        // The start tag.
        const FastTag* tag = at.slot->tag;
        const char* const begin = at.p;
        bool empty = false;
        if (inside) {
            inside = false;
        } else if (plain && tag->bare) [[likely]] {
            at.p += tag->start_length;
            if (at.watch != no_id) add_mark(run, Mark::Kind::enter, at.watch, begin, at.p);
        } else {
            const OddStart odd = odd_start(run, *tag, at.p, at.watch);
            if (odd.at == nullptr) return FastResult::refused;
            if (odd.at == fast_window || odd.at > safe) return FastResult::window;
            at.p = odd.at;
            empty = odd.empty;
            trail.from = nullptr;
        }
        // What is in it.
        LiveState* state = at.slot->next;
        if (empty) [[unlikely]] {
            if (at.watch != no_id) {
                if (run.watch->nodes[at.watch].value)
                    add_mark(run, Mark::Kind::value, at.watch, at.p, at.p);
                add_mark(run, Mark::Kind::leave, at.watch, begin, at.p);
            }
        } else if (tag->leaf) {
            if (trail.from != nullptr) run.live->learn(trail, at.slot, at.p);
            const char* stop;
            bool cut = false;
            for (;;) {  // values, as long as what is between them is known
                const std::uint32_t length = quick_value(*at.slot->tag->check, at.p);
                stop = at.p + length;
                if (length == not_quick) [[unlikely]] {
                    stop = slow_value(*at.slot->tag->check, at.p, run.end);
                    if (stop == nullptr) return FastResult::refused;
                    cut = stop == fast_window;
                    if (!cut && (stop - at.p > text_max || !can_mark(run, at, stop)))
                        return FastResult::refused;
                }
                if (cut || stop > safe) {
                    cut = true;
                    break;
                }
                const Leap leapt = leap(run, depth_max, stop, at);
                if (leapt == Leap::refused) return FastResult::refused;
                if (leapt == Leap::unknown) break;
            }
            pause = {at, run.marks->size()};
            if (cut) return FastResult::window;
            tag = at.slot->tag;
            state = at.slot->next;
            if (!ends(run, *tag, stop)) return FastResult::refused;
            if (tag->empty_bad && stop == at.p) return FastResult::refused;
            const char* const behind = stop + tag->stop_length;
            if (at.watch != no_id) {
                if (run.watch->nodes[at.watch].value)
                    add_mark(run, Mark::Kind::value, at.watch, at.p, stop);
                add_mark(run, Mark::Kind::leave, at.watch, stop, behind);
            }
            trail.start(tag->empty_bad ? nullptr : at.slot, stop);
            at.p = behind;
        } else {
            if (at.depth >= depth_max) return FastResult::refused;
            if (at.watch != no_id && run.watch->nodes[at.watch].value) return FastResult::refused;
            if (at.depth < pause.at.depth) pause.at.depth = 0;
            run.open[at.depth++] = {at.slot, at.counter, at.watch};
            trail.open(at.slot);
            at.above = at.watch;
            at.counter = 0;
            state = run.live->states.data() + tag->initial;
        }
        // End tags, up to the next start tag.
        for (;;) {
            if (at.depth == 0) {
                position = at.p;
                return FastResult::accepted;
            }
            if (*at.p != '<') {
                if (at.p > safe) return FastResult::window;
                at.p = behind_white(at.p, safe);
                if (at.p == nullptr) return FastResult::refused;
                if (at.p == fast_window) return FastResult::window;
            }
            if (at.p > safe) return FastResult::window;
            if (at.p[1] != '/') break;
            const FastOpen& open = run.open[--at.depth];
            if (!state->accepting || (state->counted && at.counter < state->min) ||
                !ends(run, *open.slot->tag, at.p))
                return FastResult::refused;
            const char* const stop = at.p;
            at.p += open.slot->tag->stop_length;
            if (open.watch != no_id) add_mark(run, Mark::Kind::leave, open.watch, stop, at.p);
            trail.close(open.slot);
            state = open.slot->next;
            at.counter = open.counter;
            at.above = at.depth != 0 ? run.open[at.depth - 1].watch : no_id;
        }
        // Which child is it?
        LiveSlot* slot = state->hot;
        plain = starts(run, *slot->tag, at.p);
        if (!plain) {
            slot = hashed(*state, at.p);
            plain = starts(run, *slot->tag, at.p);
            if (!plain) [[unlikely]] {
                slot = search_slot(run, *state, at.p);
                if (slot == nullptr) return FastResult::refused;
            }
            state->hot = slot;
        }
        if (slot->counts && !count(*state, *slot, at.counter)) return FastResult::refused;
        at.slot = slot;
        at.watch = watched(run, at.above, *slot->tag);
    }
}
