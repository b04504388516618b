#pragma once
// How keys and certificates of this installation are made. Not for other rooms.
#include <filesystem>
#include <string>

#include "seal/keys.hpp"
#include "seal/openssl.hpp"

namespace seal::parts {

inline constexpr const char *authority_key = "ca.key", *authority_file = "ca.pem",
                            *signer_key = "signer.key", *signer_uri = "signer.uri",
                            *signer_chain = "signer.pem", *log_key = "log.key",
                            *log_public = "log.pub", *pseudonym_file = "pseudonym.key",
                            *journal_file = "journal.key";
inline constexpr std::size_t secret_bytes = 32;

std::string certificate_pem(X509* certificate);
OwnedCertificate read_certificate(const std::filesystem::path& file);  // the first one in it
OwnedKey new_key(KeyAlgorithm algorithm);                              // not ed25519
OwnedCertificate make_authority(const KeyOptions& options, EVP_PKEY* key, core::Instant now);
OwnedCertificate make_signer(const KeyOptions& options, EVP_PKEY* key, X509* authority,
                             EVP_PKEY* authority_secret, core::Instant now);
// For what is enveloped to us: it may encipher keys, and sign nothing.
OwnedCertificate make_recipient(const KeyOptions& options, EVP_PKEY* key, X509* authority,
                                EVP_PKEY* authority_secret, core::Instant now);
// PKCS #10 for an authority outside; `name` becomes the common name.
std::string certificate_request(const std::string& name, EVP_PKEY* key);

std::string first_line(const std::string& text);
std::string read_hex_secret(const std::filesystem::path& file);
// The key in FOLDER/PREFIXlog.key, checked against PREFIXlog.pub.
NoteSigner load_log_key(const std::filesystem::path& folder, const std::string& prefix = {});

}  // namespace seal::parts

namespace seal {
// Completes what a crash cut short between a roll's marker and its last rename (key_roll.cpp).
void finish_rolls(const std::filesystem::path& folder);
}  // namespace seal
