#pragma once
// Reads one element of a flat file (a record, a header: what fits in memory) by its Layout.
// Recursive descent with one look back per choice and optional element; where the strict reading
// fails, a lenient one takes what is there and says what is wrong with it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "dfdl/layout.hpp"

namespace dfdl {

// One element that was read, in document order; parents stand before their children. Offsets are
// bytes of the data.
struct Node {
    std::uint32_t term = 0;
    std::uint32_t parent = none;                   // index of a node
    std::uint32_t begin = 0, end = 0;              // with what frames it
    std::uint32_t value_begin = 0, value_end = 0;  // of a simple element: trimmed
    std::uint32_t text = 0, length = 0;            // of a simple element: its value in `values`
    bool nil = false;
};

// Something wrong that did not stop the reading.
struct Note {
    core::Reason reason = core::Reason::line_too_short;
    const char* ccc = "093";
    std::uint32_t at = 0;
    std::uint32_t node = none;  // whose value it is; none: it is about the element as a whole
};

// Values that expressions may ask for, of elements around and before.
struct Kept {
    std::uint32_t term = 0;
    std::string value;
    bool operator==(const Kept&) const = default;
};
std::vector<std::string> values_of(const Layout& layout, const std::vector<Kept>& kept,
                                   std::uint32_t element, const ValuePath& path);

class Parser {
  public:
    enum class Mode : bool { strict, lenient };
    enum class Data : bool { goes_on, ends };

    explicit Parser(const Layout& layout) : layout_(layout) {}

    // Reads one occurrence of the element at the begin of `data`. False: it is none; why_not() says
    // what was wrong farthest into it. Lenient: false only where nothing of it is there.
    bool parse(std::uint32_t element, std::string_view data, Data more, Mode mode,
               const std::vector<Kept>& kept);
    // The result depends on data that is not there yet: give more and ask again.
    bool touched_end() const { return touched_ && more_ == Data::goes_on; }

    std::size_t consumed() const { return at_; }
    const std::vector<Node>& nodes() const { return nodes_; }
    const std::vector<Note>& notes() const { return notes_; }
    std::string_view value(const Node& node) const {
        return std::string_view(values_).substr(node.text, node.length);
    }
    struct Failure {
        std::size_t at = 0;
        core::Reason reason = core::Reason::line_too_short;
        bool other = false;  // a key or an assertion says that it is something else
    };
    Failure why_not() const { return {failure_.at, failure_.reason, failure_.other && !known_}; }

  private:
    struct Mark {
        std::size_t at, nodes, values, notes;
    };
    Mark mark() const { return {at_, nodes_.size(), values_.size(), notes_.size()}; }
    void back_to(const Mark& mark);
    bool fail(core::Reason reason, bool other = false);
    void note(core::Reason reason, const char* ccc, std::size_t at);
    bool give_up(const Failure& failure);

    std::string_view rest() const { return data_.substr(at_, limit_ - at_); }
    bool markup(const Markup& markup);
    bool asserted(const Term& term, std::uint32_t node);

    bool term(const Term& term, bool required);
    bool element(const Term& term, bool required);
    bool framed(const Term& term, std::uint32_t node, bool required);
    bool complex(const Term& term, std::uint32_t node);
    bool simple(const Term& term, std::uint32_t node);
    bool terminated(const Term& term);
    bool fixed_length(const Term& term, std::size_t& length);
    bool delimited(const Term& term, std::size_t& begin, std::size_t& end);
    std::size_t end_at(const Term& term, std::size_t at);
    bool value_of(const Term& term, std::uint32_t node, std::string_view raw, bool escaped);
    bool converted(const Term& term, std::uint32_t node, std::size_t text);
    static std::optional<std::size_t> as_it_stands(const Term& term, std::string_view text);
    bool is_the_key(const Term& term, std::uint32_t node, std::string_view value);
    bool sequence(const Term& term);
    bool one(const Term& sequence, const Term& child, bool required);
    bool occurrences(const Term& sequence, const Term& child, std::size_t& slots);
    bool separate(const Term& sequence, const Term& child, bool required, std::size_t slots,
                  bool& over);
    bool empty_slot(const Term& sequence, const Term& child, bool required);
    bool behind(const Term& sequence, bool required);
    bool choice(const Term& term);
    std::pair<std::uint64_t, std::uint64_t> bounds(const Term& child);
    ValuesOf values_from(std::uint32_t node);

    const Layout& layout_;
    std::string_view data_;
    std::size_t at_ = 0, limit_ = 0;
    Data more_ = Data::ends;
    bool lenient_ = false, touched_ = false, stop_ = false;
    bool known_ = false;  // a key, an initiator or an assertion said that it is what is asked for
    const std::vector<Kept>* kept_ = nullptr;
    std::vector<Node> nodes_;
    std::vector<Note> notes_;
    std::string values_;
    std::string scratch_;
    std::uint32_t parent_ = none;  // node
    Failure failure_;
    bool failed_ = false;
};

}  // namespace dfdl
