#include "job/condition.hpp"

#include <algorithm>

namespace job {

namespace {

// A decimal number taken apart, without leading zeros of the whole and trailing ones of the
// fraction: then comparing lengths and bytes is comparing numbers.
struct Decimal {
    bool negative = false;
    std::string_view whole, fraction;
    bool zero() const { return whole.empty() && fraction.empty(); }
};

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Decimal> read_decimal(std::string_view text) {
    Decimal result;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        result.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const std::size_t point = text.find('.');
    result.whole = text.substr(0, point);
    if (point != std::string_view::npos) result.fraction = text.substr(point + 1);
    if (result.zero() || !all_digits(result.whole) || !all_digits(result.fraction)) return {};
    while (!result.whole.empty() && result.whole.front() == '0') result.whole.remove_prefix(1);
    while (!result.fraction.empty() && result.fraction.back() == '0')
        result.fraction.remove_suffix(1);
    if (result.zero()) result.negative = false;
    return result;
}

int sign(int value) {
    return (value > 0) - (value < 0);
}

int compare_magnitudes(const Decimal& a, const Decimal& b) {
    if (a.whole.size() != b.whole.size()) return a.whole.size() < b.whole.size() ? -1 : 1;
    const int whole = a.whole.compare(b.whole);
    return sign(whole != 0 ? whole : a.fraction.compare(b.fraction));
}

bool holds_comparison(const Condition& condition, std::string_view value) {
    return is_met(condition.kind, compare_values(value, condition.literal));
}

void collect(const Condition& condition, std::vector<const Path*>& paths) {
    switch (condition.kind) {
        case Condition::Kind::all:
        case Condition::Kind::any:
        case Condition::Kind::none:
            for (const Condition& part : condition.parts) collect(part, paths);
            break;
        default:
            paths.push_back(&condition.path);
    }
}

}  // namespace

int compare_values(std::string_view left, std::string_view right) {
    if (const auto numbers = compare_decimals(left, right)) return *numbers;
    return sign(left.compare(right));
}

bool is_met(Condition::Kind kind, int order) {
    switch (kind) {
        case Condition::Kind::equal:
            return order == 0;
        case Condition::Kind::not_equal:
            return order != 0;
        case Condition::Kind::less:
            return order < 0;
        case Condition::Kind::less_equal:
            return order <= 0;
        case Condition::Kind::greater:
            return order > 0;
        case Condition::Kind::greater_equal:
            return order >= 0;
        default:
            return true;  // exists
    }
}

std::optional<int> compare_decimals(std::string_view left, std::string_view right) {
    const auto a = read_decimal(left);
    const auto b = read_decimal(right);
    if (!a || !b) return {};
    if (a->negative != b->negative) return a->negative ? -1 : 1;
    return a->negative ? compare_magnitudes(*b, *a) : compare_magnitudes(*a, *b);
}

bool holds(const Condition& condition, const PathValues& values) {
    const auto part_holds = [&](const Condition& part) { return holds(part, values); };
    const auto& parts = condition.parts;
    switch (condition.kind) {
        case Condition::Kind::all:
            return std::all_of(parts.begin(), parts.end(), part_holds);
        case Condition::Kind::any:
            return std::any_of(parts.begin(), parts.end(), part_holds);
        case Condition::Kind::none:
            return std::none_of(parts.begin(), parts.end(), part_holds);
        default:
            break;
    }
    const auto value = values.find(condition.path);
    return value && holds_comparison(condition, *value);
}

std::vector<const Path*> paths_of(const Condition& condition) {
    std::vector<const Path*> paths;
    collect(condition, paths);
    return paths;
}

}  // namespace job
