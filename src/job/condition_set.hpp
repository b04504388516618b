#pragma once
// Many conditions over the same record, made once for a run: paths that mean the same share a slot,
// constants are read once, and each value of a record at most once. Conditions that ask one value
// alone are answered together: their constants cut the numbers into ranges in which no answer
// changes, so that one search finds all of them. The answers are those of job::holds
// (condition.hpp).
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "job/condition.hpp"

namespace job {

class ConditionSet {
  public:
    ConditionSet() = default;
    // The conditions must outlive the set. A null pointer stands for one that always holds.
    explicit ConditionSet(const std::vector<const Condition*>& conditions);

    std::size_t size() const { return roots_.size(); }
    // One path for each slot.
    const std::vector<const Path*>& paths() const { return paths_; }

  private:
    friend class ConditionRun;
    using Word = std::uint64_t;  // 64 answers, one bit for each condition
    enum class Values : std::uint8_t { whole, text };
    struct Node {
        Condition::Kind kind;
        std::uint32_t slot = 0;              // of a comparison
        std::uint32_t first = 0, count = 0;  // of all, any, none: in children_
        bool is_whole = false;               // the constant is a number without sign and fraction
        std::int64_t whole = 0;
        std::string_view literal;
    };
    // The answers of all conditions that ask this slot alone, by its value; rows of words() words.
    struct Table {
        std::uint32_t slot = 0;
        Values values = Values::whole;
        std::vector<std::uint32_t> conditions;
        std::vector<std::int64_t> begins;     // whole numbers: where a range begins, rising
        std::vector<std::string_view> texts;  // constants, sorted; the row behind theirs: all else
        std::vector<Word> rows;
        std::vector<Word> absent;
    };
    std::size_t words() const { return (roots_.size() + 63) / 64; }
    std::uint32_t add(const Condition& condition);
    std::uint32_t slot_of(const Path& path);
    void collect(std::uint32_t node, std::vector<const Node*>& comparisons) const;
    bool fits(const std::vector<const Node*>& comparisons, Values values) const;
    Table& table_of(std::uint32_t slot, Values values);
    void tabulate();
    void fill(Table& table);

    std::vector<const Path*> paths_;
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> children_, roots_;
    std::vector<Table> tables_;
    std::vector<std::uint32_t> others_;  // conditions that are in no table
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
    bool holds(std::size_t condition) const {
        return (holding_[condition / 64] >> (condition % 64) & 1) != 0;
    }
    // Calls `visit` with each condition that holds, in order.
    template <typename Visit>
    void each_holding(const Visit& visit) const {
        for (std::size_t w = 0; w < holding_.size(); ++w)
            for (std::uint64_t left = holding_[w]; left != 0; left &= left - 1)
                visit(w * 64 + static_cast<std::size_t>(__builtin_ctzll(left)));
    }

  private:
    friend class ConditionSet;
    struct Slot {
        enum class State : std::uint8_t { unknown, absent, text, whole } state = State::unknown;
        std::int64_t whole = 0;
        std::string_view text;
    };
    void forget();
    bool node_holds(std::uint32_t node);
    const Slot& slot(std::uint32_t index);
    // The answers of the table's conditions; null: this value is not of its kind.
    const std::uint64_t* row_of(const ConditionSet::Table& table);

    const ConditionSet& set_;
    const SlotValues* values_ = nullptr;
    std::vector<Slot> slots_;
    std::vector<std::uint64_t> holding_;
};

}  // namespace job
