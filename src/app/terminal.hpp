#pragma once
// Text for people on a terminal: colours only where there is one, tables whose columns line up.
#include <string>
#include <string_view>
#include <vector>

namespace app {

enum class Colour : unsigned char { none, green, red, yellow, bold };

// stdout is a terminal, and NO_COLOR is not set.
bool shows_colours();
bool is_terminal();
std::string coloured(std::string_view text, Colour colour);

// Cells with their colour; columns are as wide as their widest cell, counted in code points.
class TextTable {
  public:
    struct Cell {
        std::string text;
        Colour colour = Colour::none;
        bool right = false;  // numbers
    };
    void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
    // `widths`: what columns have at least.
    std::string str(std::vector<std::size_t> widths = {}) const;

  private:
    std::vector<std::vector<Cell>> rows_;
};

// "1 file", "2 files".
std::string counted(long long count, std::string_view one, std::string_view many);
std::string csv_field(std::string_view text);
// What others wrote, on one line and without a word to the terminal: control characters become '?'.
std::string plain(std::string_view text);
// The body of an entry (JSON) as words: {"name":"X","records":3} is "name X, records 3".
std::string spoken(std::string_view json);

}  // namespace app
