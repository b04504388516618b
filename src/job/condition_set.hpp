#pragma once
// Many conditions over the same record, made once for a run: paths that mean the same share a slot,
// constants are read once, and each value of a record at most once. The answers are those of
// job::holds (condition.hpp).
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "job/condition.hpp"

namespace job {

class ConditionSet {
  public:
    ConditionSet() = default;
    // The conditions must outlive the set.
    explicit ConditionSet(const std::vector<const Condition*>& conditions);

    std::size_t size() const { return roots_.size(); }
    // One path for each slot.
    const std::vector<const Path*>& paths() const { return paths_; }

  private:
    friend class ConditionRun;
    struct Node {
        Condition::Kind kind;
        std::uint32_t slot = 0;              // of a comparison
        std::uint32_t first = 0, count = 0;  // of all, any, none: in children_
        bool is_whole = false;               // the constant is a number without sign and fraction
        std::int64_t whole = 0;
        std::string_view literal;
    };
    std::uint32_t add(const Condition& condition);
    std::uint32_t slot_of(const Path& path);

    std::vector<const Path*> paths_;
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> children_, roots_;
};

// The values of the record that is asked about, by slot.
struct SlotValues {
    virtual ~SlotValues() = default;
    virtual std::optional<std::string_view> value(std::size_t slot) const = 0;
};

// One for each thread.
class ConditionRun {
  public:
    explicit ConditionRun(const ConditionSet& set);
    void next_record(const SlotValues& values);
    bool holds(std::size_t condition);

  private:
    struct Slot {
        enum class State : std::uint8_t { unknown, absent, text, whole } state = State::unknown;
        std::int64_t whole = 0;
        std::string_view text;
    };
    bool node_holds(std::uint32_t node);
    const Slot& slot(std::uint32_t index);

    const ConditionSet& set_;
    const SlotValues* values_ = nullptr;
    std::vector<Slot> slots_;
};

}  // namespace job
