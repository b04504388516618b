#pragma once
// A made-up nation: who holds a file on whom, seeded, the same everywhere. Persons are spread over
// a century of birthdays; each has a handful of files that follow one another. No real number.
#include <cstdint>
#include <cstring>

#include "directory/row.hpp"

namespace bench {

struct Random {
    std::uint64_t state;
    std::uint64_t next() {  // splitmix64
        std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    std::uint32_t below(std::uint32_t n) {
        return static_cast<std::uint32_t>((next() >> 32) * n >> 32);
    }
};

// The n-th person of `persons`: days of birth 1925 to 2024, about the same number on each.
inline directory::PersonKey person(std::uint64_t n, std::uint64_t persons) {
    constexpr std::uint64_t days = 100 * 12 * 28;
    const std::uint64_t a_day = (persons + days - 1) / days;
    const std::uint64_t day = n / a_day, serial = 1 + n % a_day;
    const std::uint64_t year = 1925 + day / (12 * 28), month = day / 28 % 12 + 1;
    const std::uint64_t nine =
        year % 100 * 10'000'000 + month * 100'000 + (day % 28 + 1) * 1000 + serial;
    return directory::PersonKey{
        static_cast<std::uint32_t>(nine + (year >= 2000 ? 1'000'000'000 : 0))};
}

struct Kind {
    std::uint32_t partner;
    std::uint16_t sector, type, quality;
};
// Pairs that the published lists have.
inline Kind kind(std::uint32_t n) {
    static constexpr struct {
        std::uint16_t sector, type, quality;
    } kinds[] = {{12, 1, 10}, {12, 1, 30}, {7, 1, 101}, {7, 1, 104}, {11, 1, 1},  {11, 1, 2},
                 {18, 1, 1},  {18, 1, 4},  {15, 1, 2},  {5, 0, 10},  {5, 0, 100}, {17, 1, 2},
                 {17, 1, 4},  {16, 0, 1},  {10, 1, 10}, {9, 0, 2}};
    const auto& one = kinds[n % 16];
    return {100'000 + n % 16 * 100 + n / 16 % 60, one.sector, one.type, one.quality};
}

// 120 rows over 12 persons on average: 4 to 16, mean 10, each of another kind.
inline std::uint32_t rows_of(std::uint64_t n) {
    return 4 + Random{n * 31 + 7}.below(13);
}

}  // namespace bench
