#pragma once
// A fast 64-bit sum that finds damage (not an adversary: the digest in a version's manifest does
// that), and a sum over rows that does not depend on the order or way in which they were had.
#include <cstddef>
#include <cstdint>
#include <string>

namespace directory {

std::uint64_t checksum(const void* bytes, std::size_t count);

inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Equal sets of rows have equal sums, whether loaded at once or come to by mutations.
struct RowSum {
    std::uint64_t low = 0, high = 0;
    void add(std::uint64_t holder, std::uint32_t person, std::uint64_t period) {
        const Parts p = parts(holder, person, period);
        low += p.low;
        high += p.high;
    }
    void take(std::uint64_t holder, std::uint32_t person, std::uint64_t period) {
        const Parts p = parts(holder, person, period);
        low -= p.low;
        high -= p.high;
    }
    bool operator==(const RowSum&) const = default;
    std::string hex() const;

  private:
    struct Parts {
        std::uint64_t low, high;
    };
    static Parts parts(std::uint64_t holder, std::uint32_t person, std::uint64_t period) {
        const std::uint64_t a =
            mixed(holder ^ 0x9e3779b97f4a7c15ULL, period ^ 0xd6e8feb86659fd93ULL);
        const std::uint64_t b = a ^ (std::uint64_t{person} << 17 | person);
        return {mixed(b ^ 0xa0761d6478bd642fULL, 0xe7037ed1a0b428dbULL ^ holder),
                mixed(b + 0x8ebc6af09c88c6e3ULL, 0x589965cc75374cc3ULL ^ period)};
    }
};

}  // namespace directory
