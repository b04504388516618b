#include "seal/keys.hpp"

#include <openssl/ec.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/zone.hpp"
#include "seal/key_file.hpp"
#include "seal/key_making.hpp"
#include "seal/openssl.hpp"

namespace seal {

namespace fs = std::filesystem;

namespace {

using namespace parts;

constexpr std::int64_t day_microseconds = 86'400'000'000;

// The key first and the certificate last: where the certificate stands, its key is durable.
void create_authority(const fs::path& folder, const KeyOptions& options, core::Instant now) {
    if (io::facts(folder / authority_file)) return;
    const OwnedKey key = new_key(KeyAlgorithm::ec_p256);
    const OwnedCertificate authority = make_authority(options, key.get(), now);
    io::write_file(folder / authority_key, parts::private_key_pem(key.get()));
    io::write_file(folder / authority_file, certificate_pem(authority.get()));
}

void create_signer(const fs::path& folder, const KeyOptions& options, core::Instant now) {
    if (io::facts(folder / signer_chain)) return;
    const OwnedKey secret = parts::read_private_key(folder / authority_key);
    const OwnedCertificate authority = read_certificate(folder / authority_file);
    const OwnedKey key = new_key(KeyAlgorithm::ec_p256);
    const OwnedCertificate signer =
        make_signer(options, key.get(), authority.get(), secret.get(), now);
    io::write_file(folder / signer_key, parts::private_key_pem(key.get()));
    io::write_file(folder / signer_chain,
                   certificate_pem(signer.get()) + certificate_pem(authority.get()));
}

void create_log_key(const fs::path& folder, const KeyOptions& options) {
    if (io::facts(folder / log_public)) return;
    const std::string secret = random_bytes(secret_bytes);
    const NoteSigner signer(options.installation, secret);
    io::write_file(folder / log_key, hex(secret) + "\n");
    io::write_file(folder / log_public, signer.verifier().text() + "\n");
}

void create_journal_key(const fs::path& folder) {
    if (io::facts(folder / journal_file)) return;
    io::write_file(folder / journal_file, hex(random_bytes(secret_bytes)) + "\n", io::Replace::no);
}

}  // namespace

std::string_view to_string(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::ec_p256:
            return "ec-p256";
        case KeyAlgorithm::ec_p384:
            return "ec-p384";
        case KeyAlgorithm::rsa_3072:
            return "rsa-3072";
        case KeyAlgorithm::rsa_4096:
            return "rsa-4096";
        case KeyAlgorithm::ed25519:
            break;
    }
    return "ed25519";
}

std::optional<KeyAlgorithm> parse_key_algorithm(std::string_view text) {
    for (const auto algorithm :
         {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::rsa_3072,
          KeyAlgorithm::rsa_4096, KeyAlgorithm::ed25519})
        if (to_string(algorithm) == text) return algorithm;
    return std::nullopt;
}

void create_keys(const fs::path& folder, const KeyOptions& options, core::Instant now) {
    // The name becomes the journal's origin and a common name of at most 64 characters.
    if (options.installation.empty() || options.installation.size() > 54 ||
        options.installation.find_first_of("+ \t\r\n") != std::string::npos)
        throw core::Fault(core::FaultKind::usage, "create keys for",
                          io::printable(options.installation), "not a name for an installation",
                          "use at most 54 characters without spaces and plus signs");
    io::make_folders(folder);
    create_authority(folder, options, now);
    create_signer(folder, options, now);
    create_log_key(folder, options);
    if (!io::facts(folder / pseudonym_file))
        io::write_file(folder / pseudonym_file, hex(random_bytes(secret_bytes)) + "\n");
    create_journal_key(folder);
}

Keys Keys::load(const fs::path& folder) {
    const auto facts = io::facts(folder);
    if (!facts || facts->kind != io::Kind::folder)
        throw core::Fault(core::FaultKind::world, "open the keys", io::shown(folder),
                          "there are none", "run sluice init, or restore them from the backup");
    if ((facts->mode & 077) != 0)
        throw core::Fault(core::FaultKind::world, "open the keys", io::shown(folder),
                          "others than its owner can enter it", "chmod 700 it");
    finish_rolls(folder);
    Keys keys;
    const bool elsewhere = io::facts(folder / signer_uri).has_value();
    keys.signer_ = std::make_unique<Signer>(
        elsewhere ? Signer::load_uri(first_line(io::read_file(folder / signer_uri)),
                                     folder / signer_chain)
                  : Signer::load(folder / signer_key, folder / signer_chain));
    keys.log_ = std::make_unique<NoteSigner>(load_log_key(folder));
    keys.pseudonym_key_ = read_hex_secret(folder / pseudonym_file);
    create_journal_key(folder);  // homes from before there was one
    keys.journal_key_ = read_hex_secret(folder / journal_file);
    keys.public_chain_ = io::read_file(folder / signer_chain);
    return keys;
}

std::vector<CertificateFacts> Keys::chain() const {
    return parse_certificates(public_chain_, signer_chain);
}

std::vector<std::string> key_complaints(const Keys& keys, core::Instant now, int warn_days) {
    std::vector<std::string> complaints;
    for (const CertificateFacts& facts : keys.chain()) {
        const std::string until = core::to_string(facts.not_after);
        if (facts.not_after < now)
            complaints.push_back("the certificate " + facts.subject + " expired at " + until);
        else if (facts.not_after.microseconds - now.microseconds < warn_days * day_microseconds)
            complaints.push_back("the certificate " + facts.subject + " expires at " + until);
        if (facts.not_before > now)
            complaints.push_back("the certificate " + facts.subject +
                                 " is not valid yet: is the clock right?");
    }
    return complaints;
}

std::vector<std::string> key_complaints(const fs::path& folder, core::Instant now, int warn_days) {
    try {
        return key_complaints(Keys::load(folder), now, warn_days);
    } catch (const core::Fault& fault) {
        return {fault.what()};
    }
}

std::string pseudonym(std::string_view key, std::string_view person) {
    return hex(bytes_of(hmac_sha256(key, person)).substr(0, 16));
}

}  // namespace seal
