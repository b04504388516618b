// The signer's certificate at the instant of reception: its chain to one of our authorities, its
// days, its revocation.
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "core/ensure.hpp"
#include "seal/cms_parts.hpp"

namespace seal::parts {

namespace {

constexpr int no_authority = 1104;

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

// A file that was received before its certificate was revoked stays well signed. All lists of the
// issuer are asked: OpenSSL forgets which one it was reading when its dates were wrong as well.
bool revoked_later(X509_STORE_CTX* context, core::Instant at) {
    X509* certificate = X509_STORE_CTX_get_current_cert(context);
    STACK_OF(X509_CRL)* lists =
        X509_STORE_CTX_get1_crls(context, X509_get_issuer_name(certificate));
    bool found = false, later = true;
    for (int i = 0; i < sk_X509_CRL_num(lists); ++i) {
        X509_REVOKED* entry = nullptr;
        if (X509_CRL_get0_by_cert(sk_X509_CRL_value(lists, i), &entry, certificate) != 1) continue;
        found = true;
        later = later && instant_of(X509_REVOKED_get0_revocationDate(entry)) > at;
    }
    sk_X509_CRL_pop_free(lists, X509_CRL_free);
    return found && later;
}

// At the top of a chain that ends in an issuing authority of jobs/trust/ca, not in a root.
bool is_partial(X509_STORE_CTX* context) {
    const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
    const int top = sk_X509_num(chain) - 1;
    return top > 0 && X509_STORE_CTX_get_error_depth(context) == top &&
           X509_self_signed(sk_X509_value(chain, top), 0) != 1;
}

int judge(int good, X509_STORE_CTX* context) {
    if (good == 1) return 1;
    const auto* judgement =
        static_cast<const Judgement*>(X509_STORE_CTX_get_ex_data(context, judgement_index()));
    const int error = X509_STORE_CTX_get_error(context);
    // An authority that we trust by itself answers to nobody: without its issuer at hand no list
    // of that issuer could be checked.
    if (is_partial(context) &&
        (error == X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER || error == X509_V_ERR_CRL_SIGNATURE_FAILURE))
        return 1;
    switch (error) {
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

SignatureVerdict verdict_of(int error) {
    const std::string words = X509_verify_cert_error_string(error);
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return refused(10, 1007, "an authority of the chain: " + words);
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED:
        case X509_V_ERR_CERT_CHAIN_TOO_LONG:
            return refused(10, no_authority, "no trusted authority: " + words);
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

static SignatureVerdict judge_chain(X509* certificate, STACK_OF(X509) * sent, X509_STORE* store,
                                    const Judgement& judgement, unsigned long flags) {
    const OwnedStoreContext context(X509_STORE_CTX_new());
    ENSURE(context && X509_STORE_CTX_init(context.get(), store, certificate, sent) == 1);
    Judgement copy = judgement;
    X509_STORE_CTX_set_ex_data(context.get(), judgement_index(), &copy);
    X509_STORE_CTX_set_verify_cb(context.get(), judge);
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters,
                               static_cast<time_t>(judgement.at.microseconds / 1'000'000));
    X509_VERIFY_PARAM_set_depth(parameters, judgement.policy->chain_depth_max);
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);  // 112 bits: RSA 2048, no SHA-1 in the chain
    X509_VERIFY_PARAM_set_flags(parameters,
                                flags | X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    if (X509_verify_cert(context.get()) == 1) return {};
    return verdict_of(X509_STORE_CTX_get_error(context.get()));
}

SignatureVerdict check_chain(X509* certificate, CMS_ContentInfo* cms, X509_STORE* store,
                             core::Instant at, const SignaturePolicy& policy) {
    // First, so that a certificate out of its days is called that, whatever else is out of date.
    if (instant_of(X509_get0_notBefore(certificate)) > at)
        return refused(11, 1207, "the certificate is not valid yet at the reception");
    if (instant_of(X509_get0_notAfter(certificate)) < at)
        return refused(11, 1207, "the certificate has expired at the reception");
    STACK_OF(X509)* sent = CMS_get1_certs(cms);
    const Judgement judgement{&policy, at};
    SignatureVerdict verdict = judge_chain(certificate, sent, store, judgement, 0);
    // Whatever stands in jobs/trust/ca is trusted by itself, so an issuing authority is enough. But
    // where its root is there too, the whole chain is judged, with the root's revocations.
    if (verdict.explanatory_code == no_authority)
        verdict = judge_chain(certificate, sent, store, judgement, X509_V_FLAG_PARTIAL_CHAIN);
    sk_X509_pop_free(sent, X509_free);
    return verdict;
}

}  // namespace seal::parts
