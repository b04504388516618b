#pragma once
// SHA-2, streaming and in one call, and what is built on it: HMAC. The state of a running SHA-256
// or SHA-512 can be saved and taken up again after a restart (decisions: digests of 10 GB are not
// computed twice).
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace seal {

using Hash = std::array<std::uint8_t, 32>;

enum class DigestAlgorithm : std::uint8_t { sha256, sha384, sha512 };
std::string_view to_string(DigestAlgorithm algorithm);  // "SHA-256"
std::size_t digest_bytes(DigestAlgorithm algorithm);

class Sha256 {
  public:
    Sha256();
    void update(std::string_view bytes);
    // The digest of what was given so far; the object goes on unharmed.
    Hash value() const;
    std::uint64_t bytes() const;
    // A portable form, 105 bytes at most; restore() ENSUREs nothing: false when it is not such a
    // form.
    std::string save() const;
    bool restore(std::string_view saved);

  private:
    alignas(8) std::array<std::uint8_t, 112> context_;
};

// Any of the algorithms a signature may name.
class Digest {
  public:
    explicit Digest(DigestAlgorithm algorithm);
    void update(std::string_view bytes);
    std::string value() const;  // raw bytes
    DigestAlgorithm algorithm() const { return algorithm_; }
    std::string save() const;
    bool restore(std::string_view saved);

  private:
    DigestAlgorithm algorithm_;
    Sha256 small_;
    alignas(8) std::array<std::uint8_t, 216> large_;
};

Hash sha256(std::string_view bytes);
std::string digest(DigestAlgorithm algorithm, std::string_view bytes);  // raw bytes
Hash hmac_sha256(std::string_view key, std::string_view message);

std::string hex(std::string_view bytes);
std::string hex(const Hash& hash);
bool from_hex(std::string_view text, std::string& bytes);  // both cases; false when it is not hex
std::string base64(std::string_view bytes);                // RFC 4648 section 4, one line
// Strict: no white space, canonical padding.
bool from_base64(std::string_view text, std::string& bytes);
std::string_view bytes_of(const Hash& hash);
bool to_hash(std::string_view bytes, Hash& hash);  // false unless 32 bytes

// Takes the same time wherever the two differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);
std::string random_bytes(std::size_t count);

}  // namespace seal
