// sluice receipt verify: is this answer or parcel ours, to the byte? Needs our public chain alone.
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/cms_verify.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr std::size_t signature_bytes_max = 256 << 10;

// FO.X and CO.X are signed by FS.X, VO.X by VS.X; .zst belongs to the data alone.
static fs::path signature_beside(const fs::path& file) {
    std::string name = file.filename().string();
    if (name.size() > 4 && name.compare(name.size() - 4, 4, ".zst") == 0)
        name.resize(name.size() - 4);
    const std::string prefix = name.substr(0, 3);
    if (prefix != "FO." && prefix != "CO." && prefix != "VO.")
        throw core::Fault(core::FaultKind::usage, "find the signature of", file.filename().string(),
                          "its name begins neither with FO. nor CO. nor VO.",
                          "name the signature with --signature");
    return file.parent_path() / ((prefix == "VO." ? "VS." : "FS.") + name.substr(3));
}

static std::vector<seal::CertificateFacts> chain_of(const Arguments& arguments) {
    if (arguments.has("chain")) return seal::read_certificates(arguments.get("chain"));
    const fs::path own = home_folder(arguments) / "spool" / "keys" / "signer.pem";
    if (!io::facts(own))
        throw core::Fault(core::FaultKind::usage, "verify", arguments.operand(0),
                          "no certificates to verify with are given",
                          "name the file that `sluice key export` printed with --chain");
    return seal::read_certificates(own);
}

static seal::ContentDigest digest_of(const fs::path& path, seal::DigestAlgorithm algorithm) {
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

static int run_receipt_verify(const Arguments& arguments) {
    const fs::path file = arguments.operand(0);
    const fs::path signature_file =
        arguments.has("signature") ? fs::path(arguments.get("signature")) : signature_beside(file);
    const auto chain = chain_of(arguments);
    const std::string signature = io::read_file(signature_file, signature_bytes_max);
    const auto peek = seal::peek_signature(signature);
    seal::SignatureVerdict verdict = peek.verdict;
    if (verdict.good()) {
        std::vector<seal::RegisteredCertificate> registered(1);
        registered.front().der = chain.front().der;
        // The certificate must have been valid when it signed, not today: answers are kept for
        // years.
        const core::Instant now = Clock(arguments).now();
        const auto trust = seal::TrustStore::of(chain);
        std::vector<seal::ContentDigest> digests;
        digests.push_back(digest_of(file, peek.algorithm));
        const seal::SignaturePolicy policy;
        const auto judged = [&](core::Instant at) {
            seal::Reception reception;
            reception.at = at;
            reception.day.days = static_cast<std::int32_t>(at.microseconds / 86'400'000'000);
            return seal::verify_signature(signature, digests, trust, registered, reception, policy);
        };
        verdict = judged(now);
        if (!verdict.good() && verdict.claimed_at && *verdict.claimed_at < now)
            verdict = judged(*verdict.claimed_at);
    }
    if (!verdict.good())
        throw core::Fault(core::FaultKind::integrity, "verify", file.filename().string(),
                          verdict.reason, "do not rely on this file; ask who gave it to you");
    std::cout << coloured("good", Colour::green) << "  " << file.filename().string()
              << " is signed by " << chain.front().subject;
    if (verdict.claimed_at) std::cout << " at " << core::to_string(*verdict.claimed_at);
    std::cout << '\n';
    return 0;
}

static constexpr Option options[] = {
    {"chain", "PEM", "our certificates (default: those of the home)"},
    {"signature", "FILE", "the signature (default: FS or VS of the same name beside FILE)"},
};

const Command receipt_verify_command{
    "receipt verify",
    "FILE",
    "verify an answer or a parcel by our public certificates",
    "FILE is a receipt, notification, parcel or voucher as it lay in OUT; its signature lies "
    "beside\n"
    "it. No home is needed: --chain is what `sluice key export` printed. A signature that does "
    "not\n"
    "hold ends in exit status 4.\n"
    "\n"
    "With openssl: base64 -d FS.X > fs.der, then openssl cms -verify -binary -inform DER -in "
    "fs.der\n"
    "-content FO.X -CAfile sluice-chain.pem.",
    "sluice receipt verify FO.ACRF.999999.20260401.00001.R --chain sluice-chain.pem",
    options,
    1,
    1,
    run_receipt_verify};

}  // namespace app
