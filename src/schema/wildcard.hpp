#pragma once
// The algebra of wildcards (part 1, 3.10.6): intersection, union and subset of namespace
// constraints.
#include <optional>

#include "schema/components.hpp"

namespace schema {

// Nothing where the result cannot be expressed. processContents and source are those of `first`.
std::optional<Wildcard> intersection(const Wildcard& first, const Wildcard& second);
std::optional<Wildcard> united(const Wildcard& first, const Wildcard& second);
// cos-ns-subset
bool is_subset(const Wildcard& sub, const Wildcard& super);
// Is there a namespace that both allow?
bool overlap(const Wildcard& first, const Wildcard& second);

}  // namespace schema
