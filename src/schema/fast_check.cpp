#include "schema/fast_check.hpp"

#include <algorithm>

namespace schema {
namespace {

constexpr std::int64_t powers[] = {1,
                                   10,
                                   100,
                                   1'000,
                                   10'000,
                                   100'000,
                                   1'000'000,
                                   10'000'000,
                                   100'000'000,
                                   1'000'000'000,
                                   10'000'000'000,
                                   100'000'000'000,
                                   1'000'000'000'000,
                                   10'000'000'000'000,
                                   100'000'000'000'000,
                                   1'000'000'000'000'000,
                                   10'000'000'000'000'000,
                                   100'000'000'000'000'000,
                                   1'000'000'000'000'000'000};
constexpr std::int64_t most_number = powers[18] - 1;

bool is_text(const SimpleType& type) {
    switch (type.builtin()) {
        case Builtin::string:
        case Builtin::normalized_string:
        case Builtin::token:
            return true;
        default:
            return false;
    }
}

// The patterns, as far as they are one: `none`, `held` by the check, or `other`.
enum class Patterns : std::uint8_t { none, held, other };

Patterns hold_pattern(const SimpleType& type, Check& check) {
    const auto& patterns = type.facets().patterns;
    if (patterns.empty()) return Patterns::none;
    if (patterns.size() > 1) return Patterns::other;
    check.automaton = byte_automaton(*patterns.front(), type.white_space() == WhiteSpace::preserve);
    if (!check.automaton) return Patterns::other;
    check.ranges = range_table(*check.automaton);
    return Patterns::held;
}

bool make_text(const SimpleType& type, Check& check) {
    const Facets& facets = type.facets();
    check.collapse = type.white_space() == WhiteSpace::collapse;
    check.least = facets.length.value_or(facets.min_length.value_or(0));
    check.most = facets.length.value_or(facets.max_length.value_or(Facets::no_limit));
    switch (hold_pattern(type, check)) {
        case Patterns::none:
            check.kind = CheckKind::text;
            return true;
        case Patterns::held:
            check.kind = check.ranges ? CheckKind::ranges : CheckKind::automaton;
            if (check.ranges) check.whole = whole_ranges(*check.ranges, check.length);
            if (check.whole && check.length >= check.least && check.length <= check.most)
                check.kind = CheckKind::exact;
            return true;
        case Patterns::other:
            break;
    }
    return false;
}

bool make_enumeration(const SimpleTypePtr& type, Check& check) {
    std::vector<std::string> good;
    for (const auto& text : type->facets().enumeration->texts()) {
        const bool plain = text.find_first_of("<&]\r\n\t") == std::string::npos;
        if (plain && type->check(text, nullptr, nullptr)) good.push_back(text);
    }
    std::sort(good.begin(), good.end());
    good.erase(std::unique(good.begin(), good.end()), good.end());
    if (good.empty()) return false;
    check.whole = whole_ranges(good, check.length);
    check.kind = CheckKind::exact;
    if (check.whole) return true;
    check.enumeration = enum_table(good);
    check.kind = CheckKind::enumeration;
    return check.enumeration != nullptr;
}

// A bound in units of 10^-scale; false where it is not a whole number of them. Bounds beyond all
// numbers that are read here stay at what `out` was, the end of those.
bool scaled(const Decimal& bound, unsigned scale, std::int64_t& out) {
    if (bound.whole.size() + scale > 17) return bound.negative == (out < 0);
    if (bound.fraction.size() > scale) return false;
    std::int64_t value = 0;
    for (const char digit : bound.whole) value = value * 10 + (digit - '0');
    for (const char digit : bound.fraction) value = value * 10 + (digit - '0');
    value *= powers[scale - bound.fraction.size()];
    out = bound.negative ? -value : value;
    return true;
}

// Bounds as an inclusive range of units; everything where there are none.
bool hold_bounds(const Facets& facets, unsigned scale, Check& check) {
    check.low = -most_number;
    check.high = most_number;
    if (facets.min) {
        const auto* value = std::get_if<Decimal>(&facets.min->value);
        if (value == nullptr || !scaled(*value, scale, check.low)) return false;
        if (!facets.min->inclusive) ++check.low;
    }
    if (facets.max) {
        const auto* value = std::get_if<Decimal>(&facets.max->value);
        if (value == nullptr || !scaled(*value, scale, check.high)) return false;
        if (!facets.max->inclusive) --check.high;
    }
    check.bounded = facets.min || facets.max;
    check.negative = check.low < 0;
    return true;
}

// Eight digits as they are read, first digit highest; of the nearest number that has so few.
std::uint64_t text_of_number(std::int64_t number) {
    std::uint64_t text = 0;
    for (unsigned i = 0; i < 8; ++i, number /= 10)
        text |= static_cast<std::uint64_t>('0' + number % 10) << (8 * i);
    return text;
}

// Short ways for numbers without a sign.
void hold_digits(Check& check) {
    if (check.high < 0) return;
    if (check.low < powers[8]) {
        check.low_text = text_of_number(std::max<std::int64_t>(check.low, 0));
        check.high_text = text_of_number(std::min(check.high, powers[8] - 1));
    }
    while (check.low <= 0 && check.free_digits < 16 &&
           powers[check.free_digits + 1] - 1 <= check.high)
        ++check.free_digits;
}

bool is_integer(const SimpleType& type) {
    return type.facets().fraction_digits == std::optional<std::uint64_t>(0) ||
           (type.builtin() >= Builtin::integer && type.builtin() <= Builtin::positive_integer);
}

bool make_integer(const SimpleType& type, Check& check) {
    const Facets& facets = type.facets();
    if (!hold_bounds(facets, 0, check)) return false;
    if (facets.total_digits && *facets.total_digits < 18) {
        const std::int64_t most = powers[*facets.total_digits] - 1;
        check.low = std::max(check.low, -most);
        check.high = std::min(check.high, most);
    }
    check.bounded = true;
    check.kind = CheckKind::integer;
    hold_digits(check);
    if (type.facets().patterns.empty()) return true;
    check.patterned = true;
    return hold_pattern(type, check) == Patterns::held;
}

bool make_decimal(const SimpleType& type, Check& check) {
    const Facets& facets = type.facets();
    if (!facets.patterns.empty()) return false;
    const std::uint64_t fraction = std::min<std::uint64_t>(facets.fraction_digits.value_or(6), 8);
    check.scale = static_cast<std::uint8_t>(fraction);
    check.fraction_max = check.scale;
    check.whole_max = static_cast<std::uint8_t>(std::min(17 - check.scale, 16));
    const std::uint64_t total = facets.total_digits.value_or(18);
    check.total_max = static_cast<std::uint8_t>(std::min<std::uint64_t>(total, 18));
    check.kind = CheckKind::decimal;
    if (!hold_bounds(facets, check.scale, check)) return false;
    // Of so few digits before the point, all numbers are in bounds, whatever follows it.
    while (check.low <= 0 && check.free_digits < check.whole_max &&
           powers[check.free_digits + 1 + check.scale] - 1 <= check.high)
        ++check.free_digits;
    return true;
}

std::int64_t date_number(const Bound& bound) {
    const std::string& text = bound.text;  // yyyy-mm-dd without a zone, or 0
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return 0;
    std::int64_t number = 0;
    for (const char c : text)
        if (c != '-') number = number * 10 + (c - '0');
    return number;
}

// yyyy-mm-dd, as far as single characters go.
std::shared_ptr<const ByteRanges> date_shape(std::uint8_t& length) {
    RangeTable table;
    length = 10;
    table.by_length[length] = 1;
    ByteRanges& ranges = table.sets.emplace_back();
    for (std::size_t i = 0; i < length; ++i) {
        const bool dash = i == 4 || i == 7;
        ranges.low[i] = ranges.low_too[i] = dash ? '-' : '0';
        ranges.high[i] = ranges.high_too[i] = dash ? '-' : '9';
    }
    return whole_ranges(table, length);
}

bool make_date(const SimpleType& type, Check& check) {
    const Facets& facets = type.facets();
    check.kind = CheckKind::date;
    check.low = 1'01'01;  // the year 0000 is none
    check.high = 9999'12'31;
    if (facets.min) {
        check.low = date_number(*facets.min) + (facets.min->inclusive ? 0 : 1);
        if (check.low <= 1) return false;
    }
    if (facets.max) {
        check.high = date_number(*facets.max) - (facets.max->inclusive ? 0 : 1);
        if (check.high <= 0) return false;
    }
    check.bounded = facets.min || facets.max;
    check.whole = date_shape(check.length);
    const Patterns patterns = hold_pattern(type, check);
    if (patterns == Patterns::other) return false;
    check.patterned = patterns == Patterns::held && !accepts_all(*check.automaton, "9999-99-99");
    return true;
}

bool specialise(const SimpleTypePtr& type, Check& check) {
    if (type->variety() != Variety::atomic) return false;
    if (type->facets().enumeration) return make_enumeration(type, check);
    if (is_text(*type)) return make_text(*type, check);
    if (type->primitive() == Builtin::boolean && type->facets().patterns.empty()) {
        check.kind = CheckKind::enumeration;
        check.enumeration = enum_table({"true", "false", "1", "0"});
        return check.enumeration != nullptr;
    }
    if (type->primitive() == Builtin::decimal)
        return is_integer(*type) ? make_integer(*type, check) : make_decimal(*type, check);
    if (type->primitive() == Builtin::date) return make_date(*type, check);
    return false;
}

}  // namespace

bool needs_document(const SimpleType& type) {
    if (type.needs_prefixes() || type.has_id()) return true;
    switch (type.builtin()) {
        case Builtin::id:
        case Builtin::idref:
        case Builtin::idrefs:
        case Builtin::entity:
        case Builtin::entities:
        case Builtin::qname:
        case Builtin::notation:
            return true;
        default:
            break;
    }
    if (type.item() && needs_document(*type.item())) return true;
    return std::any_of(type.members().begin(), type.members().end(),
                       [](const auto& member) { return needs_document(*member); });
}

Check make_check(const SimpleTypePtr& type) {
    Check check;
    if (!specialise(type, check)) check = Check{};
    check.type = type;
    check.empty_good = type->check("", nullptr, nullptr);
    return check;
}

}  // namespace schema
