#include "seal/der.hpp"

namespace seal::der {

std::optional<std::string_view> Values::next(unsigned char tag) {
    if (bytes_.size() - at_ < 2 || static_cast<unsigned char>(bytes_[at_]) != tag)
        return std::nullopt;
    std::size_t from = at_ + 2, length = static_cast<unsigned char>(bytes_[at_ + 1]);
    if (length >= 0x80) {
        const std::size_t digits = length - 0x80;
        if (digits == 0 || digits > 4 || bytes_.size() - from < digits) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < digits; ++i)
            length = length << 8 | static_cast<unsigned char>(bytes_[from + i]);
        from += digits;
    }
    if (bytes_.size() - from < length) return std::nullopt;
    at_ = from + length;
    return bytes_.substr(from, length);
}

bool Values::skip() {
    return !at_end() && next(static_cast<unsigned char>(bytes_[at_])).has_value();
}

// Behind the first byte of a length; none where that is all of it.
static int length_digits(std::size_t length) {
    if (length < 0x80) return 0;
    return length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
}

void begin(std::string& out, unsigned char tag, std::size_t content) {
    const int digits = length_digits(content);
    out += static_cast<char>(tag);
    out += static_cast<char>(digits == 0 ? content : 0x80 + static_cast<std::size_t>(digits));
    for (int i = digits; i-- > 0;) out += static_cast<char>(content >> (8 * i) & 0xff);
}

std::size_t whole(std::size_t content) {
    return 2 + static_cast<std::size_t>(length_digits(content)) + content;
}

std::string value(unsigned char tag, std::initializer_list<std::string_view> parts) {
    std::size_t length = 0;
    for (const std::string_view part : parts) length += part.size();
    std::string out;
    out.reserve(whole(length));
    begin(out, tag, length);
    for (const std::string_view part : parts) out += part;
    return out;
}

}  // namespace seal::der
