#pragma once
// Opaque documents inside records: decoded in pieces and held against what the record and the job
// say of them. The content itself never goes into a finding.
#include <vector>

#include "parse/outcome.hpp"

namespace parse {

// Adds to the findings of this record; takes the document's own text out of those that are there.
void check_attachments(const Outcome& outcome, std::size_t record, std::vector<core::Finding>& own);

}  // namespace parse
