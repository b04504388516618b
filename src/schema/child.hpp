#pragma once
// Runs work that may explode (a hostile schema in somebody else's code) in a child process, within
// limits of time and memory. What the work returns comes back as bytes; nothing else does.
#include <cstdint>
#include <functional>
#include <string>

namespace schema {

struct ChildLimits {
    std::uint32_t seconds_max = 20;        // of processor time: a loaded machine refuses nothing
    std::uint32_t wall_seconds_max = 300;  // for what waits, of the last child
    std::uint32_t still_seconds_max = 2;   // of hardly any processor time: a new child is tried
    std::uint32_t children_max = 5;
    std::uint64_t memory_bytes_max = 1ULL << 30;  // beyond what the parent already maps
    std::uint64_t output_bytes_max = 1ULL << 20;
};

enum class ChildEnd : std::uint8_t { done, too_slow, died };

struct ChildResult {
    ChildEnd end = ChildEnd::died;
    std::string output;  // what `work` returned, cut at output_bytes_max; empty unless done
};

// `work` runs in a fork: it must not use threads of the parent, and what it changes is lost. A lock
// that a thread of the parent held at that instant is held in the child for ever: who stands still
// is taken to wait for one, and the work begins anew in another child.
ChildResult run_in_child(const ChildLimits& limits, const std::function<std::string()>& work);

}  // namespace schema
