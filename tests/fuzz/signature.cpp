// FS files: any bytes are refused with a code or read, in any of the channel's encodings.
#include "fuzz.hpp"
#include "seal/cms_verify.hpp"
#include "seal/digest.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const seal::TrustStore trust = seal::TrustStore::of({});
    const std::string_view fs = fuzz::text(data, size);
    std::string der;
    seal::signature_der(fs, der);
    const seal::SignaturePeek peek = seal::peek_signature(fs);
    if (!peek.verdict.good()) return 0;
    const auto length = seal::digest_bytes(peek.algorithm);
    const std::vector<seal::ContentDigest> digests{{peek.algorithm, std::string(length, '\x11')}};
    seal::Reception reception;
    const seal::SignatureVerdict verdict =
        seal::verify_signature(fs, digests, trust, {}, reception);
    fuzz::check(!verdict.good(), "a signature is good without any authority");
    return 0;
}
