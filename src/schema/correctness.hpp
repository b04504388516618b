#pragma once
// Schema Component Constraints (part 1): whether resolved components form a valid schema. Unique
// Particle Attribution is decided by the compiler of content models (program.hpp).
#include "schema/resolve.hpp"

namespace schema {

void check_correctness(const ReadSet& read, const LoadOptions& options,
                       const Components& components, const Drafts& drafts, Report& report);

}  // namespace schema
