#pragma once
// How a person and one row of the persons table are held: an INSZ with good check digits in 31
// bits, a row in 8 bytes. Values only.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/instant.hpp"

namespace directory {

// Both ends of a period are included; a period without an end has this one.
inline constexpr core::Date open_end{INT32_MAX};

// The nine digits before the check digits, plus 10^9 for those whose check digits say that they
// were born from 2000 on: the two say all of a number whose check digits are good. Ordered as the
// text within a century.
struct PersonKey {
    std::uint32_t value = 0;
    auto operator<=>(const PersonKey&) const = default;
};

// None unless 11 digits with good check digits, not all zeros.
std::optional<PersonKey> parse_insz(std::string_view insz);
std::string to_insz(PersonKey key);

// code (24 bits, into the dictionary of (partner, sector, type, quality)), from (20), to (20): days
// since 1800-01-01. Ordered by code, then from.
struct Row {
    std::uint64_t bits = 0;

    static constexpr std::uint32_t codes_max = 1U << 24;
    static constexpr std::uint32_t day_open = (1U << 20) - 1;  // as `to`: no end
    static constexpr std::uint32_t day_gone = 0;  // as `to`, in a delta: the row is taken away

    std::uint32_t code() const { return static_cast<std::uint32_t>(bits >> 40); }
    std::uint32_t from_day() const { return static_cast<std::uint32_t>(bits >> 20) & day_open; }
    std::uint32_t to_day() const { return static_cast<std::uint32_t>(bits) & day_open; }
    std::uint64_t identity() const { return bits >> 20; }  // a person's rows differ in it
    auto operator<=>(const Row&) const = default;
};
Row make_row(std::uint32_t code, std::uint32_t from_day, std::uint32_t to_day);

inline constexpr std::int32_t first_day = -62091;  // 1800-01-01, in days since 1970-01-01
// 1800-01-02 .. 4670; none outside, where no period of a person lies.
std::optional<std::uint32_t> day_of(core::Date date);
core::Date date_of_day(std::uint32_t day);  // day_open: open_end

}  // namespace directory
