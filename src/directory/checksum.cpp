#include "directory/checksum.hpp"

#include <cstdio>
#include <cstring>

namespace directory {

static std::uint64_t word(const unsigned char* at) {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint64_t checksum(const void* bytes, std::size_t count) {
    const auto* at = static_cast<const unsigned char*>(bytes);
    // Four chains at once: a multiplication takes longer than its turn.
    std::uint64_t lanes[4] = {count, 0x2d358dccaa6c78a5ULL, 0x8bb84b93962eacc9ULL,
                              0x4b33a62ed433d4a3ULL};
    std::size_t left = count;
    for (; left >= 64; left -= 64, at += 64)
        for (std::size_t i = 0; i < 4; ++i)
            lanes[i] =
                mixed(word(at + 16 * i) ^ 0x4d5a2da51de1aa47ULL, word(at + 16 * i + 8) ^ lanes[i]);
    unsigned char tail[64] = {};
    if (left > 0) std::memcpy(tail, at, left);  // of nothing there is no address
    for (std::size_t i = 0; i < 4; ++i)
        lanes[i] =
            mixed(word(tail + 16 * i) ^ 0xa0761d6478bd642fULL, word(tail + 16 * i + 8) ^ lanes[i]);
    return mixed(lanes[0] ^ lanes[2], lanes[1] ^ 0xe7037ed1a0b428dbULL) ^
           mixed(lanes[3] ^ 0x8ebc6af09c88c6e3ULL, lanes[2] + lanes[0]);
}

std::string RowSum::hex() const {
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(high),
                  static_cast<unsigned long long>(low));
    return text;
}

}  // namespace directory
