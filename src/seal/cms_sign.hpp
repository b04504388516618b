#pragma once
// Our own signatures: CMS, detached, over a digest that is known already: CAdES-BES (the signed
// attributes name the signing certificate), with the proof of the journal as an unsigned attribute,
// and CAdES-T where a time-stamping authority is set. `openssl cms -verify -binary` accepts them.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/instant.hpp"
#include "seal/certificate.hpp"
#include "seal/digest.hpp"
#include "seal/time_stamp.hpp"

namespace seal {

// The unsigned attribute that carries a C2SP tlog-proof as an OCTET STRING. Under the arc of UUIDs
// (ITU-T X.667), which needs no registration.
inline constexpr const char* journal_proof_oid = "2.25.286160358964991906026168384696630266787";

// How an FS file is written: the channel takes one line, or 76 columns with a single CR.
enum class SignatureLines : unsigned char { one, cr, lf, crlf };

// A private key with its certificate (and chain). Safe to share between threads.
class Signer {
  public:
    // A Fault when unreadable, when the two do not belong together, or when others can read the
    // key.
    static Signer load(const std::filesystem::path& key_file,
                       const std::filesystem::path& chain_file);
    // The key as an OpenSSL provider keeps it: file:/PATH, pkcs11:..., whatever OSSL_STORE opens.
    static Signer load_uri(const std::string& uri, const std::filesystem::path& chain_file);
    Signer(Signer&&) noexcept;
    Signer& operator=(Signer&&) noexcept;
    ~Signer();

    // From now on every signature is time-stamped. Before other threads sign.
    void set_time_stamper(TimeStamper stamper);

    // DER. `content_digest` is the SHA-256 of the content; `journal_proof` is left out when empty.
    std::string sign(const Hash& content_digest, core::Instant at,
                     std::string_view journal_proof = {}) const;
    const CertificateFacts& certificate() const;

    struct Content;

  private:
    explicit Signer(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};

// DER to the text of an FS file.
std::string signature_text(std::string_view der, SignatureLines lines = SignatureLines::one);
// The journal proof inside a CMS (any encoding of the channel); none when there is none.
std::optional<std::string> journal_proof(std::string_view fs);

}  // namespace seal
