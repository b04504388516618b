#pragma once
// Bars as inline SVG: readable without colour (each bar carries its number) and by a screen reader
// (title and description). The table under it holds the same figures.
#include <string>

#include "pages/sheet.hpp"

namespace pages {

// Stacked bars of the columns `table.chart`, one bar a row, labelled by the first column. At most
// `bars_max` rows, the last ones.
std::string svg_of(const Table& table);

inline constexpr std::size_t bars_max = 62;

}  // namespace pages
