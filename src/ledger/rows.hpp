#pragma once
// Rows to values and back, shared by the writing and the reading half of the ledger. Inside the
// ledger room only.
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "ledger/types.hpp"

namespace ledger {

std::string join_codes(const std::vector<std::string>& codes);  // by spaces
std::vector<std::string> split_codes(const std::string& text);

// Column lists that the two functions below read in order.
extern const char* const file_columns;
extern const char* const outgoing_columns;
File read_file(const Statement& row);
Outgoing read_outgoing(const Statement& row);

}  // namespace ledger
