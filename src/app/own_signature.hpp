#pragma once
// Is this signature ours, over these bytes?
#include <filesystem>
#include <string>
#include <vector>

#include "core/instant.hpp"
#include "seal/cms_verify.hpp"

namespace app {

inline constexpr std::size_t own_signature_bytes_max = 1 << 20;

seal::ContentDigest digest_of(const std::filesystem::path& file, seal::DigestAlgorithm algorithm);

// The certificate must have been valid when it signed, not today: answers are kept for years.
seal::SignatureVerdict own_signature(const std::filesystem::path& file,
                                     const std::string& signature,
                                     const std::vector<seal::CertificateFacts>& chain,
                                     core::Instant now);

}  // namespace app
