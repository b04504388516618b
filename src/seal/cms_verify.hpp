#pragma once
// Is this FS a good signature of that partner over content with these digests? CMS (RFC 5652),
// detached, verified against digests computed elsewhere: the content is never read again. A bad
// signature is a value (the sender can mend it); only unreadable trust files are a Fault.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "seal/certificate.hpp"
#include "seal/digest.hpp"

namespace seal {

enum class ExpiredCrl : unsigned char { refuse, accept };
enum class MissingCrl : unsigned char { refuse, accept };

struct SignaturePolicy {
    std::size_t signature_bytes_max = 256 << 10;  // of the FS file
    std::size_t certificates_max = 16;            // carried inside one FS
    std::vector<DigestAlgorithm> digests = {DigestAlgorithm::sha256, DigestAlgorithm::sha384,
                                            DigestAlgorithm::sha512};
    int rsa_bits_min = 2048;
    int rsa_bits_max = 16384;
    int chain_depth_max = 8;
    // An issuer whose list has run out, and one that never gave us a list.
    ExpiredCrl expired_crl = ExpiredCrl::refuse;
    MissingCrl missing_crl = MissingCrl::accept;
};

// A certificate that is registered for the partner, and the days on which it counts (included).
struct RegisteredCertificate {
    std::string der;
    std::optional<core::Date> from, to;
};
// The signing certificate of a file (the first one in it).
RegisteredCertificate register_certificate(const std::filesystem::path& file,
                                           std::optional<core::Date> from = {},
                                           std::optional<core::Date> to = {});

struct ContentDigest {
    DigestAlgorithm algorithm = DigestAlgorithm::sha256;
    std::string value;  // raw bytes
};

struct Reception {
    core::Instant at;  // certificates and revocation lists are judged at this instant
    core::Date day;    // the same, as a civil date of the home
};

// Annex 25 main and explanatory codes, the annex 30 code that answers the sender, and a sentence
// for operators without personal data. All zero: good.
struct SignatureVerdict {
    int main_code = 0;         // 0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 99
    int explanatory_code = 0;  // 0..4006
    int answer_code = 0;       // 0, 125 (signature) or 153 (not this partner's certificate)
    std::string reason;
    std::string signer_fingerprint;  // where the signer's certificate was found
    DigestAlgorithm algorithm = DigestAlgorithm::sha256;
    std::optional<core::Instant> claimed_at;  // signingTime, as the signer says
    bool has_unsigned_attributes = false;     // CAdES-T time-stamps and the like: ignored
    bool good() const { return answer_code == 0; }
};

// What must be computed over the content before verify_signature: read the FS first, then the FI
// once.
struct SignaturePeek {
    SignatureVerdict verdict;  // not good: refused without looking at the content
    DigestAlgorithm algorithm = DigestAlgorithm::sha256;
};
SignaturePeek peek_signature(std::string_view fs, const SignaturePolicy& policy = {});

// The authorities and revocation lists of jobs/trust: ca/*.pem, crl/*.pem. Read once, then shared
// by threads.
class TrustStore {
  public:
    static TrustStore load(const std::filesystem::path& folder);
    // These authorities and no revocation lists: for whoever verifies with a chain alone.
    static TrustStore of(std::vector<CertificateFacts> authorities);
    TrustStore(TrustStore&&) noexcept;
    TrustStore& operator=(TrustStore&&) noexcept;
    ~TrustStore();

    struct RevocationList {
        std::string file, issuer;
        core::Instant this_update;
        std::optional<core::Instant> next_update;
    };
    std::vector<CertificateFacts> authorities() const;     // for doctor
    std::vector<RevocationList> revocation_lists() const;  // for doctor

    struct Content;
    const Content& content() const { return *content_; }

  private:
    explicit TrustStore(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};

// `digests` must hold the algorithm that peek_signature named (ENSUREd when the peek is good).
SignatureVerdict verify_signature(std::string_view fs, const std::vector<ContentDigest>& digests,
                                  const TrustStore& trust,
                                  const std::vector<RegisteredCertificate>& registered,
                                  const Reception& reception, const SignaturePolicy& policy = {});

// FS bytes in any of the encodings of the channel (DER, base64 in one line or in lines with CR, LF
// or CRLF, PEM) to DER; false when they are none of these.
bool signature_der(std::string_view fs, std::string& der);

}  // namespace seal
