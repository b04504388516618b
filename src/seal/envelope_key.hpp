#pragma once
// What stands in the header of an envelope: the cipher of the content, and its key under ours.
// Internal to the room.
#include <optional>
#include <string>
#include <string_view>

#include "seal/envelope.hpp"
#include "seal/openssl.hpp"

namespace seal {

struct DecryptionKey::Content {
    OwnedKey key;
    OwnedCertificate certificate;
};

struct ContentCipher {
    const EVP_CIPHER* cipher = nullptr;
    std::string iv;
    std::size_t tag_bytes = 0;  // of GCM
};
// `algorithm` is the DER of an AlgorithmIdentifier. AES in GCM where `authenticated`, else in CBC.
bool read_cipher(std::string_view algorithm, bool authenticated, ContentCipher& wanted);

// From the SET of recipients (BER). None: no recipient is we, by RSA. Where the key itself cannot
// be opened a random one is given, so that nobody can tell by our answer what was wrong with it.
std::optional<std::string> content_key(std::string_view recipients,
                                       const DecryptionKey::Content& own, std::size_t bytes);

}  // namespace seal
