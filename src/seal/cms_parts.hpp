#pragma once
// What the checks of a signature share. Not for other rooms.
#include "seal/cms_verify.hpp"
#include "seal/openssl.hpp"

namespace seal::parts {

SignatureVerdict refused(int main_code, int explanatory_code, std::string reason,
                         int answer_code = 125);

// A parsed FS whose structure and digest are acceptable; or the verdict says why not.
struct Envelope {
    OwnedCms cms;
    CMS_SignerInfo* signer = nullptr;  // inside cms
    SignatureVerdict verdict;          // algorithm is set when good
};
Envelope open_envelope(std::string_view fs, const SignaturePolicy& policy);

// As d2i_CMS_ContentInfo; null when it is none. `behind`: of the bytes, those that follow it.
OwnedCms parse_cms(std::string_view bytes, std::size_t& behind);

int digest_nid(DigestAlgorithm algorithm);

// Each gives a good verdict when there is nothing to say.
SignatureVerdict check_key(X509* certificate, const SignaturePolicy& policy);
SignatureVerdict check_value(CMS_ContentInfo* cms, CMS_SignerInfo* signer, X509* certificate,
                             const ContentDigest& content);
SignatureVerdict check_chain(X509* certificate, CMS_ContentInfo* cms, X509_STORE* store,
                             core::Instant at, const SignaturePolicy& policy);

}  // namespace seal::parts
