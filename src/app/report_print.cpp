#include "app/report_print.hpp"

#include "app/json.hpp"
#include "app/terminal.hpp"

namespace app {

using pages::Value;

std::string text_of(const pages::Sheet& sheet) {
    std::string out = coloured(sheet.title, Colour::bold);
    if (!sheet.period.empty()) out += ", " + sheet.period;
    out += '\n';
    TextTable figures;
    for (const pages::Figure& figure : sheet.figures)
        figures.row({{"  " + figure.label}, {figure.value.for_people(), Colour::none, true}});
    out += figures.str();
    for (const pages::Table& table : sheet.tables) {
        if (table.rows.empty()) continue;
        out += '\n' + coloured(table.title, Colour::bold) + '\n';
        TextTable text;
        std::vector<TextTable::Cell> heads;
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            heads.push_back(
                {table.columns[i].heading, Colour::bold, table.rows.front()[i].right()});
        text.row(std::move(heads));
        for (const auto& row : table.rows) {
            std::vector<TextTable::Cell> cells;
            for (const Value& value : row)
                cells.push_back({value.for_people(), Colour::none, value.right()});
            text.row(std::move(cells));
        }
        out += text.str();
    }
    for (const std::string& note : sheet.notes) out += '\n' + note + '\n';
    return out;
}

static void put(JsonObject& object, const std::string& key, const Value& value) {
    switch (value.kind) {
        case Value::Kind::unknown:
            object.null(key);
            break;
        case Value::Kind::text:
            object.text(key, value.text);
            break;
        case Value::Kind::number:
            object.number(key, value.number);
            break;
        case Value::Kind::decimal:
        case Value::Kind::percent:
            object.decimal(key, value.decimal, 2);
            break;
        case Value::Kind::flag:
            object.boolean(key, value.number != 0);
            break;
    }
}

std::string json_of(const pages::Sheet& sheet) {
    std::string out;
    for (const pages::Table& table : sheet.tables)
        for (const auto& row : table.rows) {
            JsonObject object;
            object.text("report", sheet.name).text("table", table.key);
            for (std::size_t i = 0; i < row.size(); ++i) put(object, table.columns[i].key, row[i]);
            out += object.str() + '\n';
        }
    JsonObject summary;
    summary.text("report", sheet.name)
        .boolean("summary", true)
        .text_or_null("period", sheet.period);
    for (const pages::Figure& figure : sheet.figures) put(summary, figure.key, figure.value);
    summary.texts("notes", sheet.notes);
    return out + summary.str() + '\n';
}

}  // namespace app
