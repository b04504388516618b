#pragma once
// A table of the reference directory in XML (xsd/directory.xsd) as the CSV that the store loads, in
// a stream. Rows keep the line on which they begin where one line holds one row, so that what is
// found about them has its place.
#include <filesystem>
#include <vector>

#include "directory/store.hpp"

namespace app {

bool is_xml_table(const std::filesystem::path& file);
// Writes `to`. What is wrong with the form of the XML; empty: nothing.
std::vector<directory::RowFinding> table_as_csv(const std::filesystem::path& xml,
                                                directory::TableName table,
                                                const std::filesystem::path& to);

}  // namespace app
