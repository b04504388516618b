#include "seal/time_stamp.hpp"

#include <openssl/ts.h>

#include "core/ensure.hpp"
#include "io/file.hpp"
#include "seal/cms_verify.hpp"
#include "seal/openssl.hpp"

namespace seal {

namespace {

using OwnedRequest = Owner<TS_REQ, TS_REQ_free>;
using OwnedResponse = Owner<TS_RESP, TS_RESP_free>;
using OwnedToken = Owner<PKCS7, PKCS7_free>;
using OwnedInfo = Owner<TS_TST_INFO, TS_TST_INFO_free>;
using OwnedVerification = Owner<TS_VERIFY_CTX, TS_VERIFY_CTX_free>;
using OwnedNumber = Owner<BIGNUM, BN_free>;
using OwnedInteger = Owner<ASN1_INTEGER, ASN1_INTEGER_free>;

constexpr std::size_t nonce_bytes = 16, response_bytes_max = 256 << 10;
constexpr std::size_t authority_files_max = 1'000;

OwnedInteger integer_of(std::string_view bytes) {
    const OwnedNumber number(BN_bin2bn(raw_bytes(bytes), static_cast<int>(bytes.size()), nullptr));
    OwnedInteger integer(BN_to_ASN1_INTEGER(number.get(), nullptr));
    ENSURE(integer != nullptr);
    return integer;
}

std::string text_of(const ASN1_OBJECT* object) {
    char text[128] = {};
    const int length = OBJ_obj2txt(text, sizeof text, object, 1);
    return length > 0 && length < static_cast<int>(sizeof text) ? text : "";
}

template <class Object, class Write>
std::string der_text(Object* object, Write write) {
    unsigned char* bytes = nullptr;
    const int length = write(object, &bytes);
    ENSURE(length > 0);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

TimeStamp refused(std::string reason) {
    ERR_clear_error();
    TimeStamp stamp;
    stamp.reason = std::move(reason);
    return stamp;
}

// Whatever stands in trust/tsa is trusted by itself: an issuing authority is enough. `at`: when the
// chain must have held; none: now.
void set_trust(TS_VERIFY_CTX* context, const TimeStampTrust& trust,
               std::optional<core::Instant> at) {
    OwnedStore store(X509_STORE_new());
    STACK_OF(X509)* known = sk_X509_new_null();
    ENSURE(store && known != nullptr);
    for (const CertificateFacts& facts : trust.certificates()) {
        OwnedCertificate certificate = certificate_from_der(facts.der);
        ENSURE(certificate && X509_STORE_add_cert(store.get(), certificate.get()) == 1);
        ENSURE(sk_X509_push(known, certificate.release()) > 0);
    }
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    if (at)
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()),
                                   static_cast<time_t>(at->microseconds / 1'000'000));
    TS_VERIFY_CTX_set_store(context, store.release());
    TS_VERIFY_CTX_set_certs(context, known);
}

std::string authority_of(PKCS7* token) {
    STACK_OF(X509)* signers = PKCS7_get0_signers(token, nullptr, 0);
    std::string subject;
    if (sk_X509_num(signers) > 0) subject = facts_of(sk_X509_value(signers, 0)).subject;
    sk_X509_free(signers);
    ERR_clear_error();
    return subject;
}

TimeStamp facts_of_token(PKCS7* token) {
    TimeStamp stamp;
    const OwnedInfo info(PKCS7_to_TS_TST_INFO(token));
    if (!info) return refused("it holds no time-stamp information");
    stamp.at = instant_of(TS_TST_INFO_get_time(info.get()));
    stamp.policy = text_of(TS_TST_INFO_get_policy_id(info.get()));
    const ASN1_INTEGER* serial = TS_TST_INFO_get_serial(info.get());
    stamp.serial =
        hex(std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                             static_cast<std::size_t>(ASN1_STRING_length(serial))));
    stamp.authority = authority_of(token);
    stamp.token = der_text(token, i2d_PKCS7);
    return stamp;
}

