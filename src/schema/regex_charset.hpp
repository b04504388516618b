#pragma once
// Sets of code points for regular expressions, and the Unicode tables behind \p, \i and \c.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace schema {

struct CodeRange {
    char32_t first, last;
    bool operator==(const CodeRange&) const = default;
};

struct Block {
    std::string_view name;  // without "Is"
    CodeRange range;
};

// Sorted, disjoint, not adjacent once tidy() was called; all operations return tidy sets.
class CharSet {
  public:
    CharSet() = default;
    static CharSet single(char32_t c) { return range(c, c); }
    static CharSet range(char32_t first, char32_t last);
    static CharSet of(const CodeRange* ranges, std::size_t count);
    // A category (Lu) or a group of them (L); false if there is no such name.
    static bool category(std::string_view name, CharSet& out);
    static bool block(std::string_view name, CharSet& out);
    static CharSet word();   // \w
    static CharSet space();  // \s
    static CharSet name_start();
    static CharSet name_char();

    void add(const CharSet& other) {
        ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
    }
    void tidy();
    CharSet complement() const;
    CharSet minus(const CharSet& other) const;
    bool contains(char32_t c) const;
    const std::vector<CodeRange>& ranges() const { return ranges_; }
    bool operator==(const CharSet&) const = default;

  private:
    std::vector<CodeRange> ranges_;
};

inline constexpr char32_t code_point_max = 0x10FFFF;

// regex_tables.cpp
extern const std::uint32_t category_runs[];
extern const std::size_t category_runs_count;
extern const CodeRange name_start_ranges[];
extern const std::size_t name_start_ranges_count;
extern const CodeRange name_char_ranges[];
extern const std::size_t name_char_ranges_count;
extern const Block blocks[];
extern const std::size_t blocks_count;

}  // namespace schema
