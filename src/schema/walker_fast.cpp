// When the fast path is asked, and what follows.
#include "schema/schema_impl.hpp"
#include "schema/walker_impl.hpp"

namespace schema {

// Only elements that may be whole in a window: records, and what has no record inside.
bool Walker::Impl::may_go_fast(Id declaration, std::uint32_t node) {
    if (fast == nullptr || declaration == no_id || scanner.expanded()) return false;
    if (depth == 0 && !window_last) return false;
    if (node != no_id && watch_entries[node].holds_record) return false;
    if (!identity.scopes.empty()) return false;
    const TypeDefinition& type = components->types[components->elements[declaration].type];
    if (!type.complex || type.content == Content::simple) {
        if (node == no_id || !watch[node].record) return false;
    }
    if (!fast->knows(declaration)) return false;
    FastHistory& history = fast_history[declaration];
    if (history.skip == 0) return true;
    --history.skip;
    return false;
}

namespace {

// Nothing comes behind the last window: so that the fast path can read ahead there as well, what is
// left is copied, with room behind it that is nothing of XML.
constexpr std::ptrdiff_t tail_max = 1 << 20;
constexpr std::size_t tail_room = 1024;

}  // namespace

FastResult Walker::Impl::try_fast(Id declaration, std::uint32_t node) {
    const auto& scope = scanner.scope();
    static_assert(sizeof(Binding) == sizeof(xml::ScopedPrefix));
    bindings_scratch.clear();
    for (const xml::ScopedPrefix& each : scope)
        bindings_scratch.push_back({each.prefix, each.space});
    const Bindings bindings{bindings_scratch.data(), bindings_scratch.size(),
                            scanner.scope_version()};
    const char* p = scanner.token_begin();
    const std::uint64_t begin = offset_of(p);
    const bool again = given_back == begin;
    given_back = no_offset;
    const auto inside = static_cast<std::uint32_t>(depth + 1);
    FastResult result = fast->try_element(declaration, bindings, p, window_end, node, inside,
                                          window_begin, base, again, marks);
    if (result == FastResult::window && window_last && window_end - p <= tail_max) {
        tail.assign(p, window_end);
        tail.append(tail_room, '\0');
        const char* at = tail.data();
        result = fast->try_element(declaration, bindings, at, at + tail.size(), node, inside, at,
                                   begin, true, marks);
        p += at - tail.data();
    }
    FastHistory& history = fast_history[declaration];
    if (result == FastResult::accepted) {
        history.refusals = 0;
        scanner.skip_element(p);
        ++elements_fast;
        return result;
    }
    const std::ptrdiff_t seen = window_end - scanner.token_begin();
    if (result == FastResult::window && !window_last && !any_record && depth != 0 &&
        seen < static_cast<std::ptrdiff_t>(options.give_back_max)) {
        scanner.skip_element(scanner.token_begin());
        given_back = begin;
        gives_back = true;
        return result;
    }
    // Refused again and again, or far larger than the window: seldom tried. An element that the
    // window happens to cut is read by the general path.
    constexpr std::ptrdiff_t large = 64 << 10;
    if (result == FastResult::refused || seen > large) {
        if (history.refusals < 6) ++history.refusals;
        if (history.refusals > 1) history.skip = static_cast<std::uint16_t>(1U << history.refusals);
    }
    return FastResult::refused;
}

}  // namespace schema
