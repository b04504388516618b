#pragma once
// The keys of this installation: a small certificate authority, the signing certificate under it,
// the Ed25519 key of the journal, and the key of the pseudonyms. They live in spool/keys (0700,
// files 0600) and nowhere else; but the signing key may be kept by an OpenSSL provider: then
// signer.uri holds the URI under which OSSL_STORE finds it. Rolling them: seal/key_roll.hpp.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "seal/certificate.hpp"
#include "seal/cms_sign.hpp"
#include "seal/note.hpp"

namespace seal {

enum class KeyAlgorithm : unsigned char { ec_p256, ec_p384, rsa_3072, rsa_4096, ed25519 };
std::string_view to_string(KeyAlgorithm algorithm);  // "ec-p256"
std::optional<KeyAlgorithm> parse_key_algorithm(std::string_view text);

struct KeyOptions {
    std::string installation = "sluice.example";  // origin of the journal, name in certificates
    int authority_days = 3650;
    int signer_days = 1095;
};

// Creates what is missing and touches nothing that is there, so it is safe to run again.
void create_keys(const std::filesystem::path& folder, const KeyOptions& options, core::Instant now);

class Keys {
  public:
    // A Fault when a key is missing or others than its owner can read it.
    static Keys load(const std::filesystem::path& folder);

    const Signer& signer() const { return *signer_; }
    void set_time_stamper(TimeStamper stamper) { signer_->set_time_stamper(std::move(stamper)); }
    const NoteSigner& log() const { return *log_; }
    const std::string& pseudonym_key() const { return pseudonym_key_; }
    // The secret of the salts in the journal's commitments to records.
    const std::string& journal_key() const { return journal_key_; }
    // PEM: the signing certificate and its authority; what `sluice key export` prints.
    const std::string& public_chain() const { return public_chain_; }
    std::vector<CertificateFacts> chain() const;

  private:
    Keys() = default;
    std::unique_ptr<Signer> signer_;
    std::unique_ptr<NoteSigner> log_;
    std::string pseudonym_key_, journal_key_, public_chain_;
};

// For doctor: what is wrong or soon will be, in plain sentences; empty when all is well.
std::vector<std::string> key_complaints(const std::filesystem::path& folder, core::Instant now,
                                        int warn_days = 60);
// The same of keys that could be loaded.
std::vector<std::string> key_complaints(const Keys& keys, core::Instant now, int warn_days = 60);

// The same secret and the same person give the same name; without the secret nobody can tell who.
std::string pseudonym(std::string_view key, std::string_view person);  // 32 hex characters

}  // namespace seal
