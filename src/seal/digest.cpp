// The low-level SHA calls of OpenSSL are used because only their state can be saved; they run the
// same assembly as EVP. Nothing outside this file knows.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "seal/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstring>
#include <vector>

#include "core/ensure.hpp"
#include "core/fault.hpp"

namespace seal {

static const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string_view to_string(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return "SHA-256";
        case DigestAlgorithm::sha384:
            return "SHA-384";
        case DigestAlgorithm::sha512:
            break;
    }
    return "SHA-512";
}

std::size_t digest_bytes(DigestAlgorithm algorithm) {
    return algorithm == DigestAlgorithm::sha256   ? 32
           : algorithm == DigestAlgorithm::sha384 ? 48
                                                  : 64;
}

// ---- saved state: magic, the eight words and the length in bytes big-endian, the open block ----

static void put(std::string& out, std::uint64_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xff);
}

static std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// Both contexts have the same members: h, Nl and Nh (length in bits), the open block, num.
template <typename Context>
static std::string save_state(const Context& c, std::string_view magic, const void* block) {
    constexpr int word = sizeof(c.h[0]);
    std::string out(magic);
    for (const auto h : c.h) put(out, h, word);
    std::uint64_t length = c.Nl >> 3;
    if constexpr (word == 4) length |= std::uint64_t{c.Nh} << 29;
    put(out, length, 8);
    out.append(static_cast<const char*>(block), c.num);
    return out;
}

template <typename Context>
static bool restore_state(Context& c, std::string_view magic, void* block, std::string_view saved) {
    constexpr std::size_t word = sizeof(c.h[0]), block_bytes = word * 16;
    const std::size_t fixed = magic.size() + 8 * word + 8;
    if (saved.size() < fixed || saved.substr(0, magic.size()) != magic) return false;
    const std::uint64_t length = get(saved, fixed - 8, 8);
    if (saved.size() - fixed != length % block_bytes || length >> 61 != 0) return false;
    for (std::size_t i = 0; i < 8; ++i)
        c.h[i] = static_cast<std::remove_reference_t<decltype(c.h[0])>>(
            get(saved, magic.size() + i * word, word));
    const std::uint64_t bits = length << 3;
    c.Nl = static_cast<decltype(c.Nl)>(bits);
    c.Nh = 0;
    if constexpr (word == 4) c.Nh = static_cast<decltype(c.Nh)>(length >> 29);
    std::memcpy(block, saved.data() + fixed, saved.size() - fixed);
    c.num = static_cast<unsigned>(saved.size() - fixed);
    return true;
}

// ---- SHA-256 ----

static_assert(sizeof(SHA256_CTX) == 112 && alignof(SHA256_CTX) <= 8);

static SHA256_CTX& small(std::array<std::uint8_t, 112>& room) {
    return *reinterpret_cast<SHA256_CTX*>(room.data());
}

Sha256::Sha256() {
    SHA256_Init(&small(context_));
}

void Sha256::update(std::string_view bytes) {
    SHA256_Update(&small(context_), bytes.data(), bytes.size());
}

Hash Sha256::value() const {
    auto copy = context_;
    Hash hash;
    SHA256_Final(hash.data(), &small(copy));
    return hash;
}

std::uint64_t Sha256::bytes() const {
    auto copy = context_;
    const SHA256_CTX& c = small(copy);
    return (std::uint64_t{c.Nh} << 32 | c.Nl) >> 3;
}

std::string Sha256::save() const {
    auto copy = context_;
    const SHA256_CTX& c = small(copy);
    return save_state(c, "s", c.data);
}

bool Sha256::restore(std::string_view saved) {
    Sha256 fresh;
    SHA256_CTX& c = small(fresh.context_);
    if (!restore_state(c, "s", c.data, saved)) return false;
    context_ = fresh.context_;
    return true;
}

// ---- any ----

static_assert(sizeof(SHA512_CTX) == 216 && alignof(SHA512_CTX) <= 8);

static SHA512_CTX& large(std::array<std::uint8_t, 216>& room) {
    return *reinterpret_cast<SHA512_CTX*>(room.data());
}

static void start(SHA512_CTX& c, DigestAlgorithm algorithm) {
    if (algorithm == DigestAlgorithm::sha384)
        SHA384_Init(&c);
    else
        SHA512_Init(&c);
}

Digest::Digest(DigestAlgorithm algorithm) : algorithm_(algorithm) {
    start(large(large_), algorithm_);
}

void Digest::update(std::string_view bytes) {
    if (algorithm_ == DigestAlgorithm::sha256)
        small_.update(bytes);
    else
        SHA512_Update(&large(large_), bytes.data(), bytes.size());
}

