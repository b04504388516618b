#pragma once
// Pieces of HTML that every page is made of: escaping, the frame with its style, tables.
#include <string>
#include <string_view>

#include "pages/sheet.hpp"

namespace pages {

// For text and for attribute values; bytes that are not allowed in HTML become U+FFFD.
std::string escaped(std::string_view text);
// A whole document around `body`; language as in <html lang>.
std::string page(std::string_view title, std::string_view language, std::string_view body);
std::string html_table(const Table& table);

}  // namespace pages
