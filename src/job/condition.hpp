#pragma once
// Evaluating the conditions of a job (`when` of schemas and routes) over values that somebody else
// has found in the data. Pure; knows nothing of XML.
#include <optional>
#include <string_view>
#include <vector>

#include "job/path.hpp"

namespace job {

// The first hit of a path, white space trimmed; nothing where the path has no hit.
struct PathValues {
    virtual ~PathValues() = default;
    virtual std::optional<std::string_view> find(const Path& path) const = 0;
};

// As in XPath, a comparison with a path that has no hit is false (also `!=`); numeric where both
// sides are decimal numbers, exact and of any length, else by bytes.
bool holds(const Condition& condition, const PathValues& values);

// Every path inside the condition, in the order of writing. The pointers live as long as it does.
std::vector<const Path*> paths_of(const Condition& condition);

// Exact comparison of two decimal numbers as written ([+-]digits[.digits]); nothing where one of
// them is not a number. Below zero, zero, above zero.
std::optional<int> compare_decimals(std::string_view left, std::string_view right);
// The same, and by bytes where one of them is not a number.
int compare_values(std::string_view left, std::string_view right);
// Does a value that compares with the literal like `order` meet a comparison of this kind?
bool is_met(Condition::Kind kind, int order);

}  // namespace job