std::string Digest::value() const {
    if (algorithm_ == DigestAlgorithm::sha256) return std::string(bytes_of(small_.value()));
    auto copy = large_;
    std::string text(64, '\0');
    SHA512_Final(reinterpret_cast<unsigned char*>(text.data()), &large(copy));
    text.resize(digest_bytes(algorithm_));
    return text;
}

std::string Digest::save() const {
    if (algorithm_ == DigestAlgorithm::sha256) return small_.save();
    auto copy = large_;
    const SHA512_CTX& c = large(copy);
    return save_state(c, algorithm_ == DigestAlgorithm::sha384 ? "m" : "l", c.u.p);
}

bool Digest::restore(std::string_view saved) {
    if (algorithm_ == DigestAlgorithm::sha256) return small_.restore(saved);
    Digest fresh(algorithm_);
    SHA512_CTX& c = large(fresh.large_);
    if (!restore_state(c, algorithm_ == DigestAlgorithm::sha384 ? "m" : "l", c.u.p, saved))
        return false;
    large_ = fresh.large_;
    return true;
}

// ---- in one call ----

Hash sha256(std::string_view bytes) {
    // Not SHA256(), which looks its algorithm up behind a lock: keys of records are many and short.
    Hash hash;
    SHA256_CTX running;
    SHA256_Init(&running);
    SHA256_Update(&running, raw(bytes), bytes.size());
    SHA256_Final(hash.data(), &running);
    return hash;
}

std::string digest(DigestAlgorithm algorithm, std::string_view bytes) {
    Digest running(algorithm);
    running.update(bytes);
    return running.value();
}

Hash hmac_sha256(std::string_view key, std::string_view message) {
    Hash hash;
    unsigned length = 0;
    ENSURE(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(message),
                message.size(), hash.data(), &length) != nullptr &&
           length == hash.size());
    return hash;
}

// ---- text forms ----

std::string hex(std::string_view bytes) {
    static constexpr char digit[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        text += digit[static_cast<unsigned char>(c) >> 4];
        text += digit[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string hex(const Hash& hash) {
    return hex(bytes_of(hash));
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool from_hex(std::string_view text, std::string& bytes) {
    if (text.size() % 2 != 0) return false;
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return false;
        out += static_cast<char>(high << 4 | low);
    }
    bytes = std::move(out);
    return true;
}

static constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
    // Two digits for each twelve bits.
    static const auto pairs = [] {
        std::array<std::array<char, 2>, 4096> table;
        for (std::size_t i = 0; i < table.size(); ++i)
            table[i] = {base64_digits[i >> 6], base64_digits[i & 63]};
        return table;
    }();
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    const unsigned char* from = raw(bytes);
    char* to = text.data();
    std::size_t left = bytes.size();
    for (; left >= 3; left -= 3, from += 3, to += 4) {
        const std::uint32_t group =
            std::uint32_t{from[0]} << 16 | std::uint32_t{from[1]} << 8 | from[2];
        std::memcpy(to, pairs[group >> 12].data(), 2);
        std::memcpy(to + 2, pairs[group & 4095].data(), 2);
    }
    if (left == 0) return text;
    const std::uint32_t group =
        std::uint32_t{from[0]} << 16 | (left == 2 ? std::uint32_t{from[1]} << 8 : 0);
    std::memcpy(to, pairs[group >> 12].data(), 2);
    if (left == 2) to[2] = pairs[group & 4095][0];
    return text;
}

bool from_base64(std::string_view text, std::string& bytes) {
    static const auto values = [] {
        std::array<std::int8_t, 256> table;
        table.fill(-1);
        for (std::size_t i = 0; i < 64; ++i)
            table[static_cast<unsigned char>(base64_digits[i])] = static_cast<std::int8_t>(i);
        return table;
    }();
    if (text.size() % 4 != 0) return false;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pad = i >= text.size() - padding;
        const int value = pad ? 0 : values[static_cast<unsigned char>(text[i])];
        if (value < 0) return false;
        group = group << 6 | static_cast<std::uint32_t>(value);
        if (i % 4 != 3) continue;
        for (int shift = 16; shift >= 0; shift -= 8)
            out += static_cast<char>(group >> shift & 0xff);
        group = 0;
    }
    // Bits that padding cuts off must be zero, or one text would have several forms.
    for (std::size_t i = 0; i < padding; ++i) {
        if (out.back() != 0) return false;
        out.pop_back();
    }
    bytes = std::move(out);
    return true;
}

std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

bool to_hash(std::string_view bytes, Hash& hash) {
    if (bytes.size() != hash.size()) return false;
    std::memcpy(hash.data(), bytes.data(), hash.size());
    return true;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw core::Fault(core::FaultKind::world, "draw random bytes", "",
                          "the system's generator does not answer");
    return bytes;
}

}  // namespace seal
