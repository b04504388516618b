#pragma once
// Writing XML: escaping, and a small streaming writer for answers and reports. Appends to a string
// of the caller, who may take the text away at any time between two calls.
#include <string>
#include <string_view>
#include <vector>

namespace xml {

// Character data and attribute values (fit for double quotes). What XML 1.0 cannot carry (control
// characters, broken UTF-8, U+FFFE, surrogates) becomes U+FFFD.
void escape_text(std::string_view text, std::string& out);
void escape_attribute(std::string_view text, std::string& out);
std::string escape_text(std::string_view text);
std::string escape_attribute(std::string_view text);

class Writer {
  public:
    enum class Layout : unsigned char { compact, indented };
    explicit Writer(std::string& out, Layout layout = Layout::indented)
        : out_(out), layout_(layout) {}

    Writer& declaration();  // <?xml version="1.0" encoding="UTF-8"?>
    // Names are the caller's: qualified as they shall stand, never from outside data.
    Writer& start(std::string_view name);
    Writer& attribute(std::string_view name, std::string_view value);
    Writer& attribute(std::string_view name, long long value);
    Writer& text(std::string_view text);
    Writer& raw(std::string_view markup);  // already well-formed
    Writer& comment(std::string_view text);
    Writer& end();
    // <name>text</name>; an empty text gives <name/>.
    Writer& leaf(std::string_view name, std::string_view text);
    Writer& leaf(std::string_view name, long long value);
    // Closes all that is open, ends with a line end.
    void finish();
    std::size_t depth() const { return open_.size(); }

  private:
    struct Open {
        std::size_t name;  // where it begins in names_
        bool has_text = false, has_children = false;
    };
    void close_tag();
    void new_line(std::size_t depth);

    std::string& out_;
    Layout layout_;
    std::vector<Open> open_;
    std::string names_;  // of open_, one behind the other
    bool tag_open_ = false;
    bool anything_ = false;
};

}  // namespace xml
