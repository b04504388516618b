#pragma once
// Private keys on disk: PKCS #8 PEM, readable by their owner alone. Not for other rooms.
#include <filesystem>
#include <string>

#include "seal/openssl.hpp"

namespace seal::parts {

// A Fault unless it is a regular file of ours (or root's) that nobody else can read.
std::string read_secret(const std::filesystem::path& file);
OwnedKey read_private_key(const std::filesystem::path& file);
// The private key that OSSL_STORE finds under a URI; a file: must be as strict as a key of ours. A
// Fault when there is none, or a password would be asked for.
OwnedKey open_private_key(const std::string& uri);
std::string private_key_pem(EVP_PKEY* key);

}  // namespace seal::parts
