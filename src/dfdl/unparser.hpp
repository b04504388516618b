#pragma once
// Writes elements by a Layout: padding, patterns of numbers and dates, escapes, separators. What is
// written is read back and compared before it is let out: a value that the layout would cut or
// change is refused, never changed.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dfdl/parser.hpp"

namespace dfdl {

struct Item {
    std::string name;  // local
    std::string text;  // of a simple element, as in XML
    bool nil = false;
    std::vector<Item> children;
};

// Why something cannot be written. Words for operators; never a value.
struct Refusal {
    std::string element, why;
};

class Unparser {
  public:
    explicit Unparser(const Layout& layout) : layout_(layout), reader_(layout) {}
    // Appends the bytes of one element. Nothing: done; else why not (out is as before).
    std::optional<Refusal> write(std::uint32_t element, const Item& item,
                                 const std::vector<Kept>& kept, std::string& out);
    // The reading back of the last one.
    const Parser& reader() const { return reader_; }

  private:
    bool refuse(const Term& term, const char* why);
    bool element(const Term& term, const Item& item, std::string& out);
    bool simple(const Term& term, const Item& item, std::string& out);
    bool boxed(const Term& term, std::string bytes, std::string& out);
    bool escaped(const Term& term, std::string& bytes);
    bool group(const Term& term, const std::vector<Item>& items, std::size_t& at, std::string& out);
    bool sequence(const Term& term, const std::vector<Item>& items, std::size_t& at,
                  std::string& out);
    bool choice(const Term& term, const std::vector<Item>& items, std::size_t& at,
                std::string& out);
    bool accepts(const Term& term, const std::string& name) const;
    bool same(const Item& item, std::size_t& node) const;

    const Layout& layout_;
    Parser reader_;
    std::optional<Refusal> refusal_;
};

// Writes a whole file from a stream of elements. Elements for which `streamed` holds (by term) are
// groups around units; each other one is held until it is complete.
class Writer {
  public:
    using Sink = std::function<void(std::string_view)>;
    Writer(const Layout& layout, std::vector<bool> streamed, Sink sink);

    void start(std::string_view name, bool nil);
    void text(std::string_view text);
    void end();
    const std::optional<Refusal>& refusal() const { return refusal_; }

  private:
    struct Open {
        std::uint32_t term = 0;
        std::size_t position = 0;  // among its elements: of the last child
        bool empty = true;
    };
    std::uint32_t child_named(std::string_view name);
    void separate(std::uint32_t child, bool behind);
    void unit();
    void keep(std::uint32_t unit);

    const Layout& layout_;
    const std::vector<bool> streamed_;
    const Sink sink_;
    Unparser unparser_;
    std::vector<Open> open_;
    std::vector<Item*> path_;  // into item_: the element that is open
    Item item_;
    std::uint32_t unit_ = none;
    std::vector<Kept> kept_;
    std::optional<Refusal> refusal_;
    bool done_ = false;
};

// The value that the text of an XML element stands for, in the form in which the parser gives it.
std::optional<std::string> canonical(const Term& term, std::string_view text);

}  // namespace dfdl
