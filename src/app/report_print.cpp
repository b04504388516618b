#include "app/report_print.hpp"

#include "app/json.hpp"
#include "app/terminal.hpp"

namespace app {

using pages::Value;

static std::string text_head(const pages::Sheet& sheet) {
    std::string out = coloured(sheet.title, Colour::bold);
    if (!sheet.period.empty()) out += ", " + sheet.period;
    out += '\n';
    TextTable figures;
    for (const pages::Figure& figure : sheet.figures)
        figures.row({{"  " + figure.label}, {figure.value.for_people(), Colour::none, true}});
    return out + figures.str();
}

enum class Headings : unsigned char { no, yes };

static std::string text_rows(const pages::Table& table, Headings headings,
                             std::vector<std::size_t> widths = {}) {
    if (table.rows.empty()) return {};
    std::string out;
    TextTable text;
    if (headings == Headings::yes) {
        out = '\n' + coloured(table.title, Colour::bold) + '\n';
        std::vector<TextTable::Cell> heads;
        for (std::size_t i = 0; i < table.columns.size(); ++i)
            heads.push_back(
                {table.columns[i].heading, Colour::bold, table.rows.front()[i].right()});
        text.row(std::move(heads));
    }
    for (const auto& row : table.rows) {
        std::vector<TextTable::Cell> cells;
        cells.reserve(row.size());
        for (const Value& value : row)
            cells.push_back({value.for_people(), Colour::none, value.right()});
        text.row(std::move(cells));
    }
    return out + text.str(std::move(widths));
}

static std::string text_notes(const pages::Sheet& sheet) {
    std::string out;
    for (const std::string& note : sheet.notes) out += '\n' + note + '\n';
    return out;
}

std::string text_of(const pages::Sheet& sheet) {
    std::string out = text_head(sheet);
    for (const pages::Table& table : sheet.tables) out += text_rows(table, Headings::yes);
    return out + text_notes(sheet);
}

void print_text(std::ostream& out, const pages::Sheet& sheet, std::vector<LongTable>& more) {
    out << text_head(sheet);
    for (const pages::Table& table : sheet.tables) out << text_rows(table, Headings::yes);
    for (LongTable& table : more) {
        Headings headings = Headings::yes;
        table.each([&](const pages::Table& rows) {
            out << text_rows(rows, headings, table.widths());
            headings = Headings::no;
        });
    }
    out << text_notes(sheet);
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

static std::string json_rows(const pages::Sheet& sheet, const pages::Table& table) {
    std::string out;
    for (const auto& row : table.rows) {
        JsonObject object;
        object.text("report", sheet.name).text("table", table.key);
        for (std::size_t i = 0; i < row.size(); ++i) put(object, table.columns[i].key, row[i]);
        out += object.str() + '\n';
    }
    return out;
}

static std::string json_summary(const pages::Sheet& sheet) {
    JsonObject summary;
    summary.text("report", sheet.name)
        .boolean("summary", true)
        .text_or_null("period", sheet.period);
    for (const pages::Figure& figure : sheet.figures) put(summary, figure.key, figure.value);
    summary.texts("notes", sheet.notes);
    return summary.str() + '\n';
}

std::string json_of(const pages::Sheet& sheet) {
    std::string out;
    for (const pages::Table& table : sheet.tables) out += json_rows(sheet, table);
    return out + json_summary(sheet);
}

void print_json(std::ostream& out, const pages::Sheet& sheet, std::vector<LongTable>& more) {
    for (const pages::Table& table : sheet.tables) out << json_rows(sheet, table);
    for (LongTable& table : more)
        table.each([&](const pages::Table& rows) { out << json_rows(sheet, rows); });
    out << json_summary(sheet);
}

void print_csv(std::ostream& out, const pages::Sheet& sheet, std::vector<LongTable>& more) {
    out << pages::csv_of(sheet);
    for (LongTable& table : more) {
        bool headings = true;
        table.each([&](const pages::Table& rows) {
            if (headings) out << '\n' << pages::csv_headings(rows);
            headings = false;
            out << pages::csv_rows(rows);
        });
    }
}

}  // namespace app
