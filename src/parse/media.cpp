#include "parse/media.hpp"

#include <algorithm>

namespace parse {

using job::MediaType;
using namespace std::string_view_literals;

namespace {

constexpr std::size_t head_bytes = 512, tail_bytes = 31;

struct Mark {
    MediaType type;
    std::string_view begin;
};
constexpr Mark marks[] = {
    {MediaType::pdf, "%PDF-"sv},         {MediaType::png, "\x89PNG\r\n\x1A\n"sv},
    {MediaType::jpeg, "\xFF\xD8\xFF"sv}, {MediaType::gif, "GIF87a"sv},
    {MediaType::gif, "GIF89a"sv},        {MediaType::tiff, "II*\0"sv},
    {MediaType::tiff, "MM\0*"sv},        {MediaType::zip, "PK\x03\x04"sv},
    {MediaType::zip, "PK\x05\x06"sv},    {MediaType::rtf, "{\\rtf"sv},
};

bool has(std::string_view text, std::string_view word) {
    return text.find(word) != std::string_view::npos;
}

bool is_name_begin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void Media::update(std::string_view piece) {
    if (head_.size() < head_bytes) head_.append(piece.substr(0, head_bytes - head_.size()));
    if (text_) look_at_text(piece);
    if (is_zip()) look_for_parts(piece);
}

bool Media::is_zip() const {
    return begins("PK\x03\x04") || begins("PK\x05\x06");
}

// The parts of an office document stand under their names in the ZIP file, in no certain order.
void Media::look_for_parts(std::string_view piece) {
    const auto look = [&](std::string_view text) {
        types_part_ = types_part_ || has(text, "[Content_Types].xml");
        word_part_ = word_part_ || has(text, "word/document");
        sheet_part_ = sheet_part_ || has(text, "xl/workbook");
        slide_part_ = slide_part_ || has(text, "ppt/presentation");
    };
    look(tail_ + std::string(piece.substr(0, tail_bytes)));
    look(piece);
    tail_ += piece.substr(piece.size() - std::min(piece.size(), tail_bytes));
    tail_.erase(0, tail_.size() - std::min(tail_.size(), tail_bytes));
}

// Well-formed UTF-8 (no surrogates, nothing longer than need be) without control characters.
void Media::look_at_text(std::string_view piece) {
    for (const char c : piece) {
        const auto byte = static_cast<unsigned char>(c);
        if (continued_ > 0) {
            text_ = byte >= least_ && byte <= most_;
            --continued_;
            least_ = 0x80;
            most_ = 0xBF;
        } else if (byte < 0x80) {
            text_ =
                (byte >= 0x20 && byte != 0x7F) || (byte >= '\t' && byte <= '\r' && byte != 0x0B);
        } else {
            continued_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
            text_ = byte >= 0xC2 && byte <= 0xF4;
            if (byte == 0xE0) least_ = 0xA0;
            if (byte == 0xED) most_ = 0x9F;
            if (byte == 0xF0) least_ = 0x90;
            if (byte == 0xF4) most_ = 0x8F;
        }
        if (!text_) return;
    }
}

// <?xml, or a tag, a comment or a document type behind white space.
bool Media::is_xml() const {
    std::string_view text = head_;
    if (begins("\xFE\xFF"sv)) return begins("\xFE\xFF\0<"sv);
    if (begins("\xFF\xFE"sv)) return begins("\xFF\xFE<\0"sv);
    if (begins("\xEF\xBB\xBF"sv)) text.remove_prefix(3);
    const std::size_t at = text.find_first_not_of(" \t\r\n");
    if (at == std::string_view::npos || text[at] != '<' || at + 1 >= text.size()) return false;
    const std::string_view rest = text.substr(at + 1);
    return rest.rfind("?xml", 0) == 0 || rest.rfind("!--", 0) == 0 ||
           rest.rfind("!DOCTYPE", 0) == 0 || is_name_begin(rest.front());
}

bool Media::is(MediaType type) const {
    switch (type) {
        case MediaType::docx:
            return is_zip() && types_part_ && word_part_;
        case MediaType::xlsx:
            return is_zip() && types_part_ && sheet_part_;
        case MediaType::pptx:
            return is_zip() && types_part_ && slide_part_;
        case MediaType::xml:
            return is_xml();
        case MediaType::text:
            return text_ && continued_ == 0 && !head_.empty() && !begins("%PDF-");
        default:
            return std::any_of(std::begin(marks), std::end(marks), [&](const Mark& mark) {
                return mark.type == type && begins(mark.begin);
            });
    }
}

}  // namespace parse
