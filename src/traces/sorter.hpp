#pragma once
// Rows in any order to rows in order of (person, record), in bounded memory: sorted runs are
// spilled to temporary files and merged. Nothing here survives a crash, nor needs to.
#include <filesystem>
#include <functional>
#include <vector>

#include "traces/columns.hpp"

namespace traces {

class RowSorter {
  public:
    // Runs lie in `folder` (made when needed, removed by the destructor).
    RowSorter(std::filesystem::path folder, std::size_t memory_bytes_max);
    RowSorter(const RowSorter&) = delete;
    RowSorter& operator=(const RowSorter&) = delete;
    ~RowSorter();

    void add(const Row& row) {
        rows_.push_back(row);
        ++count_;
        if (rows_.size() == rows_at_once_) spill();
    }
    // All rows, in order; once.
    void each(const std::function<void(const Row&)>& visit);
    std::uint64_t count() const { return count_; }

  private:
    void sort_rows();
    void spill();
    std::filesystem::path run(std::size_t number) const;

    std::filesystem::path folder_;
    std::size_t rows_at_once_;
    std::uint64_t count_ = 0;
    std::size_t runs_ = 0;
    std::vector<Row> rows_, scratch_;
};

}  // namespace traces
