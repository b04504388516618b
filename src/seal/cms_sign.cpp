#include "seal/cms_sign.hpp"

#include <unistd.h>

#include <mutex>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/cms_form.hpp"
#include "seal/cms_verify.hpp"
#include "seal/key_file.hpp"
#include "seal/openssl.hpp"

namespace seal {

struct Signer::Content {
    OwnedKey key;
    std::vector<OwnedCertificate> chain;  // the signer's first
    CertificateFacts facts;
    TimeStamper stamper;  // empty: no time-stamps
    std::once_flag learning;
    std::optional<parts::CmsForm> form;  // of this key's signatures

    std::string sign(const Hash& content_digest, core::Instant at,
                     std::string_view journal_proof) const;
};

Signer::Signer(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

const CertificateFacts& Signer::certificate() const {
    return content_->facts;
}

void Signer::set_time_stamper(TimeStamper stamper) {
    content_->stamper = std::move(stamper);
}

// The chain beside a key, if the two belong together.
static void add_chain(Signer::Content& content, const std::filesystem::path& chain_file,
                      const std::string& shown_key) {
    for (const CertificateFacts& facts : read_certificates(chain_file)) {
        content.chain.push_back(certificate_from_der(facts.der));
        ENSURE(content.chain.back() != nullptr);
    }
    content.facts = facts_of(content.chain.front().get());
    if (X509_check_private_key(content.chain.front().get(), content.key.get()) != 1) {
        ERR_clear_error();
        throw core::Fault(core::FaultKind::world, "load the signing key", shown_key,
                          "it does not belong to the certificate in " + io::shown(chain_file));
    }
}

Signer Signer::load(const std::filesystem::path& key_file,
                    const std::filesystem::path& chain_file) {
    auto content = std::make_unique<Content>();
    content->key = parts::read_private_key(key_file);
    add_chain(*content, chain_file, io::shown(key_file));
    return Signer(std::move(content));
}

Signer Signer::load_uri(const std::string& uri, const std::filesystem::path& chain_file) {
    auto content = std::make_unique<Content>();
    content->key = parts::open_private_key(uri);
    add_chain(*content, chain_file, io::printable(uri));
    return Signer(std::move(content));
}

// Content type, digest and time, as RFC 5652 section 11 has them.
static void add_signed_attributes(CMS_SignerInfo* signer, const Hash& digest, core::Instant at) {
    const OwnedTime time(ASN1_TIME_set(nullptr, static_cast<time_t>(at.microseconds / 1'000'000)));
    ENSURE(time &&
           CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_contentType, V_ASN1_OBJECT,
                                       OBJ_nid2obj(NID_pkcs7_data), -1) == 1 &&
           CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING,
                                       digest.data(), static_cast<int>(digest.size())) == 1 &&
           CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, ASN1_STRING_type(time.get()),
                                       time.get(), -1) == 1);
}

static const ASN1_OBJECT* proof_object() {
    static const OwnedObject object(OBJ_txt2obj(journal_proof_oid, 1));
    ENSURE(object != nullptr);
    return object.get();
}

static std::string proof_object_der() {
    unsigned char* bytes = nullptr;
    const int length = i2d_ASN1_OBJECT(proof_object(), &bytes);
    ENSURE(length > 0);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

// By OpenSSL alone.
std::string Signer::Content::sign(const Hash& content_digest, core::Instant at,
                                  std::string_view journal_proof) const {
    // Partial: OpenSSL would read the content to finish it; we have the digest and finish
    // ourselves. Cades: the signed attribute signing-certificate-v2.
    constexpr unsigned flags = CMS_PARTIAL | CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP | CMS_CADES;
    const OwnedCms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
    ENSURE(cms != nullptr);
    CMS_SignerInfo* signer =
        CMS_add1_signer(cms.get(), chain.front().get(), key.get(), EVP_sha256(), flags);
    ENSURE(signer != nullptr);
    for (std::size_t i = 1; i < chain.size(); ++i)
        ENSURE(CMS_add1_cert(cms.get(), chain[i].get()) == 1);
    add_signed_attributes(signer, content_digest, at);
    ENSURE(CMS_SignerInfo_sign(signer) == 1);
    if (!journal_proof.empty())
        ENSURE(CMS_unsigned_add1_attr_by_OBJ(signer, proof_object(), V_ASN1_OCTET_STRING,
                                             journal_proof.data(),
                                             static_cast<int>(journal_proof.size())) == 1);
    unsigned char* bytes = nullptr;
    const int length = i2d_CMS_ContentInfo(cms.get(), &bytes);
    ENSURE(length > 0);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

std::string Signer::sign(const Hash& content_digest, core::Instant at,
                         std::string_view journal_proof) const {
    static const std::string proof_oid = proof_object_der();
    std::call_once(content_->learning, [&] {
        // Other keys than these have parameters of their own.
        const int kind = EVP_PKEY_get_base_id(content_->key.get());
        if (kind != EVP_PKEY_EC && kind != EVP_PKEY_RSA) return;
        content_->form =
            parts::CmsForm::learn(content_->sign(content_digest, at, {}), content_digest, at);
    });
    std::optional<std::string> short_way;
    if (content_->form)
        short_way =
            content_->form->fill(content_->key.get(), content_digest, at, proof_oid, journal_proof);
    std::string der =
        short_way ? std::move(*short_way) : content_->sign(content_digest, at, journal_proof);
    if (!content_->stamper) return der;
    const std::string token = content_->stamper(time_stamp_imprint(der));
    return token.empty() ? der : with_time_stamp(der, token);
}

std::optional<std::string> journal_proof(std::string_view fs) {
    std::string der;
    if (!signature_der(fs, der)) return std::nullopt;
    const unsigned char* at = raw_bytes(der);
    const OwnedCms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    STACK_OF(CMS_SignerInfo)* signers = cms ? CMS_get0_SignerInfos(cms.get()) : nullptr;
    std::optional<std::string> proof;
    if (signers != nullptr && sk_CMS_SignerInfo_num(signers) == 1) {
        CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, 0);
        const auto* value = static_cast<const ASN1_OCTET_STRING*>(CMS_unsigned_get0_data_by_OBJ(
            signer, const_cast<ASN1_OBJECT*>(proof_object()), -3, V_ASN1_OCTET_STRING));
        if (value != nullptr)
            proof.emplace(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                          static_cast<std::size_t>(ASN1_STRING_length(value)));
    }
    ERR_clear_error();
    return proof;
}

}  // namespace seal
