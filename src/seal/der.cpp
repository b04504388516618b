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

std::string value(unsigned char tag, std::initializer_list<std::string_view> parts) {
    std::size_t length = 0;
    for (const std::string_view part : parts) length += part.size();
    std::string out;
    out.reserve(length + 6);
    out += static_cast<char>(tag);
    if (length < 0x80) {
        out += static_cast<char>(length);
    } else {
        const int digits = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
        out += static_cast<char>(0x80 + digits);
        for (int i = digits; i-- > 0;) out += static_cast<char>(length >> (8 * i) & 0xff);
    }
    for (const std::string_view part : parts) out += part;
    return out;
}

}  // namespace seal::der
