#pragma once
// Sheets on stdout: as tables for people, and as one JSON object a line.
#include <string>

#include "pages/sheet.hpp"

namespace app {

std::string text_of(const pages::Sheet& sheet);
// A line for each row {"report","table",...}, then {"report","summary":true,"period",...}.
std::string json_of(const pages::Sheet& sheet);

}  // namespace app
