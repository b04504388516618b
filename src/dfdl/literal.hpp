#pragma once
// DFDL string literals: text with character entities (%NL; %#x1F;), raw bytes (%#rFF;) and the
// classes of white space, compiled to bytes of the character set.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "dfdl/charset.hpp"

namespace dfdl {

inline constexpr std::size_t no_match = std::string::npos;

struct Literal {
    enum class Kind : unsigned char { bytes, new_line, space, spaces, some_spaces, nothing };
    struct Item {
        Kind kind = Kind::bytes;
        std::string bytes;
    };
    std::vector<Item> items;
    std::string output;  // what is written for it

    // How many bytes at the begin of `data` it is; no_match: none. `touched_end` is set where more
    // data could have made a difference.
    std::size_t match(std::string_view data, Charset charset, bool& touched_end) const;
    bool has_new_line(Charset charset) const;
    bool may_be_empty() const;
};

// What may stand at one place: any of these, the longest one that fits.
struct Markup {
    std::vector<Literal> list;
    Charset charset = Charset::utf8;
    bool ignore_case = false;
    std::array<bool, 256> first{};  // bytes that may begin it
    // One literal of plain bytes, or one end of a line, is told without looking at the list.
    enum class Plain : unsigned char { no, bytes, line } shape = Plain::no;

    bool empty() const { return list.empty(); }
    bool may_be_empty() const;
    bool has_new_line() const;
    std::size_t match(std::string_view data, bool& touched_end) const;
    const std::string& output() const { return list.front().output; }
    void finish();  // fills `first`
};

// Throws std::string (what is wrong) for an unknown entity.
Literal compile_literal(std::string_view text, Charset charset, const std::string& new_line);
// A list separated by white space; "" is none.
Markup compile_markup(std::string_view text, Charset charset, const std::string& new_line,
                      bool ignore_case);
// One or more characters as UTF-8, without classes: pad characters, separators of numbers.
std::string compile_characters(std::string_view text);

}  // namespace dfdl
