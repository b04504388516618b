#pragma once
// What the journal says in public: C2SP signed notes with Ed25519, checkpoints and tlog-proofs as
// text. Anyone's tools can check them.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "seal/merkle.hpp"

namespace seal {

// The public half: a name and an Ed25519 key. As text "name+hex id+base64(0x01 || key)".
struct VerifierKey {
    std::string name;
    std::array<std::uint8_t, 32> key{};
    std::uint32_t id() const;
    std::string text() const;
    static std::optional<VerifierKey> parse(std::string_view text);
};

bool ed25519_verify(const std::array<std::uint8_t, 32>& key, std::string_view message,
                    std::string_view signature);

class NoteSigner {
  public:
    // The 32 bytes of an RFC 8032 private key; `name` without spaces and plus signs.
    NoteSigner(std::string name, std::string_view private_key);
    NoteSigner(NoteSigner&&) noexcept;
    NoteSigner& operator=(NoteSigner&&) noexcept;
    ~NoteSigner();
    const VerifierKey& verifier() const { return verifier_; }
    std::string sign_raw(std::string_view message) const;  // 64 bytes
    // `text` ends in a newline; gives text, a blank line and one signature line.
    std::string sign(std::string_view text) const;

  private:
    struct Key;
    std::unique_ptr<Key> key_;
    VerifierKey verifier_;
};

inline constexpr std::size_t note_bytes_max = 64 << 10;

// The signed text when at least one of `keys` has signed it and no signature of a known key is
// wrong; none otherwise.
std::optional<std::string> open_note(std::string_view note, const std::vector<VerifierKey>& keys);

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
    std::vector<std::string> extensions;

    std::string text() const;  // unsigned; ends in a newline
    static std::optional<Checkpoint> parse(std::string_view text);
};

// c2sp.org/tlog-proof: the proof of one entry with the signed checkpoint it holds under.
struct LogProof {
    std::string extra;  // raw bytes, not authenticated; empty: no line
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
    std::string checkpoint;  // the signed note, verbatim

    std::string text() const;
    static std::optional<LogProof> parse(std::string_view text);
};

// The checkpoint under which `entry_leaf` is proven, or none.
std::optional<Checkpoint> verify_log_proof(const LogProof& proof, const Hash& entry_leaf,
                                           const std::vector<VerifierKey>& keys);

}  // namespace seal
