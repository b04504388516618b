#include "seal/envelope_key.hpp"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "core/ensure.hpp"
#include "io/file.hpp"
#include "seal/ber.hpp"
#include "seal/certificate.hpp"
#include "seal/key_file.hpp"
#include "seal/key_making.hpp"

namespace seal {

namespace fs = std::filesystem;

using Algorithm = Owner<X509_ALGOR, X509_ALGOR_free>;
using Octets = Owner<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using OaepParameters = Owner<RSA_OAEP_PARAMS, RSA_OAEP_PARAMS_free>;

static constexpr const char *key_name = "decryption.key", *certificate_name = "decryption.pem";

// ---- our key ----

DecryptionKey::DecryptionKey(std::unique_ptr<Content> content) : content_(std::move(content)) {}
DecryptionKey::DecryptionKey(DecryptionKey&&) noexcept = default;
DecryptionKey& DecryptionKey::operator=(DecryptionKey&&) noexcept = default;
DecryptionKey::~DecryptionKey() = default;

std::optional<DecryptionKey> DecryptionKey::find(const fs::path& folder) {
    if (!io::facts(folder / certificate_name)) return std::nullopt;
    auto content = std::make_unique<Content>();
    content->key = parts::read_private_key(folder / key_name);
    content->certificate = parts::read_certificate(folder / certificate_name);
    return DecryptionKey(std::move(content));
}

bool create_decryption_key(const fs::path& folder, const std::string& installation,
                           core::Instant now) {
    if (io::facts(folder / certificate_name)) return false;
    const OwnedKey secret = parts::read_private_key(folder / parts::authority_key);
    const OwnedCertificate authority = parts::read_certificate(folder / parts::authority_file);
    const OwnedKey key = parts::new_key(KeyAlgorithm::rsa_3072);
    KeyOptions options;
    options.installation = installation;
    const OwnedCertificate made =
        parts::make_recipient(options, key.get(), authority.get(), secret.get(), now);
    io::write_file(folder / key_name, parts::private_key_pem(key.get()));
    io::write_file(folder / certificate_name,
                   parts::certificate_pem(made.get()) + parts::certificate_pem(authority.get()));
    return true;
}

std::string decryption_certificate(const fs::path& folder) {
    return io::find_file(folder / certificate_name).value_or(std::string());
}

// ---- the cipher ----

static Algorithm algorithm_of(std::string_view der) {
    const unsigned char* at = raw_bytes(der);
    Algorithm algorithm(d2i_X509_ALGOR(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    return algorithm;
}

static std::string octets_of(std::string_view der) {
    ber::Item item;
    if (ber::read_tag(der, item) != ber::Read::good || item.tag != 0x04 ||
        der.size() < item.header + item.length)
        return {};
    return std::string(der.substr(item.header, item.length));
}

bool read_cipher(std::string_view der, bool authenticated, ContentCipher& wanted) {
    const Algorithm algorithm = algorithm_of(der);
    if (!algorithm) return false;
    const ASN1_OBJECT* object = nullptr;
    int type = 0;
    const void* value = nullptr;
    X509_ALGOR_get0(&object, &type, &value, algorithm.get());
    switch (OBJ_obj2nid(object)) {
        case NID_aes_128_gcm:
        case NID_aes_192_gcm:
        case NID_aes_256_gcm:
            if (!authenticated) return false;
            break;
        case NID_aes_128_cbc:
        case NID_aes_192_cbc:
        case NID_aes_256_cbc:
            if (authenticated) return false;
            break;
        default:
            return false;
    }
    wanted.cipher = EVP_get_cipherbyobj(object);
    if (wanted.cipher == nullptr || value == nullptr) return false;
    const auto* text = static_cast<const ASN1_STRING*>(value);
    const std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                 static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!authenticated) {
        wanted.iv = bytes;
        return type == V_ASN1_OCTET_STRING && wanted.iv.size() == 16;
    }
    // GCMParameters: the nonce, and the length of the tag (12 where it is not said).
    if (type != V_ASN1_SEQUENCE) return false;
    ber::Reader reader(bytes);
    if (!reader.enter(0x30)) return false;
    wanted.iv = octets_of(reader.take(0x04));
    const std::string_view length = reader.take(0x02);
    wanted.tag_bytes = length.empty() ? 12 : static_cast<unsigned char>(length.back());
    return !wanted.iv.empty() && wanted.iv.size() <= 64 && wanted.tag_bytes >= 12 &&
           wanted.tag_bytes <= 16;
}

// ---- the key under ours ----

static bool names_us(std::string_view identifier, X509* own) {
    const unsigned char* at = raw_bytes(identifier);
    if (static_cast<unsigned char>(identifier[0]) == 0x80) {  // subjectKeyIdentifier
        ber::Item item;
        const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(own);
        if (id == nullptr || ber::read_tag(identifier, item) != ber::Read::good) return false;
        const std::string_view ours(reinterpret_cast<const char*>(ASN1_STRING_get0_data(id)),
                                    static_cast<std::size_t>(ASN1_STRING_length(id)));
        return identifier.substr(item.header) == ours;
    }
    ber::Reader reader(identifier);
    if (!reader.enter(0x30)) return false;
    const std::string_view issuer = reader.take(0x30), serial = reader.take(0x02);
    if (issuer.empty() || serial.empty()) return false;
    at = raw_bytes(issuer);
    const Owner<X509_NAME, X509_NAME_free> name(
        d2i_X509_NAME(nullptr, &at, static_cast<long>(issuer.size())));
    at = raw_bytes(serial);
    const Owner<ASN1_INTEGER, ASN1_INTEGER_free> number(
        d2i_ASN1_INTEGER(nullptr, &at, static_cast<long>(serial.size())));
    ERR_clear_error();
    return name && number && X509_NAME_cmp(name.get(), X509_get_issuer_name(own)) == 0 &&
           ASN1_INTEGER_cmp(number.get(), X509_get0_serialNumber(own)) == 0;
}

static const EVP_MD* digest_of(const X509_ALGOR* algorithm) {
    if (algorithm == nullptr) return EVP_sha1();  // the default of RFC 8017
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    return EVP_get_digestbyobj(object);
}

static bool set_oaep(EVP_PKEY_CTX* context, const X509_ALGOR* algorithm) {
    int type = 0;
    const void* value = nullptr;
    X509_ALGOR_get0(nullptr, &type, &value, algorithm);
    if (type != V_ASN1_SEQUENCE || value == nullptr) return false;
    const auto* text = static_cast<const ASN1_STRING*>(value);
    const unsigned char* at = ASN1_STRING_get0_data(text);
    const OaepParameters parameters(d2i_RSA_OAEP_PARAMS(nullptr, &at, ASN1_STRING_length(text)));
    if (!parameters || parameters->pSourceFunc != nullptr) return false;
    const EVP_MD* digest = digest_of(parameters->hashFunc);
    const EVP_MD* mask = EVP_sha1();
    if (parameters->maskGenFunc != nullptr) {
        X509_ALGOR_get0(nullptr, &type, &value, parameters->maskGenFunc);
        if (type != V_ASN1_SEQUENCE || value == nullptr) return false;
        const auto* inner = static_cast<const ASN1_STRING*>(value);
        const Algorithm of_mask =
            algorithm_of({reinterpret_cast<const char*>(ASN1_STRING_get0_data(inner)),
                          static_cast<std::size_t>(ASN1_STRING_length(inner))});
        if (!of_mask) return false;
        mask = digest_of(of_mask.get());
    }
    return digest != nullptr && mask != nullptr &&
           EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask) == 1;
}

static std::string unwrap(EVP_PKEY* key, const X509_ALGOR* algorithm, std::string_view wrapped,
                          std::size_t bytes) {
    const std::string otherwise = random_bytes(bytes);
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    const bool oaep = OBJ_obj2nid(object) == NID_rsaesOaep;
    const OwnedKeyContext context(EVP_PKEY_CTX_new(key, nullptr));
    if (!context || EVP_PKEY_decrypt_init(context.get()) != 1 ||
        (oaep ? !set_oaep(context.get(), algorithm)
              : EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1))
        return otherwise;
    std::string plain(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
    std::size_t count = plain.size();
    const bool good =
        EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(plain.data()), &count,
                         raw_bytes(wrapped), wrapped.size()) == 1;
    ERR_clear_error();
    plain.resize(good ? count : 0);
    return plain.size() == bytes ? plain : otherwise;
}

std::optional<std::string> content_key(std::string_view recipients,
                                       const DecryptionKey::Content& own, std::size_t bytes) {
    ber::Reader set(recipients);
    if (!set.enter(0x31)) return std::nullopt;
    while (set.at() < recipients.size()) {
        const std::string_view one = set.take(0x30);
        if (one.empty()) {
            // Other kinds of recipients (by agreement, by password) are stepped over.
            const auto tag = static_cast<unsigned char>(recipients[set.at()]);
            if (tag < 0xa0 || set.take(tag).empty()) return std::nullopt;
            continue;
        }
        ber::Reader reader(one);
        if (!reader.enter(0x30) || reader.take(0x02).empty()) continue;
        std::string_view identifier = reader.take(0x30);
        if (identifier.empty()) identifier = reader.take(0x80);
        const Algorithm algorithm = algorithm_of(reader.take(0x30));
        const std::string wrapped = octets_of(reader.take(0x04));
        if (identifier.empty() || !algorithm || wrapped.empty()) continue;
        if (names_us(identifier, own.certificate.get()))
            return unwrap(own.key.get(), algorithm.get(), wrapped, bytes);
    }
    return std::nullopt;
}

}  // namespace seal
