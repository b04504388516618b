#pragma once
// The zone numbers (five digits in front of a finding's code) that a schema documents for the
// elements and attributes that queries lead to.
#include <string>

#include "parse/plan.hpp"

namespace parse {

// "00000" where the schema says nothing, or the path is behind a wildcard.
std::string zone_of(const schema::Schema& schema, const schema::Watch& watch, const Query& query);

}  // namespace parse
