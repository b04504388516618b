#pragma once
// A Layout: how the bytes of a flat file stand for elements. Compiled from an XSD with DFDL 1.0
// annotations (the subset of docs/formats.md); immutable, shared by all threads. The same layout
// reads (parser.hpp) and writes (unparser.hpp).
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dfdl/calendar.hpp"
#include "dfdl/expression.hpp"
#include "dfdl/literal.hpp"
#include "dfdl/number.hpp"

namespace dfdl {

inline constexpr std::uint32_t none = 0xFFFFFFFF;  // no term
inline constexpr std::uint64_t unbounded = ~std::uint64_t{0};

enum class Base : unsigned char { string, number, integer, boolean, date, time, date_time };
enum class LengthKind : unsigned char { explicit_, delimited, implicit, end_of_parent };
enum class Occurs : unsigned char { fixed, implicit, parsed, expression, stop_value };
enum class Position : unsigned char { infix, prefix, postfix };
enum class Suppression : unsigned char { never, any_empty, trailing_empty, trailing_empty_strict };
enum class Justify : unsigned char { left, right, center };
enum class NilKind : unsigned char { literal_value, logical_value, literal_character };

struct Escape {
    bool block = false;
    std::string start, end;          // of a block
    std::string character;           // before a delimiter; in a block: before its end
    std::string before_character;    // escapeEscapeCharacter
    std::vector<std::string> extra;  // characters that are escaped, too
    bool always = false;             // generateEscapeBlock
};

struct Text {
    bool trims = false, pads = false, truncates = false;
    Justify justify = Justify::left;
    std::string pad;          // one character, in the encoding
    std::uint64_t least = 0;  // characters to pad to, where nothing else says it
};

struct Assert {
    Expression test;
    bool discriminates = false;
};

struct Term {
    enum class Kind : unsigned char { element, sequence, choice } kind = Kind::element;
    std::string name;
    std::string space;               // namespace, of an element
    std::string tag;                 // its name as written in XML: with the prefix of its namespace
    std::string start_tag, end_tag;  // of it
    std::uint32_t parent = none;
    std::vector<std::uint32_t> children;  // a complex element has one: its group
    std::string where;                    // file:line:column, for words about it

    std::uint64_t least = 1, most = 1;  // occurrences
    Occurs occurs = Occurs::implicit;
    Expression count;               // Occurs::expression
    std::vector<std::string> stop;  // Occurs::stop_value
    bool is_array() const { return most > 1; }

    Charset charset = Charset::utf8;
    Markup initiator, terminator;
    bool final_terminator_may_miss = true;
    std::vector<Assert> asserts;

    // elements
    bool complex = false;
    LengthKind length_kind = LengthKind::implicit;
    bool length_in_bytes = false;
    std::uint64_t length = 0;
    Expression length_of;            // where it is calculated
    std::uint64_t length_least = 0;  // what the facets say of a text, in characters
    Base base = Base::string;
    Text text;
    NumberFormat number;
    CalendarFormat calendar;
    std::vector<std::string> truths, untruths;  // of a boolean
    std::optional<Escape> escape;
    bool nillable = false;
    NilKind nil_kind = NilKind::literal_value;
    Markup nil;
    std::vector<std::string> nil_texts;
    std::optional<std::string> fixed;      // @fixed, or the only value of its enumeration
    std::optional<std::string> otherwise;  // @default
    bool is_key = false;                   // `fixed` tells which branch or record this is
    std::vector<const Markup*> ends;       // simple: what may follow it inside its box
    std::array<bool, 256> ends_first{};

    // sequences
    Markup separator;
    Position position = Position::infix;
    Suppression suppression = Suppression::any_empty;

    // choices
    Expression dispatch;
    std::vector<std::vector<std::string>> branch_keys;  // one for each child
};

struct Layout {
    std::vector<Term> terms;          // 0 is the root element; parents stand before their children
    Charset charset = Charset::utf8;  // of the root
    std::vector<std::pair<std::string, std::string>> spaces;  // prefix ("": default), namespace
    bool any_nillable = false;
    std::vector<std::string> kept;  // names of elements that expressions look at, sorted

    std::string root_start() const;  // as XML
    std::string root_end() const;
    void name_tags();  // once, when all terms are there
    // The element behind names from the root down; none if there is none.
    std::uint32_t find(const std::vector<std::string>& names) const;
    // The nearest element around a term; none for the root.
    std::uint32_t element_around(std::uint32_t term) const;
    // The elements directly inside an element, through its groups, in order.
    std::vector<std::uint32_t> elements_in(std::uint32_t element) const;
};

struct Diagnostic {
    std::filesystem::path file;
    std::size_t line = 0, column = 0;
    std::string text;
};

struct Loaded {
    std::shared_ptr<const Layout> layout;  // null where errors is not empty
    std::vector<Diagnostic> errors;
};

// `documents`: the entry document and everything that it includes and imports, the entry first.
// `root`: local name of the global element that a file is; "": the first one of the entry document.
Loaded load(const std::vector<std::filesystem::path>& documents, const std::string& root);

}  // namespace dfdl
