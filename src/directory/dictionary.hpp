#pragma once
// The distinct (partner, sector, type, quality) of a directory and their codes. It only grows, so
// that codes mean the same in every version.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "directory/version.hpp"

namespace directory {

std::uint64_t holder_sum(const Holder& holder);  // the same for equal holders, whatever their code

class Dictionary {
  public:
    explicit Dictionary(std::span<const Holder> known);
    std::optional<std::uint32_t> find(const Holder& holder) const;
    // A Fault where there are too many of them.
    std::uint32_t add(const Holder& holder);
    const Holder& operator[](std::uint32_t code) const { return holders_[code]; }
    std::uint64_t sum(std::uint32_t code) const { return sums_[code]; }
    std::span<const Holder> holders() const { return holders_; }

  private:
    void grow();
    std::vector<Holder> holders_;
    std::vector<std::uint64_t> sums_;
    std::vector<std::uint32_t> slots_;  // code + 1, 0: free
};

}  // namespace directory
