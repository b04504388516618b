#pragma once
// The paths of a job file (decisions: leading `..` steps, child steps, a last @attr, one predicate
// [child='literal']) and the conditions made of them. Names are expanded: prefixes as bound in the
// job file, no prefix is no namespace. The first hit counts.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace job {

struct Name {
    std::string space;  // namespace URI, empty for none
    std::string local;
    auto operator<=>(const Name&) const = default;
};

struct Step {
    Name name;
    // [child='literal']: the child's whole text, white space trimmed, equals the literal.
    std::optional<std::pair<Name, std::string>> predicate;
};

struct Path {
    bool absolute = false;  // began with '/'
    int up = 0;             // number of leading '..'
    std::vector<Step> steps;
    std::optional<Name> attribute;
    std::string text;  // as written, for messages
};

// path = 'literal', path != 'literal', path < number and so on, joined by `and` / `or` (and binds
// tighter), `not(...)`, parentheses; a path alone is true where it hits. Comparisons are numeric if
// both sides are numbers, else by bytes.
struct Condition {
    enum class Kind : unsigned char {
        exists,
        equal,
        not_equal,
        less,
        less_equal,
        greater,
        greater_equal,
        all,
        any,
        none
    };
    Kind kind = Kind::exists;
    Path path;
    std::string literal;
    std::vector<Condition> parts;  // of all (and), any (or), none (not)
    std::string text;              // as written, at the top
};

// Resolves a prefix; returns false where it is not bound.
struct PrefixLookup {
    virtual ~PrefixLookup() = default;
    virtual bool find(std::string_view prefix, std::string& space) const = 0;
};

// On failure returns nothing and sets `error` to what is wrong and at which character (from 1).
std::optional<Path> parse_path(std::string_view text, const PrefixLookup& prefixes,
                               std::string& error);
std::optional<Condition> parse_condition(std::string_view text, const PrefixLookup& prefixes,
                                         std::string& error);

}  // namespace job
