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

inline bool is_child(const parse::Piece& piece) {
    return piece.kind != parse::Piece::Kind::content && piece.kind != parse::Piece::Kind::close;
}

// To drafts, or to the writer of a correction.
template <typename Writer>
void give_content(Writer& to, parse::Piece::Keep keep, std::string_view text,
                  const std::vector<outbox::Hole>& holes) {
    switch (keep) {
        case parse::Piece::Keep::yes:
            return to.content(text, holes);
        case parse::Piece::Keep::maybe:
            return to.maybe_content(text, holes);
        case parse::Piece::Keep::no:
            return to.drop_content();
    }
}

}  // namespace app
