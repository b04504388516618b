#include "seal/ber.hpp"

namespace seal::ber {

static constexpr int depth_max = 16;

Read read_tag(std::string_view bytes, Item& item) {
    if (bytes.size() < 2) return Read::more;
    item = {};
    item.tag = static_cast<unsigned char>(bytes[0]);
    if ((item.tag & 0x1f) == 0x1f) return Read::wrong;
    const auto first = static_cast<unsigned char>(bytes[1]);
    item.header = 2;
    if (first == 0x80) {
        item.indefinite = (item.tag & 0x20) != 0;
        return item.indefinite ? Read::good : Read::wrong;
    }
    if (first < 0x80) {
        item.length = first;
        return Read::good;
    }
    const std::size_t count = first & 0x7fU;
    if (count > 7) return Read::wrong;
    if (bytes.size() < 2 + count) return Read::more;
    for (std::size_t i = 0; i < count; ++i)
        item.length = item.length << 8 | static_cast<unsigned char>(bytes[2 + i]);
    item.header += count;
    return Read::good;
}

// Length of the whole value at the begin of `bytes`; 0 with more or wrong.
static std::size_t whole_length(std::string_view bytes, int depth, Read& read) {
    Item item;
    read = read_tag(bytes, item);
    if (read != Read::good) return 0;
    if (!item.indefinite) {
        if (item.length <= bytes.size() - item.header) return item.header + item.length;
        read = Read::more;
        return 0;
    }
    if (depth == 0) {
        read = Read::wrong;
        return 0;
    }
    std::size_t at = item.header;
    for (;;) {
        if (bytes.size() < at + 2) {
            read = Read::more;
            return 0;
        }
        if (bytes[at] == 0 && bytes[at + 1] == 0) return at + 2;
        const std::size_t inner = whole_length(bytes.substr(at), depth - 1, read);
        if (read != Read::good) return 0;
        at += inner;
    }
}

bool Reader::begin(Item& item) {
    const Read read = read_tag(bytes_.substr(at_), item);
    more_ = more_ || read == Read::more;
    if (read != Read::good) return false;
    at_ += item.header;
    return true;
}

bool Reader::enter(unsigned char tag) {
    Item item;
    const std::size_t before = at_;
    if (!begin(item)) return false;
    if (item.tag == tag) return true;
    at_ = before;
    return false;
}

std::string_view Reader::take(unsigned char tag) {
    const std::string_view rest = bytes_.substr(at_);
    if (rest.empty()) more_ = true;
    if (rest.empty() || static_cast<unsigned char>(rest[0]) != tag) return {};
    Read read = Read::good;
    const std::size_t length = whole_length(rest, depth_max, read);
    more_ = more_ || read == Read::more;
    if (read != Read::good) return {};
    at_ += length;
    return rest.substr(0, length);
}

}  // namespace seal::ber
