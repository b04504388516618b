#pragma once
// Numbers of a file that are counted again for each parcel (<recount>): where they stand, and what
// each record adds to them.
#include <cstdint>
#include <vector>

#include "outbox/context.hpp"
#include "parse/outcome.hpp"
#include "parse/plan.hpp"

namespace app {

// In the text of the piece.
std::vector<outbox::Hole> holes_of(const parse::Plan& plan, const parse::Outcome& outcome,
                                   const parse::Piece& piece);

// Of each <recount>, two sums.
std::vector<std::int64_t> record_sums(const parse::Plan& plan, const parse::Outcome& outcome,
                                      std::size_t record);

}  // namespace app
