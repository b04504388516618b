#include "job/condition_set.hpp"

#include <algorithm>
#include <string>

namespace job {

namespace {

constexpr std::size_t table_words_max = 1 << 20;  // 8 MiB; beyond, conditions are asked one by one

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
    Condition always;
    always.kind = Condition::Kind::all;
    for (const Condition* condition : conditions)
        roots_.push_back(add(condition == nullptr ? always : *condition));
    tabulate();
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

// ---- tables ----

void ConditionSet::collect(std::uint32_t index, std::vector<const Node*>& comparisons) const {
    const Node& node = nodes_[index];
    switch (node.kind) {
        case Condition::Kind::all:
        case Condition::Kind::any:
        case Condition::Kind::none:
            for (std::uint32_t i = 0; i < node.count; ++i)
                collect(children_[node.first + i], comparisons);
            break;
        default:
            comparisons.push_back(&node);
    }
}

// All of one slot; and either all constants whole numbers, or only asked whether they are equal to
// texts that are no numbers, which then means the same bytes.
bool ConditionSet::fits(const std::vector<const Node*>& comparisons, Values values) const {
    using Kind = Condition::Kind;
    return std::all_of(comparisons.begin(), comparisons.end(), [&](const Node* one) {
        if (one->slot != comparisons.front()->slot) return false;
        if (one->kind == Kind::exists) return true;
        if (values == Values::whole) return one->is_whole;
        return (one->kind == Kind::equal || one->kind == Kind::not_equal) &&
               !compare_decimals(one->literal, one->literal);
    });
}

ConditionSet::Table& ConditionSet::table_of(std::uint32_t slot, Values values) {
    for (Table& table : tables_)
        if (table.slot == slot && table.values == values) return table;
    tables_.emplace_back();
    tables_.back().slot = slot;
    tables_.back().values = values;
    return tables_.back();
}

void ConditionSet::tabulate() {
    for (std::uint32_t i = 0; i < roots_.size(); ++i) {
        std::vector<const Node*> comparisons;
        collect(roots_[i], comparisons);
        const bool whole = !comparisons.empty() && fits(comparisons, Values::whole);
        if (comparisons.empty() || !(whole || fits(comparisons, Values::text))) {
            others_.push_back(i);
            continue;
        }
        Table& table = table_of(comparisons.front()->slot, whole ? Values::whole : Values::text);
        table.conditions.push_back(i);
        for (const Node* one : comparisons) {
            if (one->kind == Condition::Kind::exists) continue;
            if (!whole) {
                table.texts.push_back(one->literal);
                continue;
            }
            table.begins.push_back(one->whole);
            table.begins.push_back(one->whole + 1);
        }
    }
    for (Table& table : tables_) fill(table);
    for (const Table& table : tables_)
        if (table.rows.empty())
            others_.insert(others_.end(), table.conditions.begin(), table.conditions.end());
    std::erase_if(tables_, [](const Table& table) { return table.rows.empty(); });
}

// One value of each range is asked the general way.
void ConditionSet::fill(Table& table) {
    struct One : SlotValues {
        std::optional<std::string> text;
        std::optional<std::string_view> value(std::size_t) const override { return text; }
    } one;
    const auto sort = [](auto& list) {
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
    };
    if (table.values == Values::whole) table.begins.push_back(0);
    sort(table.begins);
    sort(table.texts);
    const std::size_t rows = table.begins.size() + table.texts.size() + 2;
    if (rows * words() > table_words_max) return;
    ConditionRun run(*this);
    const auto answer = [&](std::vector<Word>& row) {
        const std::size_t at = row.size();
        row.resize(at + words());
        run.forget();
        run.values_ = &one;
        for (const std::uint32_t condition : table.conditions)
            if (run.node_holds(roots_[condition]))
                row[at + condition / 64] |= Word{1} << (condition % 64);
    };
    answer(table.absent);
    for (const std::int64_t begin : table.begins) {
        one.text = std::to_string(begin);
        answer(table.rows);
    }
    if (table.values == Values::whole) return;
    // What is none of the constants: something longer than each of them.
    std::string longest("x");
    for (const std::string_view text : table.texts) {
        one.text = std::string(text);
        answer(table.rows);
        if (text.size() >= longest.size()) longest.assign(text.size() + 1, 'x');
    }
    one.text = longest;
    answer(table.rows);
}

// ---- one record ----

ConditionRun::ConditionRun(const ConditionSet& set)
    : set_(set), slots_(set.paths_.size()), holding_(set.words()) {}

void ConditionRun::forget() {
    for (Slot& slot : slots_) slot.state = Slot::State::unknown;
}

void ConditionRun::next_record(const SlotValues& values) {
    values_ = &values;
    forget();
    std::fill(holding_.begin(), holding_.end(), 0);
    const auto ask = [this](std::uint32_t condition) {
        if (node_holds(set_.roots_[condition]))
            holding_[condition / 64] |= std::uint64_t{1} << (condition % 64);
    };
    for (const ConditionSet::Table& table : set_.tables_) {
        const std::uint64_t* row = row_of(table);
        if (row == nullptr)
            std::for_each(table.conditions.begin(), table.conditions.end(), ask);
        else
            for (std::size_t w = 0; w < holding_.size(); ++w) holding_[w] |= row[w];
    }
    std::for_each(set_.others_.begin(), set_.others_.end(), ask);
}

const std::uint64_t* ConditionRun::row_of(const ConditionSet::Table& table) {
    const Slot& value = slot(table.slot);
    if (value.state == Slot::State::absent) return table.absent.data();
    if (table.values == ConditionSet::Values::whole) {
        if (value.state != Slot::State::whole) return nullptr;
        const auto after = std::upper_bound(table.begins.begin(), table.begins.end(), value.whole);
        return table.rows.data() +
               static_cast<std::size_t>(after - table.begins.begin() - 1) * set_.words();
    }
    const auto at = std::lower_bound(table.texts.begin(), table.texts.end(), value.text);
    const bool known = at != table.texts.end() && *at == value.text;
    return table.rows.data() +
           static_cast<std::size_t>((known ? at : table.texts.end()) - table.texts.begin()) *
               set_.words();
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

}  // namespace job
