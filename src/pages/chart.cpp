#include "pages/chart.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "pages/html.hpp"

namespace pages {

// Dark enough against white (3 to 1 at least), and told apart by their brightness alone.
static constexpr std::array<const char*, 4> colours{"#1f4e79", "#d08a1d", "#9c1c1c", "#5b7f3a"};

static double number_of(const Value& value) {
    if (value.kind == Value::Kind::number) return static_cast<double>(value.number);
    return value.kind == Value::Kind::unknown ? 0 : value.decimal;
}

static std::string rounded(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

std::string svg_of(const Table& table) {
    if (table.chart.empty() || table.rows.empty()) return {};
    const std::size_t first = table.rows.size() > bars_max ? table.rows.size() - bars_max : 0;
    const std::size_t bars = table.rows.size() - first;
    double most = 0;
    for (std::size_t i = first; i < table.rows.size(); ++i) {
        double sum = 0;
        for (const std::size_t column : table.chart) sum += number_of(table.rows[i][column]);
        most = std::max(most, sum);
    }
    if (most <= 0) return {};
    constexpr double label = 150, width = 560, row = 22, top = 28;
    const double height = top + row * static_cast<double>(bars) + 6;
    std::string out = "<figure><svg role=\"img\" viewBox=\"0 0 800 " + rounded(height) +
                      "\" width=\"800\" height=\"" + rounded(height) + "\"><title>" +
                      escaped(table.title) + "</title><desc>";
    for (std::size_t i = first; i < table.rows.size(); ++i) {
        out += escaped(table.rows[i][0].for_people());
        for (const std::size_t column : table.chart)
            out += " " + escaped(table.columns[column].heading) + " " +
                   escaped(table.rows[i][column].for_people());
        out += "; ";
    }
    out += "</desc><g font-family=\"sans-serif\" font-size=\"13\" fill=\"#1b1b1b\">";
    double x = label;
    for (std::size_t i = 0; i < table.chart.size(); ++i) {
        out += "<rect x=\"" + rounded(x) + "\" y=\"4\" width=\"13\" height=\"13\" fill=\"" +
               colours.at(i % colours.size()) + "\"/><text x=\"" + rounded(x + 18) +
               "\" y=\"15\">" + escaped(table.columns[table.chart[i]].heading) + "</text>";
        x += 140;
    }
    for (std::size_t i = first; i < table.rows.size(); ++i) {
        const double y = top + row * static_cast<double>(i - first);
        std::string name = table.rows[i][0].for_people();
        if (name.size() > 20) name = name.substr(0, 19) + "~";
        out += "<text x=\"" + rounded(label - 8) + "\" y=\"" + rounded(y + 14) +
               "\" text-anchor=\"end\">" + escaped(name) + "</text>";
        double at = label;
        std::string numbers;
        for (std::size_t k = 0; k < table.chart.size(); ++k) {
            const Value& value = table.rows[i][table.chart[k]];
            const double length = number_of(value) / most * width;
            if (length > 0)
                out += "<rect x=\"" + rounded(at) + "\" y=\"" + rounded(y + 2) + "\" width=\"" +
                       rounded(std::max(length, 1.0)) + "\" height=\"16\" fill=\"" +
                       colours.at(k % colours.size()) + "\"/>";
            at += length;
            numbers += (numbers.empty() ? "" : " + ") + value.for_people();
        }
        out += "<text x=\"" + rounded(std::min(at, label + width) + 6) + "\" y=\"" +
               rounded(y + 14) + "\">" + escaped(numbers) + "</text>";
    }
    return out + "</g></svg></figure>\n";
}

}  // namespace pages
