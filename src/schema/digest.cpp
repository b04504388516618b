#include "schema/digest.hpp"

#include <bit>

#include "core/sha256_words.hpp"

namespace schema {

namespace {

std::uint32_t word_at(const unsigned char* bytes) {
    return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) |
           (std::uint32_t{bytes[2]} << 8) | bytes[3];
}

}  // namespace

void Sha256::block(const unsigned char* bytes) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = word_at(bytes + 4 * i);
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) + w[i - 7] +
               (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t one = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                  ((e & f) ^ (~e & g)) + core::sha256_round_words[i] + w[i];
        const std::uint32_t two =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
    }
    const std::array<std::uint32_t, 8> sum{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) {
        state_[i] += sum[i];
    }
}

void Sha256::add(std::string_view bytes) {
    length_ += bytes.size();
    pending_.append(bytes);
    std::size_t at = 0;
    for (; pending_.size() - at >= 64; at += 64) {
        block(reinterpret_cast<const unsigned char*>(pending_.data()) + at);
    }
    pending_.erase(0, at);
}

std::string Sha256::hex() {
    const std::uint64_t bits = length_ * 8;
    std::string end(1, static_cast<char>(0x80));
    end.append((120 - (pending_.size() + 1)) % 64, '\0');
    for (int shift = 56; shift >= 0; shift -= 8) {
        end.push_back(static_cast<char>((bits >> shift) & 0xFF));
    }
    add(end);
    std::string text;
    for (const std::uint32_t word : state_) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            text.push_back("0123456789abcdef"[(word >> shift) & 0xF]);
        }
    }
    return text;
}

}  // namespace schema
