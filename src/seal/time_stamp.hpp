#pragma once
// Time-stamps of RFC 3161: what to ask of an authority, whether its answer holds, and the token as
// an unsigned attribute of a CMS signature (CAdES-T). How the authority is reached is not known
// here.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "seal/certificate.hpp"
#include "seal/digest.hpp"

namespace seal {

// The authorities whose tokens count: roots, issuing certificates and, where tokens do not carry
// them, those of the authorities themselves; jobs/trust/tsa/*.pem.
class TimeStampTrust {
  public:
    // No folder or no file: nothing is trusted, and no token holds.
    static TimeStampTrust load(const std::filesystem::path& folder);
    static TimeStampTrust of(std::vector<CertificateFacts> certificates);
    const std::vector<CertificateFacts>& certificates() const { return certificates_; }

  private:
    std::vector<CertificateFacts> certificates_;
};

struct TimeStampRequest {
    std::string der;    // what goes to the authority
    Hash imprint{};     // SHA-256 of what is stamped
    std::string nonce;  // hex, so that an old answer is not taken for this one
};
// `policy` is the dotted OID that is asked for and demanded; empty: whatever the authority gives.
TimeStampRequest time_stamp_request(const Hash& imprint, const std::string& policy = {});

struct TimeStamp {
    std::string reason;  // empty: it holds
    std::string token;   // DER of the TimeStampToken (itself a CMS)
    core::Instant at;
    std::string policy, serial, authority;  // dotted OID, hex, the signer's subject
    bool good() const { return reason.empty(); }
};
// An authority's answer (.tsr) to this request: status, signature and chain, imprint, nonce,
// policy. A bad answer is a value, since the caller decides whether he can go on without.
TimeStamp check_response(std::string_view response, const TimeStampRequest& request,
                         const TimeStampTrust& trust);
// A token as it was kept: over this imprint, by an authority of ours.
TimeStamp check_token(std::string_view token, const Hash& imprint, const TimeStampTrust& trust);

// ---- CAdES-T ----

// What a signature-time-stamp covers: SHA-256 of the signature value of the only signer.
Hash time_stamp_imprint(std::string_view cms_der);
// The same CMS with the token as unsigned attribute signature-time-stamp; nothing signed changes.
std::string with_time_stamp(std::string_view cms_der, std::string_view token);
// The token inside an FS in any encoding of the channel; none where there is none.
std::optional<std::string> time_stamp_token(std::string_view fs);

// Gives the token for a signature, or nothing where the house's setting allows to go without; a
// Fault where it does not. Called by several threads at once.
using TimeStamper = std::function<std::string(const Hash& imprint)>;

}  // namespace seal