// The only digest that we ask for; a token over another one says nothing about our imprint.
bool is_sha256(PKCS7* token) {
    const OwnedInfo info(PKCS7_to_TS_TST_INFO(token));
    if (!info) return false;
    const X509_ALGOR* algorithm = TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info.get()));
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    return OBJ_obj2nid(object) == NID_sha256;
}

std::string words_of_status(TS_RESP* response) {
    TS_STATUS_INFO* status = TS_RESP_get_status_info(response);
    const long code = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status));
    return "the authority answered with status " + std::to_string(code);
}

}  // namespace

// ---- trust ----

TimeStampTrust TimeStampTrust::load(const std::filesystem::path& folder) {
    TimeStampTrust trust;
    if (!io::facts(folder)) return trust;
    for (const std::string& name : io::list(folder, authority_files_max)) {
        if (name.size() <= 4 || name.substr(name.size() - 4) != ".pem" || name[0] == '.') continue;
        for (CertificateFacts& facts : read_certificates(folder / name))
            trust.certificates_.push_back(std::move(facts));
    }
    return trust;
}

TimeStampTrust TimeStampTrust::of(std::vector<CertificateFacts> certificates) {
    TimeStampTrust trust;
    trust.certificates_ = std::move(certificates);
    return trust;
}

// ---- asking ----

TimeStampRequest time_stamp_request(const Hash& imprint, const std::string& policy) {
    TimeStampRequest asked;
    asked.imprint = imprint;
    std::string nonce = random_bytes(nonce_bytes);
    nonce[0] = static_cast<char>((nonce[0] & 0x3f) | 0x40);  // positive, and always as long
    asked.nonce = hex(nonce);
    const OwnedRequest request(TS_REQ_new());
    const Owner<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free> message(TS_MSG_IMPRINT_new());
    const Owner<X509_ALGOR, X509_ALGOR_free> algorithm(X509_ALGOR_new());
    ENSURE(request && message && algorithm);
    ENSURE(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1);
    Hash copy = imprint;
    ENSURE(TS_REQ_set_version(request.get(), 1) == 1 &&
           TS_MSG_IMPRINT_set_algo(message.get(), algorithm.get()) == 1 &&
           TS_MSG_IMPRINT_set_msg(message.get(), copy.data(), static_cast<int>(copy.size())) == 1 &&
           TS_REQ_set_msg_imprint(request.get(), message.get()) == 1 &&
           TS_REQ_set_nonce(request.get(), integer_of(nonce).get()) == 1 &&
           TS_REQ_set_cert_req(request.get(), 1) == 1);
    if (!policy.empty()) {
        const OwnedObject object(OBJ_txt2obj(policy.c_str(), 1));
        ENSURE(object && TS_REQ_set_policy_id(request.get(), object.get()) == 1);
    }
    asked.der = der_text(request.get(), i2d_TS_REQ);
    return asked;
}

// ---- checking ----

TimeStamp check_token(std::string_view token, const Hash& imprint, const TimeStampTrust& trust) {
    if (token.size() > response_bytes_max) return refused("it is longer than a token can be");
    const unsigned char* at = raw_bytes(token);
    const OwnedToken parsed(d2i_PKCS7(nullptr, &at, static_cast<long>(token.size())));
    if (!parsed || at != raw_bytes(token) + token.size()) return refused("it is no token");
    if (!is_sha256(parsed.get())) return refused("it is not over a SHA-256 digest");
    TimeStamp stamp = facts_of_token(parsed.get());
    if (!stamp.good()) return stamp;
    const OwnedVerification context(TS_VERIFY_CTX_new());
    auto* digest = static_cast<unsigned char*>(OPENSSL_memdup(imprint.data(), imprint.size()));
    ENSURE(context && digest != nullptr);
    TS_VERIFY_CTX_set_imprint(context.get(), digest, static_cast<long>(imprint.size()));
    // Years later the authority's certificate has run out: it counted when the token was made.
    set_trust(context.get(), trust, stamp.at);
    TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_SIGNATURE);
    if (TS_RESP_verify_token(context.get(), parsed.get()) != 1)
        return refused("the token does not hold: " + openssl_words());
    return stamp;
}

