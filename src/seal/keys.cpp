#include "seal/keys.hpp"

#include <openssl/ec.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/zone.hpp"
#include "seal/key_file.hpp"
#include "seal/openssl.hpp"

namespace seal {

namespace fs = std::filesystem;

namespace {

constexpr const char *authority_key = "ca.key", *authority_file = "ca.pem",
                     *signer_key = "signer.key", *signer_chain = "signer.pem", *log_key = "log.key",
                     *log_public = "log.pub", *pseudonym_file = "pseudonym.key";
constexpr std::int64_t day_microseconds = 86'400'000'000;
constexpr std::size_t secret_bytes = 32;

std::string certificate_pem(X509* certificate) {
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    ENSURE(bio && PEM_write_bio_X509(bio.get(), certificate) == 1);
    return bio_text(bio.get());
}

OwnedCertificate read_certificate(const fs::path& file) {
    return certificate_from_der(read_certificates(file).front().der);
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Owner<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    ENSURE(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

struct Blank {
    std::string name;
    core::Instant from;
    int days;
};

// Subject, issuer, days, key and a random serial number; extensions and signature are to follow.
OwnedCertificate blank_certificate(const Blank& blank, EVP_PKEY* key, const X509_NAME* issuer) {
    OwnedCertificate certificate(X509_new());
    ENSURE(certificate != nullptr);
    X509* c = certificate.get();
    std::string serial = random_bytes(16);
    serial[0] = static_cast<char>((serial[0] & 0x3f) | 0x40);  // positive, and always as long
    const Owner<BIGNUM, BN_free> number(
        BN_bin2bn(raw_bytes(serial), static_cast<int>(serial.size()), nullptr));
    ENSURE(X509_set_version(c, 2) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(c)));
    // An hour back: the clocks of partners are not ours.
    const auto start = static_cast<time_t>(blank.from.microseconds / 1'000'000 - 3600);
    ENSURE(ASN1_TIME_set(X509_getm_notBefore(c), start) &&
           ASN1_TIME_adj(X509_getm_notAfter(c), start, blank.days, 0));
    X509_NAME* name = X509_get_subject_name(c);
    ENSURE(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, raw_bytes(blank.name),
                                      static_cast<int>(blank.name.size()), -1, 0) == 1);
    ENSURE(X509_set_issuer_name(c, issuer != nullptr ? issuer : name) == 1 &&
           X509_set_pubkey(c, key) == 1);
    return certificate;
}

OwnedCertificate make_authority(const KeyOptions& options, EVP_PKEY* key, core::Instant now) {
    OwnedCertificate made = blank_certificate(
        {options.installation + " authority", now, options.authority_days}, key, nullptr);
    X509* c = made.get();
    add_extension(c, c, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(c, c, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(c, c, NID_subject_key_identifier, "hash");
    ENSURE(X509_sign(c, key, EVP_sha256()) > 0);
    return made;
}

OwnedCertificate make_signer(const KeyOptions& options, EVP_PKEY* key, X509* authority,
                             EVP_PKEY* authority_secret, core::Instant now) {
    OwnedCertificate made = blank_certificate({options.installation, now, options.signer_days}, key,
                                              X509_get_subject_name(authority));
    X509* c = made.get();
    add_extension(c, authority, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(c, authority, NID_key_usage, "critical,digitalSignature,nonRepudiation");
    // What openssl cms -verify asks of a signer when it is not told another purpose.
    add_extension(c, authority, NID_ext_key_usage, "emailProtection");
    add_extension(c, authority, NID_subject_key_identifier, "hash");
    add_extension(c, authority, NID_authority_key_identifier, "keyid");
    ENSURE(X509_sign(c, authority_secret, EVP_sha256()) > 0);
    return made;
}

OwnedKey new_ec_key() {
    OwnedKey key(EVP_EC_gen("P-256"));
    ENSURE(key != nullptr);
    return key;
}

// The key first and the certificate last: where the certificate stands, its key is durable.
void create_authority(const fs::path& folder, const KeyOptions& options, core::Instant now) {
    if (io::facts(folder / authority_file)) return;
    const OwnedKey key = new_ec_key();
    const OwnedCertificate authority = make_authority(options, key.get(), now);
    io::write_file(folder / authority_key, parts::private_key_pem(key.get()));
    io::write_file(folder / authority_file, certificate_pem(authority.get()));
}

void create_signer(const fs::path& folder, const KeyOptions& options, core::Instant now) {
    if (io::facts(folder / signer_chain)) return;
    const OwnedKey secret = parts::read_private_key(folder / authority_key);
    const OwnedCertificate authority = read_certificate(folder / authority_file);
    const OwnedKey key = new_ec_key();
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

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

std::string read_hex_secret(const fs::path& file) {
    std::string bytes;
    if (!from_hex(first_line(parts::read_secret(file)), bytes) || bytes.size() != secret_bytes)
        throw core::Fault(core::FaultKind::world, "read the key", io::shown(file),
                          "it does not hold 64 hex digits");
    return bytes;
}

NoteSigner load_log_key(const fs::path& folder) {
    const auto key = VerifierKey::parse(first_line(io::read_file(folder / log_public)));
    const auto mismatch = [&](const char* reason) {
        return core::Fault(core::FaultKind::world, "read the key", io::shown(folder / log_public),
                           reason);
    };
    if (!key) throw mismatch("it is not a verifier key of a signed note");
    NoteSigner signer(key->name, read_hex_secret(folder / log_key));
    if (signer.verifier().key != key->key) throw mismatch("it does not belong to log.key");
    return signer;
}

}  // namespace

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
}

Keys Keys::load(const fs::path& folder) {
    const auto facts = io::facts(folder);
    if (!facts || facts->kind != io::Kind::folder)
        throw core::Fault(core::FaultKind::world, "open the keys", io::shown(folder),
                          "there are none", "run sluice init, or restore them from the backup");
    if ((facts->mode & 077) != 0)
        throw core::Fault(core::FaultKind::world, "open the keys", io::shown(folder),
                          "others than its owner can enter it", "chmod 700 it");
    Keys keys;
    keys.signer_ =
        std::make_unique<Signer>(Signer::load(folder / signer_key, folder / signer_chain));
    keys.log_ = std::make_unique<NoteSigner>(load_log_key(folder));
    keys.pseudonym_key_ = read_hex_secret(folder / pseudonym_file);
    keys.public_chain_ = io::read_file(folder / signer_chain);
    keys.chain_ = read_certificates(folder / signer_chain);
    return keys;
}

std::vector<std::string> key_complaints(const fs::path& folder, core::Instant now, int warn_days) {
    std::vector<std::string> complaints;
    try {
        const Keys keys = Keys::load(folder);
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
    } catch (const core::Fault& fault) {
        complaints.emplace_back(fault.what());
    }
    return complaints;
}

std::string pseudonym(std::string_view key, std::string_view person) {
    return hex(bytes_of(hmac_sha256(key, person)).substr(0, 16));
}

}  // namespace seal
