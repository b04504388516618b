#pragma once
// A signature that is parsed once: looked at before its content is read, verified behind it.
#include <memory>
#include <string_view>
#include <vector>

#include "seal/cms_verify.hpp"

namespace seal {

class OpenedSignature {
  public:
    explicit OpenedSignature(std::string_view fs, const SignaturePolicy& policy = {});
    OpenedSignature(OpenedSignature&&) noexcept;
    ~OpenedSignature();

    SignaturePeek peek() const;
    // As verify_signature.
    SignatureVerdict verify(const std::vector<ContentDigest>& digests, const TrustStore& trust,
                            const std::vector<RegisteredCertificate>& registered,
                            const Reception& reception) const;

  private:
    struct Content;
    std::unique_ptr<Content> content_;
};

}  // namespace seal