TimeStamp check_response(std::string_view response, const TimeStampRequest& request,
                         const TimeStampTrust& trust) {
    if (response.size() > response_bytes_max) return refused("the answer is too long");
    const unsigned char* at = raw_bytes(response);
    const OwnedResponse parsed(d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size())));
    if (!parsed || at != raw_bytes(response) + response.size())
        return refused("the answer is not a time-stamp response");
    PKCS7* token = TS_RESP_get_token(parsed.get());
    if (token == nullptr) return refused(words_of_status(parsed.get()));
    at = raw_bytes(request.der);
    const OwnedRequest asked(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.der.size())));
    ENSURE(asked != nullptr);
    // Imprint, nonce and policy are compared with what the request says.
    const OwnedVerification context(TS_REQ_to_TS_VERIFY_CTX(asked.get(), nullptr));
    ENSURE(context != nullptr);
    set_trust(context.get(), trust, std::nullopt);
    TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
    if (TS_RESP_verify_response(context.get(), parsed.get()) != 1)
        return refused("the answer does not hold: " + openssl_words());
    if (!is_sha256(token)) return refused("the token is not over a SHA-256 digest");
    return facts_of_token(token);
}

// ---- CAdES-T ----

namespace {

OwnedCms parse_cms(std::string_view der) {
    const unsigned char* at = raw_bytes(der);
    OwnedCms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    return cms;
}

// The only signer; null where there is not exactly one.
CMS_SignerInfo* signer_of(CMS_ContentInfo* cms) {
    STACK_OF(CMS_SignerInfo)* signers = cms != nullptr ? CMS_get0_SignerInfos(cms) : nullptr;
    return sk_CMS_SignerInfo_num(signers) == 1 ? sk_CMS_SignerInfo_value(signers, 0) : nullptr;
}

std::string_view bytes_of_string(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

}  // namespace

Hash time_stamp_imprint(std::string_view cms_der) {
    const OwnedCms cms = parse_cms(cms_der);
    CMS_SignerInfo* signer = signer_of(cms.get());
    ENSURE(signer != nullptr);
    return sha256(bytes_of_string(CMS_SignerInfo_get0_signature(signer)));
}

std::string with_time_stamp(std::string_view cms_der, std::string_view token) {
    const OwnedCms cms = parse_cms(cms_der);
    CMS_SignerInfo* signer = signer_of(cms.get());
    ENSURE(signer != nullptr);
    const Owner<ASN1_STRING, ASN1_STRING_free> value(ASN1_STRING_type_new(V_ASN1_SEQUENCE));
    ENSURE(value &&
           ASN1_STRING_set(value.get(), token.data(), static_cast<int>(token.size())) == 1 &&
           CMS_unsigned_add1_attr_by_NID(signer, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE,
                                         value.get(), -1) == 1);
    return der_text(cms.get(), i2d_CMS_ContentInfo);
}

std::optional<std::string> time_stamp_token(std::string_view fs) {
    std::string der;
    if (!signature_der(fs, der)) return std::nullopt;
    const OwnedCms cms = parse_cms(der);
    CMS_SignerInfo* signer = signer_of(cms.get());
    std::optional<std::string> token;
    if (signer != nullptr) {
        const auto* value = static_cast<const ASN1_STRING*>(CMS_unsigned_get0_data_by_OBJ(
            signer, OBJ_nid2obj(NID_id_smime_aa_timeStampToken), -3, V_ASN1_SEQUENCE));
        if (value != nullptr) token.emplace(bytes_of_string(value));
    }
    ERR_clear_error();
    return token;
}

}  // namespace seal
