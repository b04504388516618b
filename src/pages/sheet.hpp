#pragma once
// A sheet is what a report comes to: headline figures, tables, notes. Plain values; one sheet is
// shown as text, JSON, CSV or HTML. No figure is computed here and no file is touched.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pages {

// One cell. Unknown is a value of its own: null in JSON, empty in CSV, a dash for people.
struct Value {
    enum class Kind : unsigned char { unknown, text, number, decimal, percent, flag };
    Kind kind = Kind::unknown;
    std::string text;
    std::int64_t number = 0;
    double decimal = 0;  // of percent: 99.5 is 99.5 %

    Value() = default;
    Value(std::string value) : kind(Kind::text), text(std::move(value)) {}
    Value(std::string_view value) : Value(std::string(value)) {}
    Value(const char* value) : Value(std::string(value)) {}
    static Value of(std::int64_t value);
    static Value of(double value);
    static Value percent(double value);  // in hundredths
    // part of whole in percent; unknown where the whole is 0
    static Value share(std::int64_t part, std::int64_t whole);
    static Value flag(bool value);
    bool right() const {
        return kind == Kind::number || kind == Kind::decimal || kind == Kind::percent;
    }
    std::string for_people() const;  // "-" for unknown, "99.50 %"
    std::string plain() const;       // "" for unknown, "99.50"
};

struct Column {
    std::string key;      // stable, for programs: "records_late"
    std::string heading;  // for people: "LATE"
};

struct Table {
    std::string key, title;
    std::vector<Column> columns;
    std::vector<std::vector<Value>> rows;  // each as long as columns
    std::vector<std::size_t> chart = {};   // columns drawn as stacked bars (HTML alone)
};

struct Figure {
    std::string key, label;
    Value value;
};

struct Sheet {
    std::string name;    // "sla", as in `sluice report sla`
    std::string title;   // one line
    std::string period;  // "2026-11-01 .. 2026-11-30"; empty where there is none
    std::vector<Figure> figures;
    std::vector<Table> tables;
    std::vector<std::string> notes;
};

// A self-contained page: no script, no network, prints well.
std::string html_of(const Sheet& sheet, std::string_view made_at);
// One line for each row behind the headings of its table; the first field names the table, and an
// empty line stands between tables.
std::string csv_of(const Sheet& sheet);
std::string csv_headings(const Table& table);
std::string csv_rows(const Table& table);

}  // namespace pages
