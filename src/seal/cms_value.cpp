// The key and the signature itself. With signed attributes (RFC 5652, 5.4) the signature covers
// them, and they the content by its digest; without, it covers the content's digest directly.
#include <openssl/core_names.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include <string>

#include "seal/cms_parts.hpp"

namespace seal::parts {

SignatureVerdict check_key(X509* certificate, const SignaturePolicy& policy) {
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (key == nullptr) return refused(10, 1101, "the kind of the signer's key is not known");
    if (EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits < policy.rsa_bits_min || bits > policy.rsa_bits_max)
            return refused(3, 3005, "an RSA key of " + std::to_string(bits) + " bits");
        return {};
    }
    if (EVP_PKEY_is_a(key, "EC") == 1) {
        char group[64] = {};
        std::size_t length = 0;
        EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                       &length);
        const std::string_view name(group, length);
        if (name == "prime256v1" || name == "secp384r1" || name == "secp521r1") return {};
        return refused(3, 3005, "an elliptic curve that is not admitted");
    }
    return refused(3, 3005, "a kind of key that is not admitted");
}

static SignatureVerdict check_attributes(CMS_SignerInfo* signer, const ContentDigest& content) {
    const auto* type = static_cast<const ASN1_OBJECT*>(
        CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT));
    if (type == nullptr || OBJ_obj2nid(type) != NID_pkcs7_data)
        return refused(11, 1204, "the signed attributes do not name the content type");
    const auto* digest = static_cast<const ASN1_OCTET_STRING*>(CMS_signed_get0_data_by_OBJ(
        signer, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING));
    if (digest == nullptr)
        return refused(11, 1204, "the signed attributes hold no single message digest");
    const std::string_view value(reinterpret_cast<const char*>(ASN1_STRING_get0_data(digest)),
                                 static_cast<std::size_t>(ASN1_STRING_length(digest)));
    if (!equal_in_constant_time(value, content.value))
        return refused(11, 1205, "the signature is over other content");
    return {};
}

// Salt length and MGF1 digest of an RSASSA-PSS identifier; false when we do not take it.
static bool set_pss(EVP_PKEY_CTX* context, const X509_ALGOR* algorithm, const EVP_MD* md) {
    const ASN1_OBJECT* object = nullptr;
    int type = 0;
    const void* value = nullptr;
    X509_ALGOR_get0(&object, &type, &value, algorithm);
    if (type != V_ASN1_SEQUENCE) return false;  // the defaults are SHA-1
    const Owner<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free> pss(static_cast<RSA_PSS_PARAMS*>(
        ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), ASN1_ITEM_rptr(RSA_PSS_PARAMS))));
    if (!pss || pss->hashAlgorithm == nullptr ||
        OBJ_obj2nid(pss->hashAlgorithm->algorithm) != EVP_MD_get_type(md))
        return false;
    if (pss->maskGenAlgorithm == nullptr ||
        OBJ_obj2nid(pss->maskGenAlgorithm->algorithm) != NID_mgf1 ||
        pss->maskGenAlgorithm->parameter == nullptr ||
        pss->maskGenAlgorithm->parameter->type != V_ASN1_SEQUENCE)
        return false;
    const Owner<X509_ALGOR, X509_ALGOR_free> mgf(static_cast<X509_ALGOR*>(ASN1_item_unpack(
        pss->maskGenAlgorithm->parameter->value.sequence, ASN1_ITEM_rptr(X509_ALGOR))));
    if (!mgf || OBJ_obj2nid(mgf->algorithm) != EVP_MD_get_type(md)) return false;
    const long salt = pss->saltLength != nullptr ? ASN1_INTEGER_get(pss->saltLength) : 20;
    return salt >= 0 && salt <= 1024 &&
           EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, static_cast<int>(salt)) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, md) == 1;
}

static SignatureVerdict check_bare(CMS_SignerInfo* signer, EVP_PKEY* key,
                                   const ContentDigest& content) {
    X509_ALGOR* algorithm = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, nullptr, &algorithm);
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    const int nid = OBJ_obj2nid(object);
    const EVP_MD* md = EVP_get_digestbynid(digest_nid(content.algorithm));
    const OwnedKeyContext context(EVP_PKEY_CTX_new(key, nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), md) != 1)
        return refused(11, 1202, "the signature algorithm does not fit the key");
    const bool rsa_key = EVP_PKEY_is_a(key, "EC") != 1;
    int named_key = NID_rsaEncryption;
    if (nid != NID_rsaEncryption && nid != NID_rsassaPss)
        OBJ_find_sigid_algs(nid, nullptr, &named_key);
    if ((named_key == NID_rsaEncryption) != rsa_key)
        return refused(11, 1202, "the signature algorithm does not fit the key");
    if (rsa_key && (nid == NID_rsassaPss
                        ? !set_pss(context.get(), algorithm, md)
                        : EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1))
        return refused(11, 1202, "the parameters of the signature algorithm are not admitted");
    const ASN1_OCTET_STRING* signature = CMS_SignerInfo_get0_signature(signer);
    if (EVP_PKEY_verify(context.get(), ASN1_STRING_get0_data(signature),
                        static_cast<std::size_t>(ASN1_STRING_length(signature)),
                        raw_bytes(content.value), content.value.size()) != 1)
        return refused(11, 1203, "the signature does not hold, or is over other content");
    return {};
}

SignatureVerdict check_value(CMS_ContentInfo* cms, CMS_SignerInfo* signer, X509* certificate,
                             const ContentDigest& content) {
    static_cast<void>(cms);
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (CMS_signed_get_attr_count(signer) < 0) return check_bare(signer, key, content);
    if (auto verdict = check_attributes(signer, content); !verdict.good()) return verdict;
    CMS_SignerInfo_set1_signer_cert(signer, certificate);
    if (CMS_SignerInfo_verify(signer) != 1)
        return refused(11, 1203, "the signature over the signed attributes does not hold");
    return {};
}

}  // namespace seal::parts
