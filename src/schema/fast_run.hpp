#pragma once
// What one run of the fast path over one element needs, and the two builds of the same engine.
#include <array>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "schema/fast.hpp"
#include "schema/fast_code.hpp"
#include "schema/fast_tables.hpp"

namespace schema {

constexpr std::uint32_t fast_depth_max = 64;

// Watch nodes as the engine asks for them.
struct FastWatch {
    struct Node {
        bool value = false;
        std::vector<std::uint32_t> children;  // by declaration; no_id: nobody watches
        std::vector<std::pair<std::string, std::string>> attributes;
    };
    std::vector<Node> nodes;
};

struct LiveSlot;
struct FastGap;

// A FastSwitch as one walker has it: with pointers for indexes, and with the slot that was right
// the last time. Trying that first keeps the bytes of the tag out of the chain of waiting loads.
struct alignas(64) LiveState {
    LiveSlot* hot = nullptr;
    LiveSlot* slots = nullptr;
    std::uint64_t key_mask = 0, factor = 0;
    std::uint64_t min = 0, max = 1;
    std::uint32_t slot_count = 0;
    std::uint8_t shift = 63, offset = 1;
    bool accepting = false, counted = false;
};

struct LiveSlot {
    const FastTag* tag = nullptr;
    LiveState* next = nullptr;  // state of the parent behind this element
    FastGap* gap = nullptr;     // of a leaf: what was seen behind its value, see FastGap::other
    std::uint32_t misses = 0;   // since there was no room for one more
    bool loop = false;
    bool counts = false;  // the counter of the parent must be looked at, or set
};

// What stood between the value of a leaf and the value of the next one: its end tag, white space,
// end tags and start tags of elements around them. Where the same bytes stand again behind the same
// leaf, inside of the same elements, the same is true of them, but for what counters say.
struct alignas(64) FastGap {
    static constexpr std::size_t head_max = 64, bytes_max = gap_bytes_max, levels_max = 4;
    std::array<char, head_max> head{};  // the first bytes
    std::array<char, head_max> mask{};  // all bits where `head` holds one
    LiveSlot* follow = nullptr;         // the next leaf
    FastGap* other = nullptr;           // one more of the same leaf, as a rule more seldom
    std::uint32_t hits = 0;
    std::uint16_t length = 0;
    bool is_long = false;                        // more than head_max bytes
    bool plain = true;                           // from sibling to sibling, and nothing is counted
    std::uint8_t closes = 0, opens = 0;          // how many elements end, then begin
    std::array<LiveSlot*, levels_max> closed{};  // innermost first
    std::array<LiveSlot*, levels_max> opened{};  // outermost first
    std::array<char, bytes_max - head_max> rest{};
};

// A gap as it is read, part by part.
struct FastTrail {
    LiveSlot* from = nullptr;  // the leaf in front of it; null: not to be kept
    const char* begin = nullptr;
    std::uint8_t closes = 0, opens = 0;
    std::array<LiveSlot*, FastGap::levels_max> closed{}, opened{};

    void start(LiveSlot* leaf, const char* behind) {
        from = leaf;
        begin = behind;
        closes = opens = 0;
    }
    void close(LiveSlot* slot) {
        if (opens != 0 || closes == closed.size())
            from = nullptr;
        else
            closed[closes++] = slot;
    }
    void open(LiveSlot* slot) {
        if (opens == opened.size())
            from = nullptr;
        else
            opened[opens++] = slot;
    }
};

// The states of one walker for one set of tables.
struct FastLive {
    std::vector<LiveState> states;
    std::vector<LiveSlot> slots;
    std::deque<FastGap> gaps;
    void build(const FastTables& tables);
    // That `follow`'s value begins at `end`.
    void learn(const FastTrail& trail, LiveSlot* follow, const char* end);
    // To the front of the gaps of its leaf.
    static void promote(LiveSlot& leaf, FastGap& gap);
};

struct FastOpen {
    LiveSlot* slot = nullptr;
    std::uint64_t counter = 0;  // of the parent
    std::uint32_t watch = no_id;
};

// Where one run is.
struct FastPlace {
    const char* p = nullptr;
    LiveSlot* slot = nullptr;     // of the coming child
    std::uint64_t counter = 0;    // of the innermost open element
    std::uint32_t depth = 0;      // open elements
    std::uint32_t above = no_id;  // watch node of the innermost one
    std::uint32_t watch = no_id;  // of the coming child
};

// The begin of the value of a leaf, for going on where a window ended. Holds as long as nothing is
// written to FastRun::open by another run.
struct FastPause {
    FastPlace at;           // depth 0: there is none
    std::size_t marks = 0;  // all that there were
};

struct FastRun {
    const FastCode* code = nullptr;
    const FastTables* tables = nullptr;
    const FastWatch* watch = nullptr;
    const Limits* limits = nullptr;
    const char* end = nullptr;  // of the window
    const char* origin = nullptr;
    std::uint64_t base = 0;
    std::vector<Mark>* marks = nullptr;
    std::uint32_t depth_left = 0;
    FastOpen* open = nullptr;  // fast_depth_max of them
    FastLive* live = nullptr;
    FastPause* pause = nullptr;  // where to begin, if it has a place, and where it ended
};

// `p` is at the '<' of a start tag of `tag` (as FastResult describes it; marks are not taken back
// when the element is not accepted).
using FastEngine = FastResult (*)(const FastRun& run, std::uint32_t tag, const char*& p,
                                  std::uint32_t watch);
FastResult run_portable(const FastRun& run, std::uint32_t tag, const char*& p, std::uint32_t watch);
#if defined(__x86_64__)
FastResult run_avx2(const FastRun& run, std::uint32_t tag, const char*& p, std::uint32_t watch);
bool has_avx2();
#endif

// The same for one value alone, for tests: where it ends if it is good, else null. `v` is its first
// byte, a '<' stands behind it, and at least 128 readable bytes behind that.
using FastValue = const char* (*)(const Check& check, const char* v, const char* end);
const char* value_portable(const Check& check, const char* v, const char* end);
#if defined(__x86_64__)
const char* value_avx2(const Check& check, const char* v, const char* end);
#endif

// ---- The rare turns, shared by both builds (fast_rare.cpp).

// A byte 32 times, for comparisons.
using FastBytes = std::array<char, 32>;
struct alignas(32) FastConstants {
    FastBytes open, zero, nine;  // '<', '0', and the number 9
};
extern const FastConstants fast_constants;

extern const char* const fast_window;  // "the bytes end before the value does"

struct TextEnd {
    const char* at = nullptr;  // at the '<', null: not accepted, fast_window
    std::uint64_t characters = 0;
    bool literal = true;  // without references
};
// Character data from `v` on, with all that XML asks of it: UTF-8, characters, no "]]>"; not with
// carriage returns and with other references than &amp; and its like.
TextEnd scan_text(const char* v, const char* end);
// Where any value ends, as FastValue, or fast_window.
const char* slow_value(const Check& check, const char* v, const char* end);

// A start tag that is more than "<Name>": attributes, white space, or empty. False: not accepted.
struct OddStart {
    const char* at = nullptr;  // behind the tag, null: not accepted, fast_window
    bool empty = false;
};
OddStart odd_start(const FastRun& run, const FastTag& tag, const char* p, std::uint32_t watch);
// The slot of a tag that the hash did not find; null: none.
LiveSlot* search_slot(const FastRun& run, const LiveState& state, const char* p);
void add_mark(const FastRun& run, Mark::Kind kind, std::uint32_t node, const char* begin,
              const char* end);

}  // namespace schema
