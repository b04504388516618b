#pragma once
// Sheets on stdout: as tables for people, and as one JSON object a line.
#include <ostream>
#include <string>
#include <vector>

#include "app/long_table.hpp"
#include "pages/sheet.hpp"

namespace app {

std::string text_of(const pages::Sheet& sheet);
// A line for each row {"report","table",...}, then {"report","summary":true,"period",...}.
std::string json_of(const pages::Sheet& sheet);

// The same, and as CSV, of a sheet that goes on with tables that are longer than memory.
void print_text(std::ostream& out, const pages::Sheet& sheet, std::vector<LongTable>& more);
void print_json(std::ostream& out, const pages::Sheet& sheet, std::vector<LongTable>& more);
void print_csv(std::ostream& out, const pages::Sheet& sheet, std::vector<LongTable>& more);

}  // namespace app
