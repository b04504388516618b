#pragma once
// The parser behind path.hpp, with the place of what is wrong. Internal to the room.
#include <optional>
#include <string>
#include <string_view>

#include "job/path.hpp"

namespace job {

struct TextFault {
    std::size_t at = 0;  // 0-based byte in the text
    std::string text;
};

class TextParser {
  public:
    TextParser(std::string_view text, const PrefixLookup& prefixes)
        : text_(text), prefixes_(prefixes) {}

    std::optional<Path> whole_path();
    std::optional<Condition> whole_condition();
    const TextFault& fault() const { return fault_; }

  private:
    bool fail(std::size_t at, std::string text);
    void skip_blanks();
    bool at(std::string_view token) const { return text_.substr(next_, token.size()) == token; }
    bool take(std::string_view token);
    bool take_word(std::string_view word);
    bool at_name() const;

    bool name(Name& name, bool is_attribute);
    bool literal(std::string& value);
    bool number(std::string& value);
    bool predicate(Step& step);
    bool ups(Path& path);
    bool steps(Path& path);
    bool path(Path& path);
    bool any(Condition& condition);
    bool all(Condition& condition);
    bool one(Condition& condition);
    bool comparison(Condition& condition);
    bool operand(std::string& value);
    bool ended(const char* what);

    std::string_view text_;
    const PrefixLookup& prefixes_;
    std::size_t next_ = 0;
    int depth_ = 0;
    TextFault fault_;
};

}  // namespace job
