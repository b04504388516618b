#pragma once
// CMS envelopes: files that only their recipient can read. Ours are AuthEnvelopedData with
// AES-256-GCM, written as a stream; theirs are opened as a stream, in one pass, whatever their
// length.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/instant.hpp"
#include "seal/digest.hpp"

namespace seal {

struct Enveloped {
    std::uint64_t bytes = 0;
    Hash digest{};  // SHA-256 of the envelope
};

// `from` into the new file `to` (whole or absent, durable), for whoever has the key of the first
// certificate in `recipient`: RSA or elliptic curve. `openssl cms -decrypt -inform DER` opens it. A
// Fault where the certificate cannot be used.
Enveloped envelope_file(const std::filesystem::path& from, const std::filesystem::path& to,
                        const std::filesystem::path& recipient);

// ---- theirs ----

// The installation's own RSA key for what is enveloped to it, and its certificate.
class DecryptionKey {
  public:
    // FOLDER/decryption.key and decryption.pem; none where there are none.
    static std::optional<DecryptionKey> find(const std::filesystem::path& folder);
    DecryptionKey(DecryptionKey&&) noexcept;
    DecryptionKey& operator=(DecryptionKey&&) noexcept;
    ~DecryptionKey();

    struct Content;
    const Content& content() const { return *content_; }

  private:
    explicit DecryptionKey(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};
// Makes both, under the installation's authority; false: they are there already.
bool create_decryption_key(const std::filesystem::path& folder, const std::string& installation,
                           core::Instant now);
// PEM of the certificate that senders envelope to; empty: none.
std::string decryption_certificate(const std::filesystem::path& folder);

// Whether a file begins like a CMS envelope (EnvelopedData or AuthEnvelopedData, DER or BER).
bool looks_enveloped(std::string_view begin);
inline constexpr std::size_t envelope_begin_bytes = 40;

// Opens one envelope as its bytes arrive. What comes out before finish() said yes is not proven:
// keep it apart until then.
class EnvelopeOpener {
  public:
    explicit EnvelopeOpener(const DecryptionKey* key);  // null: every envelope is for others
    ~EnvelopeOpener();
    EnvelopeOpener(const EnvelopeOpener&) = delete;
    EnvelopeOpener& operator=(const EnvelopeOpener&) = delete;

    // The plain text of these bytes is appended to `plain`. False from the first fault on.
    bool feed(std::string_view bytes, std::string& plain);
    // Behind the last byte: whole, and authentic where the algorithm can tell.
    bool finish(std::string& plain);
    const std::string& reason() const { return reason_; }  // in words for operators

  private:
    class Parser;
    std::unique_ptr<Parser> parser_;
    std::string reason_;
};

}  // namespace seal
