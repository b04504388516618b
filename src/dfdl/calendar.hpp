#pragma once
// Dates and times as flat files write them (DFDL calendarPattern) to and from xs:date, xs:time and
// xs:dateTime.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dfdl {

struct CalendarFormat {
    struct Item {
        char letter = 0;  // of the pattern; 0: literal text
        unsigned count = 0;
        std::string text;
    };
    std::vector<Item> items;  // empty: the lexical form of XML Schema itself
    unsigned century_start = 53;
    bool strict = true;
    bool has_date = true, has_time = false;
    // The text is digits alone and each field as long as its pattern: the pattern's letters count.
};

// Throws std::string where the pattern is outside the subset.
void compile_pattern(std::string_view pattern, CalendarFormat& format);

std::optional<std::string> parse_calendar(const CalendarFormat& format, std::string_view text);
// Nothing where the lexical form is none, or the pattern would lose something of it.
std::optional<std::string> format_calendar(const CalendarFormat& format, std::string_view lexical);

}  // namespace dfdl
