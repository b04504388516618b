#pragma once
// What an institution may do to the rows it holds: insert, change, close; one row at a time and
// with the reason where it cannot be done. Pure: for files of mutations and for flows alike.
#include <optional>
#include <string_view>
#include <vector>

#include "directory/row.hpp"

namespace directory {

enum class Action : unsigned char { insert, change, close };
std::optional<Action> parse_action(std::string_view text);

// `rows` are all rows of one person, ordered; they stay so. Insert: a period that overlaps none of
// its kind. Change: takes the place of the row of its kind that begins on the same day, else of the
// only one that its period overlaps. Close: gives the row that begins on the same day an earlier
// end. Null: done; else a short stable word and nothing changed.
const char* mutate(std::vector<Row>& rows, Action action, Row row);
std::string_view words_of(std::string_view problem);

}  // namespace directory
