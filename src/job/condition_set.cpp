#include "job/condition_set.hpp"

#include <algorithm>

namespace job {

namespace {

// 1 to 18 digits and nothing else: compared as integers. The rest goes the general way.
bool read_whole(std::string_view text, std::int64_t& number) {
    if (text.empty() || text.size() > 18) return false;
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    number = value;
    return true;
}

bool same_step(const Step& a, const Step& b) {
    return a.name == b.name && a.predicate == b.predicate;
}

bool same_path(const Path& a, const Path& b) {
    return a.absolute == b.absolute && a.up == b.up && a.attribute == b.attribute &&
           std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), same_step);
}

}  // namespace

ConditionSet::ConditionSet(const std::vector<const Condition*>& conditions) {
    for (const Condition* condition : conditions) roots_.push_back(add(*condition));
}

std::uint32_t ConditionSet::slot_of(const Path& path) {
    for (std::size_t i = 0; i < paths_.size(); ++i)
        if (same_path(*paths_[i], path)) return static_cast<std::uint32_t>(i);
    paths_.push_back(&path);
    return static_cast<std::uint32_t>(paths_.size() - 1);
}

std::uint32_t ConditionSet::add(const Condition& condition) {
    Node node{condition.kind, 0, 0, 0, false, 0, {}};
    switch (condition.kind) {
        case Condition::Kind::all:
        case Condition::Kind::any:
        case Condition::Kind::none: {
            std::vector<std::uint32_t> parts;
            for (const Condition& part : condition.parts) parts.push_back(add(part));
            node.first = static_cast<std::uint32_t>(children_.size());
            node.count = static_cast<std::uint32_t>(parts.size());
            children_.insert(children_.end(), parts.begin(), parts.end());
            break;
        }
        default:
            node.slot = slot_of(condition.path);
            node.literal = condition.literal;
            node.is_whole = read_whole(condition.literal, node.whole);
    }
    nodes_.push_back(node);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

ConditionRun::ConditionRun(const ConditionSet& set) : set_(set), slots_(set.paths_.size()) {}

void ConditionRun::next_record(const SlotValues& values) {
    values_ = &values;
    for (Slot& slot : slots_) slot.state = Slot::State::unknown;
}

const ConditionRun::Slot& ConditionRun::slot(std::uint32_t index) {
    Slot& slot = slots_[index];
    if (slot.state != Slot::State::unknown) return slot;
    const auto value = values_->value(index);
    slot.state = !value                           ? Slot::State::absent
                 : read_whole(*value, slot.whole) ? Slot::State::whole
                                                  : Slot::State::text;
    slot.text = value.value_or(std::string_view());
    return slot;
}

bool ConditionRun::node_holds(std::uint32_t index) {
    const ConditionSet::Node& node = set_.nodes_[index];
    const auto first = set_.children_.begin() + node.first;
    const auto part_holds = [this](std::uint32_t part) { return node_holds(part); };
    switch (node.kind) {
        case Condition::Kind::all:
            return std::all_of(first, first + node.count, part_holds);
        case Condition::Kind::any:
            return std::any_of(first, first + node.count, part_holds);
        case Condition::Kind::none:
            return std::none_of(first, first + node.count, part_holds);
        default:
            break;
    }
    const Slot& value = slot(node.slot);
    if (value.state == Slot::State::absent) return false;
    if (node.kind == Condition::Kind::exists) return true;
    if (value.state == Slot::State::whole && node.is_whole)
        return is_met(node.kind, value.whole < node.whole ? -1 : value.whole > node.whole ? 1 : 0);
    return is_met(node.kind, compare_values(value.text, node.literal));
}

bool ConditionRun::holds(std::size_t condition) {
    return node_holds(set_.roots_[condition]);
}

}  // namespace job
