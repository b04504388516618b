#pragma once
// What kind of document is this? Told from marks in the content alone, which comes in pieces.
#include <cstdint>
#include <string>
#include <string_view>

#include "job/attachments.hpp"

namespace parse {

class Media {
  public:
    void update(std::string_view piece);
    // After the last piece.
    bool is(job::MediaType type) const;

  private:
    void look_for_parts(std::string_view piece);
    void look_at_text(std::string_view piece);
    bool is_zip() const;
    bool is_xml() const;
    bool begins(std::string_view mark) const { return head_.rfind(mark, 0) == 0; }

    std::string head_;  // the first bytes
    std::string tail_;  // the last bytes of the piece before: a name may be cut in two
    bool types_part_ = false, word_part_ = false, sheet_part_ = false, slide_part_ = false;
    bool text_ = true;                          // so far
    unsigned continued_ = 0;                    // bytes of a UTF-8 sequence that are still to come
    unsigned char least_ = 0x80, most_ = 0xBF;  // of the next of them
};

}  // namespace parse
