#pragma once
// What each of the smaller tables must look like, and the order in which its fields are kept, so
// that the first fields are those it is asked by.
#include <cstdint>
#include <memory>
#include <string>

#include "directory/csv.hpp"
#include "directory/findings.hpp"
#include "directory/store.hpp"

namespace directory {

// Column names of the table, as in header_line().
std::size_t column_count(TableName table);
// Checks the header of a file; a finding and false where it is another one.
bool check_header(CsvReader& reader, TableName table, std::string_view expected,
                  FindingList& findings);
// False and a finding where the row's form is wrong; blank rows are `blank`.
enum class RowForm : unsigned char { good, bad, blank };
RowForm check_form(const CsvReader& row, TableName table, std::size_t columns,
                   FindingList& findings);

// The row as it is kept (fields joined by field_mark); empty where it has findings.
std::string kept_row(const CsvReader& row, TableName table, FindingList& findings);
// The delivered columns of a kept row, in the order of the header.
std::array<std::string_view, 9> delivered_columns(TableName table, std::string_view kept);

inline constexpr std::uint64_t authorisations_max = 1'000'000, replaced_max = 20'000'000;

struct LoadedTable {
    std::uint64_t rows = 0, rows_read = 0;
    std::string digest;
};
// Reads, checks, sorts and writes a table to `out` (new file). `work` takes runs.
LoadedTable load_table(TableName table, const fs::path& csv, const fs::path& out,
                       const fs::path& work, const StoreOptions& options, FindingList& findings);

}  // namespace directory
