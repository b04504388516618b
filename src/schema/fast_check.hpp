#pragma once
// A simple type as a check on raw bytes: it finds the end of a value and says yes, or "not by me".
// Yes is only said where SimpleType::check would say yes; everything else is asked there. Built
// once per type, immutable.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "schema/simple_type.hpp"

namespace schema {

// What each of the first 32 bytes of a value may be: in one of two ranges.
struct alignas(32) ByteRanges {
    std::array<std::uint8_t, 32> low{}, high{};
    std::array<std::uint8_t, 32> low_too{}, high_too{};
};

// A set of values of each length is a product of byte ranges: by_length[n] is 1 + an index into
// `sets`, or 0 where no value of n bytes is known to be good.
struct RangeTable {
    std::array<std::uint8_t, 32> by_length{};
    std::vector<ByteRanges> sets;
};

// A byte automaton over ASCII; state 0 is dead, 1 the first.
struct ByteAutomaton {
    std::vector<std::array<std::uint8_t, 128>> next;
    std::vector<std::uint8_t> accepting;
};

// Values of at most 16 bytes by perfect hash.
struct EnumTable {
    struct Slot {
        std::uint64_t first = 0, second = 0;
        std::uint8_t length = 0xFF;  // no value
    };
    std::uint64_t factor = 0;
    std::uint8_t shift = 63;
    std::vector<Slot> slots;
};

enum class CheckKind : std::uint8_t {
    generic,  // the reference check itself
    exact,    // of one length, a product of byte ranges: `whole`
    empty,    // no character at all
    text,     // characters, so many
    ranges,
    automaton,
    enumeration,
    integer,
    decimal,
    date,
};

struct Check {
    CheckKind kind = CheckKind::generic;
    bool collapse = false;    // text: of a type that collapses white space
    bool bounded = false;     // integer, decimal, date: low..high hold
    bool patterned = false;   // integer, date: a pattern must hold as well
    std::uint8_t length = 0;  // exact, date
    bool negative = false;    // integer, decimal: a minus sign may stand
    std::uint8_t scale = 0;   // decimal: low and high are in units of 10^-scale
    std::uint8_t whole_max = 0, fraction_max = 0, total_max = 0;  // decimal: digits as written
    std::uint64_t least = 0, most = 0;                            // text: characters
    // integer: of digits without a sign and at most this many, all are in bounds; of at most 8,
    // those are in bounds whose characters, filled with zeros on the left, are between these as
    // big-endian numbers.
    std::uint8_t free_digits = 0;
    std::uint64_t low_text = 1, high_text = 0;
    std::int64_t low = 0, high = 0;  // integer, decimal: inclusive; date: as yyyymmdd
    // exact, date: the value, the '<' behind it, and whatever follows.
    std::shared_ptr<const ByteRanges> whole;
    std::shared_ptr<const RangeTable> ranges;  // kind ranges; integer, date: must hold as well
    std::shared_ptr<const ByteAutomaton> automaton;  // likewise
    std::shared_ptr<const EnumTable> enumeration;
    SimpleTypePtr type;       // what decides where the rest does not
    bool empty_good = false;  // the type accepts the empty string
};

// True where no value of the type may be accepted fast: QNames, ID, IDREF and ENTITY need the
// document around them.
bool needs_document(const SimpleType& type);

Check make_check(const SimpleTypePtr& type);

// From a pattern, restricted to the bytes that may stand in character data as themselves (without
// white space where `spaces` is false). Null where it is not of that shape.
std::shared_ptr<const ByteAutomaton> byte_automaton(const Regex& pattern, bool spaces);
std::shared_ptr<const RangeTable> range_table(const ByteAutomaton& automaton);
// Every value of `length` bytes with byte i in digits (mask bit i) or equal to shape[i] is
// accepted.
bool accepts_all(const ByteAutomaton& automaton, std::string_view shape);
// With the '<' behind the value. Null where there is more than one length, or where the texts are
// no product.
std::shared_ptr<const ByteRanges> whole_ranges(const RangeTable& table, std::uint8_t& length);
std::shared_ptr<const ByteRanges> whole_ranges(const std::vector<std::string>& texts,
                                               std::uint8_t& length);
std::shared_ptr<const EnumTable> enum_table(const std::vector<std::string>& texts);

}  // namespace schema
