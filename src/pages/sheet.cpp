#include "pages/sheet.hpp"

#include <array>
#include <cstdio>

namespace pages {

Value Value::of(std::int64_t value) {
    Value v;
    v.kind = Kind::number;
    v.number = value;
    return v;
}

Value Value::of(double value) {
    Value v;
    v.kind = Kind::decimal;
    v.decimal = value;
    return v;
}

Value Value::percent(double value) {
    Value v;
    v.kind = Kind::percent;
    v.decimal = value;
    return v;
}

Value Value::share(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return {};
    // 99.996 must not be shown as 100.00: shares are cut, never rounded up to the whole.
    const std::int64_t hundredths = static_cast<std::int64_t>(
        static_cast<double>(part) / static_cast<double>(whole) * 10'000.0 + 1e-6);
    return percent(static_cast<double>(hundredths) / 100.0);
}

Value Value::flag(bool value) {
    Value v;
    v.kind = Kind::flag;
    v.number = value ? 1 : 0;
    return v;
}

static std::string fixed(double value) {
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.2f", value);
    return buffer.data();
}

std::string Value::plain() const {
    switch (kind) {
        case Kind::unknown:
            return "";
        case Kind::text:
            return text;
        case Kind::number:
            return std::to_string(number);
        case Kind::decimal:
        case Kind::percent:
            return fixed(decimal);
        case Kind::flag:
            return number != 0 ? "true" : "false";
    }
    return "";
}

std::string Value::for_people() const {
    if (kind == Kind::unknown) return "-";
    if (kind == Kind::percent) return plain() + " %";
    if (kind == Kind::flag) return number != 0 ? "yes" : "no";
    return plain();
}

static std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string csv_headings(const Table& table) {
    std::string line = "table";
    for (const Column& column : table.columns) line += ',' + csv_field(column.key);
    return line + '\n';
}

std::string csv_rows(const Table& table) {
    std::string out;
    for (const auto& row : table.rows) {
        out += table.key;
        for (const Value& value : row) out += ',' + csv_field(value.plain());
        out += '\n';
    }
    return out;
}

std::string csv_of(const Sheet& sheet) {
    std::string out;
    for (const Table& table : sheet.tables)
        out += (out.empty() ? "" : "\n") + csv_headings(table) + csv_rows(table);
    return out;
}

}  // namespace pages
