#include "seal/key_making.hpp"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/key_file.hpp"

namespace seal::parts {

namespace fs = std::filesystem;

namespace {

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

}  // namespace

std::string certificate_pem(X509* certificate) {
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    ENSURE(bio && PEM_write_bio_X509(bio.get(), certificate) == 1);
    return bio_text(bio.get());
}

OwnedCertificate read_certificate(const fs::path& file) {
    return certificate_from_der(read_certificates(file).front().der);
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

OwnedCertificate make_recipient(const KeyOptions& options, EVP_PKEY* key, X509* authority,
                                EVP_PKEY* authority_secret, core::Instant now) {
    OwnedCertificate made =
        blank_certificate({options.installation + " encryption", now, options.signer_days}, key,
                          X509_get_subject_name(authority));
    X509* c = made.get();
    add_extension(c, authority, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(c, authority, NID_key_usage, "critical,keyEncipherment");
    add_extension(c, authority, NID_subject_key_identifier, "hash");
    add_extension(c, authority, NID_authority_key_identifier, "keyid");
    ENSURE(X509_sign(c, authority_secret, EVP_sha256()) > 0);
    return made;
}

OwnedKey new_key(KeyAlgorithm algorithm) {
    OwnedKey key;
    switch (algorithm) {
        case KeyAlgorithm::ec_p256:
            key.reset(EVP_EC_gen("P-256"));
            break;
        case KeyAlgorithm::ec_p384:
            key.reset(EVP_EC_gen("P-384"));
            break;
        case KeyAlgorithm::rsa_3072:
            key.reset(EVP_RSA_gen(3072));
            break;
        case KeyAlgorithm::rsa_4096:
            key.reset(EVP_RSA_gen(4096));
            break;
        case KeyAlgorithm::ed25519:
            break;
    }
    ENSURE(key != nullptr);
    return key;
}

std::string certificate_request(const std::string& name, EVP_PKEY* key) {
    const Owner<X509_REQ, X509_REQ_free> request(X509_REQ_new());
    ENSURE(request != nullptr);
    X509_NAME* subject = X509_REQ_get_subject_name(request.get());
    ENSURE(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, raw_bytes(name),
                                      static_cast<int>(name.size()), -1, 0) == 1 &&
           X509_REQ_set_pubkey(request.get(), key) == 1 &&
           X509_REQ_sign(request.get(), key, EVP_sha256()) > 0);
    const OwnedBio bio(BIO_new(BIO_s_mem()));
    ENSURE(bio && PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1);
    return bio_text(bio.get());
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

NoteSigner load_log_key(const fs::path& folder, const std::string& prefix) {
    const auto key = VerifierKey::parse(first_line(io::read_file(folder / (prefix + log_public))));
    const auto mismatch = [&](const char* reason) {
        return core::Fault(core::FaultKind::world, "read the key",
                           io::shown(folder / (prefix + log_public)), reason);
    };
    if (!key) throw mismatch("it is not a verifier key of a signed note");
    NoteSigner signer(key->name, read_hex_secret(folder / (prefix + log_key)));
    if (signer.verifier().key != key->key) throw mismatch("it does not belong to log.key");
    return signer;
}

}  // namespace seal::parts
