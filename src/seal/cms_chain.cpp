// The signer's certificate at the instant of reception: its chain to one of our authorities, its
// days, its revocation.
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "core/ensure.hpp"
#include "seal/cms_parts.hpp"

namespace seal::parts {

namespace {

// What the callback, which has no argument of its own, must know.
struct Judgement {
    const SignaturePolicy* policy;
    core::Instant at;
};

int judgement_index() {
    static const int index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE_CTX, 0, nullptr,
                                                     nullptr, nullptr, nullptr);
    return index;
}

// A file that was received before its certificate was revoked stays well signed.
bool revoked_later(X509_STORE_CTX* context, core::Instant at) {
    X509_CRL* list = X509_STORE_CTX_get0_current_crl(context);
    X509* certificate = X509_STORE_CTX_get_current_cert(context);
    X509_REVOKED* entry = nullptr;
    if (list == nullptr || certificate == nullptr ||
        X509_CRL_get0_by_cert(list, &entry, certificate) != 1 || entry == nullptr)
        return false;
    return instant_of(X509_REVOKED_get0_revocationDate(entry)) > at;
}

int judge(int good, X509_STORE_CTX* context) {
    if (good == 1) return 1;
    const auto* judgement =
        static_cast<const Judgement*>(X509_STORE_CTX_get_ex_data(context, judgement_index()));
    switch (X509_STORE_CTX_get_error(context)) {
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            return judgement->policy->missing_crl == MissingCrl::accept;
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return judgement->policy->expired_crl == ExpiredCrl::accept;
        case X509_V_ERR_CRL_NOT_YET_VALID:  // newer than the reception: it knows more, not less
            return 1;
        case X509_V_ERR_CERT_REVOKED:
            return revoked_later(context, judgement->at);
        default:
            return 0;
    }
}

SignatureVerdict verdict_of(int error, int depth) {
    const std::string words = X509_verify_cert_error_string(error);
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            if (depth > 0) return refused(10, 1007, "an authority of the chain: " + words);
            return refused(11, 1207, "at the reception: " + words);
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED:
        case X509_V_ERR_CERT_CHAIN_TOO_LONG:
            return refused(10, 1104, "no trusted authority: " + words);
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
            return refused(10, 1103, words);
        case X509_V_ERR_CA_MD_TOO_WEAK:
        case X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM:
            return refused(3, 3004, words);
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
            return refused(3, 3005, words);
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
        case X509_V_ERR_INVALID_EXTENSION:
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_INVALID_NON_CA:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
            return refused(6, 1019, words);
        case X509_V_ERR_CERT_REVOKED:
            return refused(10, 10, "the certificate was revoked before the reception");
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            return refused(10, 10, "there is no revocation list of the issuer");
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return refused(10, 10,
                           "the revocation list of the issuer has expired: fetch a new one");
        default:
            return refused(10, 0, words);
    }
}

}  // namespace

SignatureVerdict check_chain(X509* certificate, CMS_ContentInfo* cms, X509_STORE* store,
                             core::Instant at, const SignaturePolicy& policy) {
    STACK_OF(X509)* sent = CMS_get1_certs(cms);
    const OwnedStoreContext context(X509_STORE_CTX_new());
    ENSURE(context && X509_STORE_CTX_init(context.get(), store, certificate, sent) == 1);
    Judgement judgement{&policy, at};
    X509_STORE_CTX_set_ex_data(context.get(), judgement_index(), &judgement);
    X509_STORE_CTX_set_verify_cb(context.get(), judge);

    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(at.microseconds / 1'000'000));
    X509_VERIFY_PARAM_set_depth(parameters, policy.chain_depth_max);
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);  // 112 bits: RSA 2048, no SHA-1 in the chain
    // Whatever stands in jobs/trust/ca is trusted by itself, so an issuing authority is enough.
    X509_VERIFY_PARAM_set_flags(
        parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);

    SignatureVerdict verdict;
    if (X509_verify_cert(context.get()) != 1)
        verdict = verdict_of(X509_STORE_CTX_get_error(context.get()),
                             X509_STORE_CTX_get_error_depth(context.get()));
    sk_X509_pop_free(sent, X509_free);
    return verdict;
}

}  // namespace seal::parts
