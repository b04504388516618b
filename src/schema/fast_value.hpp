// Values, 32 bytes at once. Included by the two builds of the engine inside their namespace, behind
// Block: see fast_avx2.cpp.
#pragma once

SLUICE_FAST_INLINE std::uint64_t word_at(const char* p) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    return word;
}

SLUICE_FAST_INLINE std::uint32_t first_bit(std::uint32_t mask) {
    return static_cast<std::uint32_t>(__builtin_ctz(mask));
}

SLUICE_FAST_INLINE std::uint64_t number_of_8(std::uint64_t word) {
    word -= 0x3030303030303030ULL;
    word = (word * 10) + (word >> 8);
    return (((word & 0x000000FF000000FFULL) * 0x000F424000000064ULL) +
            (((word >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL)) >>
           32;
}

// `count` characters from p on, 1..8, filled up with zeros on the left (the low bytes).
SLUICE_FAST_INLINE std::uint64_t padded(const char* p, std::uint32_t count) {
    const std::uint32_t empty = 64 - 8 * count;
    const std::uint64_t zeros = 0x3030303030303030ULL & ((std::uint64_t{1} << empty) - 1);
    return (word_at(p) << empty) | zeros;
}

// `count` digits from p on, 1..8
SLUICE_FAST_INLINE std::uint64_t short_number(const char* p, std::uint32_t count) {
    return number_of_8(padded(p, count));
}

// 1..16 digits
SLUICE_FAST_INLINE std::int64_t number(const char* p, std::uint32_t count) {
    if (count <= 8) return static_cast<std::int64_t>(short_number(p, count));
    return static_cast<std::int64_t>(short_number(p, count - 8) * 100'000'000 +
                                     number_of_8(word_at(p + count - 8)));
}

SLUICE_FAST_INLINE bool in_ranges(const RangeTable& table, const Block& x, std::uint32_t length,
                                  std::uint32_t below) {
    const std::uint8_t set = table.by_length[length];
    return set != 0 && (in_ranges(x, table.sets[set - 1U]) & below) == below;
}

SLUICE_FAST_INLINE const char* run_automaton(const ByteAutomaton& automaton, const char* v,
                                             const char* stop) {
    std::uint8_t state = 1;
    for (; v != stop; ++v) {
        const auto byte = static_cast<unsigned char>(*v);
        if (byte >= 0x80) return nullptr;
        state = automaton.next[state][byte];
        if (state == 0) return nullptr;
    }
    return automaton.accepting[state] != 0 ? stop : nullptr;
}

SLUICE_FAST_INLINE bool pattern_holds(const Check& c, const char* v, const Block& x,
                                      std::uint32_t length, std::uint32_t below) {
    if (!c.patterned) return true;
    if (c.ranges) return in_ranges(*c.ranges, x, length, below);
    return run_automaton(*c.automaton, v, v + length) != nullptr;
}

// Up to 8 digits as a big-endian number of characters, filled up with zeros on the left.
SLUICE_FAST_INLINE std::uint64_t text_of_digits(const char* p, std::uint32_t count) {
    return __builtin_bswap64(word_at(p) << (64 - 8 * count)) | 0x3030303030303030ULL;
}

SLUICE_FAST_INLINE bool long_integer_holds(const Check& c, const char* v, const Block& x,
                                           std::uint32_t length, std::uint32_t below) {
    const std::uint32_t sign = c.negative && *v == '-' ? 1 : 0;
    if (((digits(x) & below) | sign) != below) return false;
    const std::uint32_t count = length - sign;
    if (count - 1U > 15U) return false;
    if (sign != 0 || count > c.free_digits) {
        const std::int64_t value = number(v + sign, count);
        const std::int64_t signed_value = sign != 0 ? -value : value;
        if (signed_value < c.low || signed_value > c.high) return false;
    }
    return pattern_holds(c, v, x, length, below);
}

constexpr std::int64_t tens[] = {1,       10,        100,        1'000,      10'000,
                                 100'000, 1'000'000, 10'000'000, 100'000'000};

SLUICE_FAST_INLINE bool decimal_holds(const Check& c, const char* v, const Block& x,
                                      std::uint32_t length, std::uint32_t below) {
    const std::uint32_t sign = c.negative && *v == '-' ? 1 : 0;
    const std::uint32_t points = equal(x, '.') & below;
    if (((digits(x) | points | sign) & below) != below) return false;
    if ((points & (points - 1)) != 0) return false;
    const std::uint32_t point = points != 0 ? first_bit(points) : length;
    const std::uint32_t whole = point - sign;
    const std::uint32_t fraction = points != 0 ? length - point - 1 : 0;
    if (whole - 1U >= c.whole_max || fraction > c.fraction_max || whole + fraction > c.total_max ||
        (points != 0 && fraction == 0))
        return false;
    if (sign == 0 && whole <= c.free_digits) return true;
    if (!c.bounded) return true;
    std::int64_t value = number(v + sign, whole) * tens[c.scale];
    if (fraction != 0)
        value += static_cast<std::int64_t>(short_number(v + point + 1, fraction)) *
                 tens[c.scale - fraction];
    if (sign != 0) value = -value;
    return value >= c.low && value <= c.high;
}

// The shape is good: what it means.
SLUICE_FAST_INLINE bool date_holds(const Check& c, const char* v, const Block& x) {
    const auto two = [v](int at) {
        return static_cast<unsigned>(v[at] * 10 + v[at + 1] - '0' * 11);
    };
    const unsigned month = two(5), day = two(8);
    if (month - 1 >= 12 || day - 1 >= 31) return false;
    std::uint32_t century_and_year;
    std::memcpy(&century_and_year, v, 4);
    if (century_and_year == 0x30303030U) return false;
    if (day <= 28 && !c.bounded) return !c.patterned || pattern_holds(c, v, x, 10, 0x3FFU);
    const unsigned year = two(0) * 100 + two(2);
    if (day > 28) {
        constexpr std::uint32_t thirty = 1U << 4 | 1U << 6 | 1U << 9 | 1U << 11;
        if (day == 31 && (thirty >> month & 1U) != 0) return false;
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (month == 2 && (day > 29 || !leap)) return false;
    }
    const std::int64_t value = year * 10'000 + month * 100 + day;
    return value >= c.low && value <= c.high && pattern_holds(c, v, x, 10, 0x3FFU);
}

SLUICE_FAST_INLINE bool enumeration_holds(const EnumTable& table, const char* v,
                                          std::uint32_t length) {
    if (length > 16) return false;
    // What stands behind the value is cut off; a shift by 64 is taken apart.
    const std::uint64_t first =
        length >= 8 ? word_at(v) : word_at(v) & ((std::uint64_t{1} << (8 * length)) - 1);
    std::uint64_t second = 0;
    if (length > 8) {
        second = word_at(v + 8);
        if (length != 16) second &= (std::uint64_t{1} << (8 * (length - 8))) - 1;
    }
    const auto& slot = table.slots[((first ^ (second * 31)) * table.factor) >> table.shift];
    return slot.first == first && slot.second == second && slot.length == length;
}

// Plain ASCII of at most 31 bytes; true for "good", false for "look closer".
SLUICE_FAST_INLINE bool text_holds(const Check& c, const char* v, const Block& x,
                                   std::uint32_t length, std::uint32_t below) {
    if (length < c.least || length > c.most) return false;
    if (!c.collapse) return true;
    static_cast<void>(v);
    const std::uint32_t spaces = equal(x, ' ') & below;
    return spaces == 0 || ((spaces & (spaces << 1 | 1U)) == 0 && (spaces >> (length - 1)) == 0);
}

constexpr std::uint32_t not_quick = ~0U;

// The length of a good value of less than 32 bytes, or not_quick: look closer. At least 64 bytes
// can be read at v.
SLUICE_FAST_INLINE std::uint32_t quick_value(const Check& c, const char* v) {
    const Block x = load(v);
    std::uint32_t length = 0;
    bool good = false;
    switch (c.kind) {
        case CheckKind::exact:
            return in_ranges(x, *c.whole) == ~0U ? c.length : not_quick;
        case CheckKind::integer: {
            const std::uint32_t other = ~digits(x);
            length = other != 0 ? first_bit(other) : 0;
            if (v[length] == '<' && length - 1U < 8 && !c.patterned) {
                const std::uint64_t text = text_of_digits(v, length);
                if (text >= c.low_text && text <= c.high_text) return length;
            }
            break;
        }
        case CheckKind::text: {
            const std::uint32_t stop = stops(x);
            length = stop != 0 ? first_bit(stop) : 0;
            good = v[length] == '<' && text_holds(c, v, x, length, (1U << length) - 1);
            return good ? length : not_quick;
        }
        case CheckKind::date:
            return in_ranges(x, *c.whole) == ~0U && date_holds(c, v, x) ? c.length : not_quick;
        default:
            break;
    }
    const std::uint32_t open = opens(x);
    if (open == 0) return not_quick;
    length = first_bit(open);
    const std::uint32_t below = (1U << length) - 1;
    switch (c.kind) {
        case CheckKind::ranges:
            good = length >= c.least && length <= c.most && in_ranges(*c.ranges, x, length, below);
            break;
        case CheckKind::automaton:
            good = length >= c.least && length <= c.most &&
                   run_automaton(*c.automaton, v, v + length) != nullptr;
            break;
        case CheckKind::enumeration:
            good = enumeration_holds(*c.enumeration, v, length);
            break;
        case CheckKind::integer:
            good = long_integer_holds(c, v, x, length, below);
            break;
        case CheckKind::decimal:
            good = decimal_holds(c, v, x, length, below);
            break;
        default:
            break;
    }
    return good ? length : not_quick;
}

// Where the value ends if it is good, null if not, fast_window if the bytes are not all there.
SLUICE_FAST_INLINE const char* value_end(const Check& c, const char* v, const char* end) {
    const std::uint32_t length = quick_value(c, v);
    return length != not_quick ? v + length : slow_value(c, v, end);
}
