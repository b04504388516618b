#pragma once
// Regular expressions of XML Schema 1.0 (appendix F), compiled ahead to a table of states. Matching
// is always of the whole text, in time linear in it; nothing here can explode or backtrack.
//
// The automaton reads *classes* of code points (those that no part of the expression tells apart),
// so that \w or \p{L} cost one column, not hundreds of byte states. ASCII bytes find their class in
// a table of 128; other code points through class_of().
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace schema {

struct RegexError {
    std::size_t position = 0;  // byte in the expression
    std::string text;
    bool too_large = false;  // not wrong, but above a limit below: leave it to the referee
};

struct RegexLimits {
    std::uint32_t nodes_max = 400'000;    // of the nondeterministic automaton, repeats written out
    std::uint32_t states_max = 250'000;   // of the table
    std::uint32_t cells_max = 2'000'000;  // of the table: states x classes
    std::uint32_t build_steps_max = 4'000'000;  // work spent on building the table
    // What gets no table is simulated, up to this many nodes (each may cost a step a character).
    std::uint32_t simulated_nodes_max = 20'000;
    std::uint32_t depth_max = 250;  // nested groups and subtractions
};

// The deterministic automaton. State 0 is dead: it never accepts and never leaves itself. State 1
// is where a match begins.
//     state = next[state * classes + ascii_class[byte]]   // byte < 0x80
struct RegexTable {
    std::uint32_t classes = 0;
    std::uint32_t states = 0;
    std::array<std::uint16_t, 128> ascii_class{};
    std::vector<std::uint32_t> next;      // states x classes
    std::vector<std::uint8_t> accepting;  // per state: 1 = the text may end here
};

class Regex {
  public:
    // Null with `error` when an expression is wrong. Several alternatives are one expression
    // (pattern facets of one restriction step are ORed).
    static std::shared_ptr<const Regex> compile(const std::vector<std::string>& alternatives,
                                                RegexError& error, const RegexLimits& limits = {});
    ~Regex();
    Regex(const Regex&) = delete;
    Regex& operator=(const Regex&) = delete;

    // Is the whole text in the language? Text that is not UTF-8 never is.
    bool matches(std::string_view text) const;

    // Null when the table would have been above the limits.
    const RegexTable* table() const;
    // The class of any code point (also of ASCII); for the rare bytes >= 0x80.
    std::uint16_t class_of(char32_t code_point) const;
    const std::vector<std::string>& sources() const;

  private:
    struct Impl;
    explicit Regex(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// One code point of UTF-8 at text[at], `at` moved behind it; 0xFFFFFFFF where it is malformed.
char32_t next_code_point(std::string_view text, std::size_t& at);

}  // namespace schema
