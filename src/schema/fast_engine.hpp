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

SLUICE_FAST_INLINE const LiveSlot* hashed(const LiveState& state, const char* p) {
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

SLUICE_FAST_INLINE FastResult run_element(const FastRun& run, std::uint32_t first_tag,
                                          const char*& position, std::uint32_t first_watch) {
    const std::size_t slack = run.tables->slack;
    if (run.end - position < static_cast<std::ptrdiff_t>(slack)) return FastResult::window;
    const char* const safe = run.end - slack;
    // Children of the innermost element must fit, whether there are any or not.
    const std::uint32_t depth_max =
        run.depth_left < fast_depth_max ? run.depth_left : fast_depth_max;
    const auto text_max = static_cast<std::ptrdiff_t>(run.limits->text_bytes_max);

    const char* p = position;
    std::uint32_t depth = 0;
    std::uint64_t counter = 0;  // of the innermost open element
    LiveState* next = nullptr;  // its state once the coming child is done
    const FastTag* tag = &run.tables->tags[first_tag];
    std::uint32_t watch = first_watch;  // of the coming child
    std::uint32_t above = no_id;        // of the innermost open element
    bool plain = starts(run, *tag, p);  // the tag is "<Name>", nothing else
    for (;;) {
        // The start tag.
        const char* const begin = p;
        bool empty = false;
        if (plain && tag->bare) [[likely]] {
            p += tag->start_length;
            if (watch != no_id) add_mark(run, Mark::Kind::enter, watch, begin, p);
        } else {
            const OddStart odd = odd_start(run, *tag, p, watch);
            if (odd.at == nullptr) return FastResult::refused;
            if (odd.at == fast_window || odd.at > safe) return FastResult::window;
            p = odd.at;
            empty = odd.empty;
        }
        // What is in it.
        LiveState* state = next;
        if (empty) [[unlikely]] {
            if (watch != no_id) {
                if (run.watch->nodes[watch].value) add_mark(run, Mark::Kind::value, watch, p, p);
                add_mark(run, Mark::Kind::leave, watch, begin, p);
            }
        } else if (tag->leaf) {
            const char* const stop = value_end(*tag->check, p, run.end);
            if (stop == nullptr) return FastResult::refused;
            if (stop == fast_window || stop > safe) return FastResult::window;
            if (!ends(run, *tag, stop) || stop - p > text_max) return FastResult::refused;
            if (tag->empty_bad && stop == p) return FastResult::refused;
            const char* const behind = stop + tag->stop_length;
            if (watch != no_id) {
                if (run.watch->nodes[watch].value) add_mark(run, Mark::Kind::value, watch, p, stop);
                add_mark(run, Mark::Kind::leave, watch, stop, behind);
            }
            p = behind;
        } else {
            if (depth >= depth_max) return FastResult::refused;
            if (watch != no_id && run.watch->nodes[watch].value) return FastResult::refused;
            run.open[depth++] = {tag, next, counter, watch};
            above = watch;
            counter = 0;
            state = run.states + tag->initial;
        }
        // End tags, up to the next start tag.
        for (;;) {
            if (depth == 0) {
                position = p;
                return FastResult::accepted;
            }
            if (*p != '<') {
                if (p > safe) return FastResult::window;
                p = behind_white(p, safe);
                if (p == nullptr) return FastResult::refused;
                if (p == fast_window) return FastResult::window;
            }
            if (p > safe) return FastResult::window;
            if (p[1] != '/') break;
            const FastOpen& open = run.open[--depth];
            if (!state->accepting || (state->counted && counter < state->min) ||
                !ends(run, *open.tag, p))
                return FastResult::refused;
            const char* const stop = p;
            p += open.tag->stop_length;
            if (open.watch != no_id) add_mark(run, Mark::Kind::leave, open.watch, stop, p);
            state = open.next;
            counter = open.counter;
            above = depth != 0 ? run.open[depth - 1].watch : no_id;
        }
        // Which child is it?
        const LiveSlot* slot = state->hot;
        tag = slot->tag;
        plain = starts(run, *tag, p);
        if (!plain) {
            slot = hashed(*state, p);
            tag = slot->tag;
            plain = starts(run, *tag, p);
            if (!plain) [[unlikely]] {
                slot = search_slot(run, *state, p);
                if (slot == nullptr) return FastResult::refused;
                tag = slot->tag;
            }
            state->hot = slot;
        }
        if (slot->counts && !count(*state, *slot, counter)) return FastResult::refused;
        next = slot->next;
        watch = no_id;
        if (above != no_id) {
            const auto& watched = run.watch->nodes[above].children;
            if (!watched.empty()) watch = watched[tag->declaration];
        }
    }
}
