#pragma once
// The tags of a schema as bytes, for one set of prefixes, and for each state a perfect hash from
// the first bytes of a tag to the element it starts. Immutable once built.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/fast.hpp"
#include "schema/fast_code.hpp"

namespace schema {

// Of what is known to stand between two values (FastGap): that much may be read at once.
constexpr std::size_t gap_bytes_max = 192;

// The tags of one declaration. Bytes 32 and on are in `rest`.
struct alignas(64) FastTag {
    std::array<char, 32> start{};  // "<p:Name>"
    std::array<char, 32> stop{};   // "</p:Name>"
    std::uint32_t start_mask = 0xFFFFFFFF, stop_mask = 0xFFFFFFFF;
    std::uint32_t name_mask = 0xFFFFFFFF;  // of start, without the '>'
    std::uint16_t start_length = 0, stop_length = 0;
    const Check* check = nullptr;  // of a leaf
    std::uint32_t initial = 0;     // else: the first state of its content
    Id declaration = no_id;
    bool leaf = false;
    bool empty_bad = false;
    bool bare = true;  // "<p:Name>" as it is: no attribute is required
    bool is_long = false;
    std::uint32_t rest = 0;  // index in FastTables::rests: start's, then stop's
};

struct FastSlot {
    std::uint32_t tag = 0;  // 0: nothing matches it
    std::uint32_t next = 0;
    bool loop = false;
};

struct FastSwitch {
    std::uint64_t key_mask = 0, factor = 0;
    std::uint32_t slots = 0;       // index in FastTables::slots
    std::uint32_t slot_count = 0;  // a power of two
    std::uint8_t shift = 63;
    std::uint8_t offset = 1;  // of the key in the tag
    bool accepting = false;
    bool counted = false;
    std::uint64_t min = 0, max = 1;
};

struct FastTables {
    std::vector<FastTag> tags;         // 0 matches nothing; then 1 + declaration
    std::vector<FastSwitch> switches;  // by state
    std::vector<FastSlot> slots;
    std::vector<std::string> rests;
    std::vector<std::string>
        attributes;         // by attribute of the code: `name` as written, empty: cannot
    std::size_t slack = 0;  // bytes that are read ahead of a tag
};

// A prefix for each namespace: that which the caller prefers, the default, or any that is bound.
class FastPrefixes {
  public:
    FastPrefixes(const Bindings& bindings, std::string_view preferred);
    // False where no prefix stands for the namespace. `prefix` gets its colon.
    bool of_element(std::string_view space, std::string& prefix) const;
    bool of_attribute(std::string_view space, std::string& prefix) const;

  private:
    std::string_view space_of(std::string_view prefix) const;
    const Bindings& bindings_;
    std::string_view preferred_;
};

FastTables make_fast_tables(const FastCode& code, const FastPrefixes& prefixes);

}  // namespace schema
