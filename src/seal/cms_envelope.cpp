// The outer form of an FS file: one detached SignedData of one signer with an admitted digest.
#include <openssl/objects.h>

#include <algorithm>

#include "seal/cms_parts.hpp"

namespace seal::parts {

SignatureVerdict refused(int main_code, int explanatory_code, std::string reason, int answer_code) {
    SignatureVerdict verdict;
    verdict.main_code = main_code;
    verdict.explanatory_code = explanatory_code;
    verdict.answer_code = answer_code;
    verdict.reason = std::move(reason);
    return verdict;
}

int digest_nid(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return NID_sha256;
        case DigestAlgorithm::sha384:
            return NID_sha384;
        case DigestAlgorithm::sha512:
            break;
    }
    return NID_sha512;
}

// Which of our digests an algorithm identifier names; false for all others.
static bool known_digest(int nid, DigestAlgorithm& algorithm) {
    for (const auto candidate :
         {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
        if (digest_nid(candidate) != nid) continue;
        algorithm = candidate;
        return true;
    }
    return false;
}

static SignatureVerdict check_algorithms(CMS_SignerInfo* signer, const SignaturePolicy& policy) {
    X509_ALGOR *digest = nullptr, *signature = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, &signature);
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, digest);
    SignatureVerdict good;
    if (!known_digest(OBJ_obj2nid(object), good.algorithm) ||
        std::find(policy.digests.begin(), policy.digests.end(), good.algorithm) ==
            policy.digests.end())
        return refused(3, 3002, "the digest algorithm is not admitted");
    X509_ALGOR_get0(&object, nullptr, nullptr, signature);
    const int nid = OBJ_obj2nid(object);
    if (nid == NID_rsaEncryption || nid == NID_rsassaPss) return good;
    int named_digest = NID_undef, named_key = NID_undef;
    if (OBJ_find_sigid_algs(nid, &named_digest, &named_key) == 1 &&
        (named_key == NID_rsaEncryption || named_key == NID_X9_62_id_ecPublicKey) &&
        named_digest == digest_nid(good.algorithm))
        return good;
    return refused(3, 3003, "the signature algorithm is not admitted");
}

static SignatureVerdict check_form(CMS_ContentInfo* cms, const SignaturePolicy& policy) {
    if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
        return refused(4, 4001, "the content type is not signedData");
    const ASN1_OBJECT* inner = CMS_get0_eContentType(cms);
    if (inner == nullptr || OBJ_obj2nid(inner) != NID_pkcs7_data)
        return refused(4, 4003, "the inner content type is not data");
    if (CMS_is_detached(cms) != 1)
        return refused(1, 8, "the signature carries content: it must be detached");
    if (sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) != 1)
        return refused(1, 11, "there must be exactly one signer");
    STACK_OF(X509)* certificates = CMS_get1_certs(cms);
    const int count = sk_X509_num(certificates);
    sk_X509_pop_free(certificates, X509_free);
    if (count > 0 && static_cast<std::size_t>(count) > policy.certificates_max)
        return refused(9, 9, "it carries more certificates than admitted");
    return {};
}

Envelope open_envelope(std::string_view fs, const SignaturePolicy& policy) {
    Envelope envelope;
    std::string der;
    if (fs.empty()) {
        envelope.verdict = refused(1, 1, "the signature file is empty");
        return envelope;
    }
    if (fs.size() > policy.signature_bytes_max) {
        envelope.verdict = refused(9, 0, "the signature file is longer than admitted");
        return envelope;
    }
    if (!signature_der(fs, der)) {
        envelope.verdict = refused(1, 1, "it is neither DER nor base64 nor PEM of a CMS");
        return envelope;
    }
    std::size_t behind = 0;
    envelope.cms = parse_cms(der, behind);
    ERR_clear_error();
    if (!envelope.cms) {
        envelope.verdict = refused(1, 1, "it is not a ContentInfo");
    } else if (behind > 0) {
        envelope.verdict = refused(1, 21, "there are bytes behind the ContentInfo");
    } else if (envelope.verdict = check_form(envelope.cms.get(), policy); envelope.verdict.good()) {
        envelope.signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(envelope.cms.get()), 0);
        envelope.verdict = check_algorithms(envelope.signer, policy);
    }
    ERR_clear_error();
    return envelope;
}

}  // namespace seal::parts
