#pragma once
// A record without the elements that a recipient is not given. Works on the well-formed bytes of
// one element; names are compared without their prefixes, so that too much is left out rather than
// too little.
#include <string>
#include <string_view>
#include <vector>

#include "job/path.hpp"

namespace rules {

// Paths are relative to the record, downwards. White space in front of an element goes with it.
std::string without(std::string_view record, const std::vector<const job::Path*>& paths);

}  // namespace rules
