#include "app/terminal.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace app {

bool is_terminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}

bool shows_colours() {
    const char* refused = std::getenv("NO_COLOR");
    return is_terminal() && (refused == nullptr || *refused == '\0');
}

std::string coloured(std::string_view text, Colour colour) {
    static constexpr const char* escapes[] = {"", "\033[32m", "\033[31m", "\033[33m", "\033[1m"};
    if (colour == Colour::none || text.empty() || !shows_colours()) return std::string(text);
    return escapes[static_cast<std::size_t>(colour)] + std::string(text) + "\033[0m";
}

static std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string TextTable::str(std::vector<std::size_t> widths) const {
    for (const auto& cells : rows_) {
        widths.resize(std::max(widths.size(), cells.size()));
        for (std::size_t i = 0; i < cells.size(); ++i)
            widths[i] = std::max(widths[i], width_of(cells[i].text));
    }
    std::string text;
    for (const auto& cells : rows_) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string space(widths[i] - width_of(cells[i].text), ' ');
            if (i > 0) line += "  ";
            if (cells[i].right) line += space;
            line += coloured(plain(cells[i].text), cells[i].colour);
            if (!cells[i].right && i + 1 < cells.size()) line += space;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::string counted(long long count, std::string_view one, std::string_view many) {
    return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string plain(std::string_view text) {
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
        const bool is_c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        if (is_c1) ++i;
        shown += is_c1 || byte < 0x20 || byte == 0x7F ? '?' : text[i];
    }
    return shown;
}

std::string spoken(std::string_view json) {
    std::string text;
    bool inside = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') {
            inside = !inside;
        } else if (inside) {
            if (c == '\\' && i + 1 < json.size()) ++i;
            text += json[i];
        } else if (c == ':') {
            text += ' ';
        } else if (c == ',') {
            text += ", ";
        } else if (c != '{' && c != '}') {
            text += c;
        }
    }
    return text;
}

}  // namespace app
