#pragma once
// Keeps the resident size of a run below its budget where the shares of the stages
// (app/memory_plan.hpp) do not add up to it: holes that freed memory left, and pages of a large
// directory. What it does costs time and decides nothing.
#include <cstdint>
#include <mutex>

#include "app/directories.hpp"
#include "io/rooms.hpp"

namespace app {

class MemoryWatch {
  public:
    MemoryWatch(std::uint64_t budget_bytes, const Directories& directories)
        : budget_bytes_(budget_bytes), directories_(directories) {}
    // Now and then, while slices whose frames lie in `rooms` come and go, from any thread.
    void look(const io::Rooms& rooms);
    // Whether so little of the budget is left that slices in flight may need it.
    bool is_tight() const;
    // When they are gone, or a batch of small files is: what they took is left to what comes.
    void rest() const;

  private:
    const std::uint64_t budget_bytes_;
    const Directories& directories_;
    std::mutex guard_;
    std::uint64_t trimmed_bytes_ = 0;  // the size that the last time left
    unsigned looks_ = 0;               // since then
};

}  // namespace app
