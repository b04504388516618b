#pragma once
// Opaque documents, inside records or beside them: decoded or unpacked in pieces and held against
// what the record and the job say of them. The content itself never goes into a finding.
#include <vector>

#include "parse/enclosures.hpp"
#include "parse/outcome.hpp"

namespace parse {

// Adds to the findings of this record; takes the document's own text out of those that are there.
// What it names beside the records becomes one of `outcome.enclosed`; without `enclosures` that is
// not looked at.
// Looks at all that the records of a slice name beside them, in the order in which it lies in the
// archives: to go to and fro would unpack much again and again.
void look_at_enclosed(const Outcome& outcome, const Enclosures& enclosures);
void check_attachments(Outcome& outcome, std::size_t record, const Enclosures* enclosures,
                       std::vector<core::Finding>& own);

}  // namespace parse
