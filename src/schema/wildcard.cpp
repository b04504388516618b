#include "schema/wildcard.hpp"

#include <algorithm>
#include <iterator>

namespace schema {

namespace {

using Kind = Wildcard::Kind;

bool same(const Wildcard& first, const Wildcard& second) {
    return first.kind == second.kind &&
           (first.kind != Kind::other || first.not_space == second.not_space) &&
           (first.kind != Kind::list || first.spaces == second.spaces);
}

Wildcard with_space_of(const Wildcard& first, const Wildcard& from) {
    Wildcard result = first;
    result.kind = from.kind;
    result.not_space = from.not_space;
    result.spaces = from.spaces;
    return result;
}

Wildcard negation(const Wildcard& first, const std::string& not_space) {
    Wildcard result = first;
    result.kind = Kind::other;
    result.not_space = not_space;
    result.spaces.clear();
    return result;
}

Wildcard everything(const Wildcard& first) {
    Wildcard result = first;
    result.kind = Kind::any;
    result.spaces.clear();
    return result;
}

std::optional<Wildcard> united_with_list(const Wildcard& first, const Wildcard& other,
                                         const Wildcard& list) {
    const bool absent = list.spaces.count("") != 0;
    const bool named = list.spaces.count(other.not_space) != 0;
    if (other.not_space.empty()) {
        return absent ? everything(first) : negation(first, "");
    }
    if (named) {
        return absent ? everything(first) : negation(first, "");
    }
    if (absent) {
        return std::nullopt;
    }
    return negation(first, other.not_space);
}

}  // namespace

std::optional<Wildcard> intersection(const Wildcard& first, const Wildcard& second) {
    if (same(first, second) || second.kind == Kind::any) {
        return first;
    }
    if (first.kind == Kind::any) {
        return with_space_of(first, second);
    }
    Wildcard result = first;
    if (first.kind == Kind::other && second.kind == Kind::other) {
        if (!first.not_space.empty() && !second.not_space.empty()) {
            return std::nullopt;
        }
        return negation(first, first.not_space + second.not_space);
    }
    const Wildcard& list = first.kind == Kind::list ? first : second;
    const Wildcard& filter = first.kind == Kind::list ? second : first;
    result.kind = Kind::list;
    result.spaces.clear();
    std::copy_if(list.spaces.begin(), list.spaces.end(),
                 std::inserter(result.spaces, result.spaces.end()),
                 [&filter](const std::string& space) { return filter.allows(space); });
    return result;
}

std::optional<Wildcard> united(const Wildcard& first, const Wildcard& second) {
    if (same(first, second) || first.kind == Kind::any) {
        return first;
    }
    if (second.kind == Kind::any) {
        return everything(first);
    }
    if (first.kind == Kind::other && second.kind == Kind::other) {
        return negation(first, "");
    }
    if (first.kind == Kind::list && second.kind == Kind::list) {
        Wildcard result = first;
        result.spaces.insert(second.spaces.begin(), second.spaces.end());
        return result;
    }
    return first.kind == Kind::other ? united_with_list(first, first, second)
                                     : united_with_list(first, second, first);
}

bool is_subset(const Wildcard& sub, const Wildcard& super) {
    if (super.kind == Kind::any || same(sub, super)) {
        return true;
    }
    if (sub.kind != Kind::list) {
        return false;
    }
    return std::all_of(sub.spaces.begin(), sub.spaces.end(),
                       [&super](const std::string& space) { return super.allows(space); });
}

bool overlap(const Wildcard& first, const Wildcard& second) {
    if (first.kind == Kind::list) {
        return std::any_of(first.spaces.begin(), first.spaces.end(),
                           [&second](const std::string& space) { return second.allows(space); });
    }
    return second.kind != Kind::list || overlap(second, first);
}

}  // namespace schema
