#pragma once
// The signature of one signer as bytes with holes. OpenSSL builds a CMS from objects that it locks,
// copies, sorts and encodes, which takes longer than to sign; all but four things are the same each
// time, so the first is made by OpenSSL and the others like it. Not for other rooms.
#include <optional>
#include <string>
#include <string_view>

#include "core/instant.hpp"
#include "seal/digest.hpp"
#include "seal/openssl.hpp"

namespace seal::parts {

class CmsForm {
  public:
    // From a CMS that OpenSSL made over this digest and time, without unsigned attributes. Nothing
    // where it does not look as expected (other kinds of keys): then there is no short way.
    static std::optional<CmsForm> learn(std::string_view der, const Hash& digest, core::Instant at);
    // The same with another digest, time and proof, as DER; `proof_oid`: its DER. Nothing where the
    // time is not written in as many bytes.
    std::optional<std::string> fill(EVP_PKEY* key, const Hash& digest, core::Instant at,
                                    std::string_view proof_oid, std::string_view proof) const;

  private:
    std::string before_;      // of SignedData: what stands before the signer
    std::string signer_;      // of SignerInfo: what stands before the signed attributes
    std::string attributes_;  // signed attributes, without tag and length
    std::string algorithm_;   // of the signature
    std::size_t digest_at_ = 0, time_at_ = 0, time_bytes_ = 0;  // in attributes_
};

}  // namespace seal::parts
