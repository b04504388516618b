#include "app/own_signature.hpp"

#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;

seal::ContentDigest digest_of(const fs::path& path, seal::DigestAlgorithm algorithm) {
    const auto input = io::InputFile::open(path);
    seal::Digest digest(algorithm);
    constexpr std::size_t at_once = 1 << 20;
    for (std::uint64_t offset = 0;;) {
        const std::string bytes = input.read(offset, at_once);
        digest.update(bytes);
        offset += bytes.size();
        if (bytes.size() < at_once) return {algorithm, digest.value()};
    }
}

seal::SignatureVerdict own_signature(const fs::path& file, const std::string& signature,
                                     const std::vector<seal::CertificateFacts>& chain,
                                     core::Instant now) {
    seal::SignaturePolicy policy;
    policy.signature_bytes_max = own_signature_bytes_max;
    const auto peek = seal::peek_signature(signature, policy);
    if (!peek.verdict.good()) return peek.verdict;
    std::vector<seal::RegisteredCertificate> registered;
    for (const seal::CertificateFacts& one : chain) {
        registered.emplace_back();
        registered.back().der = one.der;
    }
    const auto trust = seal::TrustStore::of(chain);
    const std::vector<seal::ContentDigest> digests = {digest_of(file, peek.algorithm)};
    const auto judged = [&](core::Instant at) {
        seal::Reception reception;
        reception.at = at;
        reception.day.days = static_cast<std::int32_t>(at.microseconds / 86'400'000'000);
        return seal::verify_signature(signature, digests, trust, registered, reception, policy);
    };
    seal::SignatureVerdict verdict = judged(now);
    if (!verdict.good() && verdict.claimed_at && *verdict.claimed_at < now)
        verdict = judged(*verdict.claimed_at);
    return verdict;
}

}  // namespace app
