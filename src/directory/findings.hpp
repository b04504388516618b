#pragma once
// What is wrong with delivered rows: all counted, the first of them (by line) kept.
#include <cstdint>
#include <string>
#include <vector>

#include "directory/store.hpp"

namespace directory {

class FindingList {
  public:
    explicit FindingList(std::size_t shown_max) : shown_max_(shown_max) {}
    void add(RowFinding finding);
    std::uint64_t errors() const { return errors_; }
    std::uint64_t warnings() const { return warnings_; }
    std::vector<RowFinding> take();  // in the order of tables and lines

  private:
    std::size_t shown_max_;
    std::vector<RowFinding> list_;  // a heap: the latest first
    std::uint64_t errors_ = 0, warnings_ = 0;
};

}  // namespace directory
