#pragma once
// What one run of the fast path over one element needs, and the two builds of the same engine.
#include <cstdint>
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

// A FastSwitch as one walker has it: with pointers for indexes, and with the slot that was right
// the last time. Trying that first keeps the bytes of the tag out of the chain of waiting loads.
struct alignas(64) LiveState {
    const LiveSlot* hot = nullptr;
    const LiveSlot* slots = nullptr;
    std::uint64_t key_mask = 0, factor = 0;
    std::uint64_t min = 0, max = 1;
    std::uint32_t slot_count = 0;
    std::uint8_t shift = 63, offset = 1;
    bool accepting = false, counted = false;
};

struct LiveSlot {
    const FastTag* tag = nullptr;
    LiveState* next = nullptr;
    bool loop = false;
    bool counts = false;  // the counter of the parent must be looked at, or set
};

// The states of one walker for one set of tables.
struct FastLive {
    std::vector<LiveState> states;
    std::vector<LiveSlot> slots;
    void build(const FastTables& tables);
};

struct FastOpen {
    const FastTag* tag = nullptr;
    LiveState* next = nullptr;  // state of the parent behind this element
    std::uint64_t counter = 0;  // of the parent
    std::uint32_t watch = no_id;
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
    LiveState* states = nullptr;
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

extern const char* const fast_window;  // "the bytes end before the value does"

struct TextEnd {
    const char* at = nullptr;  // at the '<', null: not accepted, fast_window
    std::uint64_t characters = 0;
};
// Character data from `v` on, with all that XML asks of it: UTF-8, characters, no "]]>"; not with
// references and carriage returns.
TextEnd scan_text(const char* v, const char* end);
// A value by the reference check.
const char* reference_value(const Check& check, const char* v, const char* end);
// A text of more than ASCII or with unusual characters.
const char* text_value(const Check& check, const char* v, const char* end);

// A start tag that is more than "<Name>": attributes, white space, or empty. False: not accepted.
struct OddStart {
    const char* at = nullptr;  // behind the tag, null: not accepted, fast_window
    bool empty = false;
};
OddStart odd_start(const FastRun& run, const FastTag& tag, const char* p, std::uint32_t watch);
// The slot of a tag that the hash did not find; null: none.
const LiveSlot* search_slot(const FastRun& run, const LiveState& state, const char* p);
void add_mark(const FastRun& run, Mark::Kind kind, std::uint32_t node, const char* begin,
              const char* end);

}  // namespace schema
