// A version's tables as the CSV rows they are loaded from.
#include "directory/csv.hpp"
#include "directory/table_rules.hpp"
#include "directory/version_content.hpp"

namespace directory {

static void append_date(std::string& row, core::Date date) {
    row += ',';
    if (date != open_end) row += core::to_string(date);
}

void Store::export_rows(const Version& version, TableName table,
                        const Visit<std::string_view>& visit) {
    std::string row;
    if (table == TableName::persons) {
        version.each_row([&](PersonKey person, const Holding& holding) {
            row = to_insz(person);
            row.append(",").append(holding.partner);
            for (const std::uint16_t code :
                 {holding.sector, holding.institution_type, holding.quality})
                row.append(",").append(std::to_string(code));
            append_date(row, holding.from);
            append_date(row, holding.to);
            visit(row);
        });
        return;
    }
    const TextTable* rows = version.content_->table(table);
    for (std::uint64_t i = 0; rows != nullptr && i < rows->size(); ++i) {
        const auto columns = delivered_columns(table, (*rows)[i]);
        row.clear();
        for (std::size_t column = 0; column < column_count(table); ++column)
            row.append(column > 0 ? "," : "").append(csv_quoted(columns[column]));
        visit(row);
    }
}

}  // namespace directory
