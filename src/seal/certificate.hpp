#pragma once
// X.509 certificates as values: read from PEM or DER, told apart by the SHA-256 of their DER. What
// is trusted, and since when, is seal/cms_verify.hpp.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"

namespace seal {

struct CertificateFacts {
    std::string der;
    std::string fingerprint;      // lower-case hex SHA-256 of the DER
    std::string subject, issuer;  // RFC 2253 text
    std::string serial;           // hex
    core::Instant not_before, not_after;
};

// All certificates of a PEM or DER file or text; a Fault when there is none or one cannot be read.
std::vector<CertificateFacts> read_certificates(const std::filesystem::path& file);
std::vector<CertificateFacts> parse_certificates(std::string_view pem_or_der,
                                                 const std::string& shown_name);

// PEM of one certificate.
std::string certificate_text(const CertificateFacts& facts);

}  // namespace seal
