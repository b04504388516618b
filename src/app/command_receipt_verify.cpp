// sluice receipt verify: is this answer or parcel ours, to the byte, and what does the journal's
// proof inside its signature prove? Needs our public chain and the log's public key alone.
#include <chrono>
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/offline_keys.hpp"
#include "app/own_signature.hpp"
#include "app/terminal.hpp"
#include "app/witness.hpp"
#include "core/fault.hpp"
#include "core/file_name.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "io/zip.hpp"
#include "journal/evidence.hpp"
#include "outbox/names.hpp"
#include "seal/cms_verify.hpp"
#include "seal/key_roll.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr std::size_t looked_through_bytes_max = 4 << 20;

// FO.X and CO.X are signed by FS.X, VO.X by VS.X; .zst and .p7m belong to the data alone.
static fs::path signature_beside(const fs::path& file) {
    std::string name = file.filename().string();
    if (const auto identity = outbox::data_identity(name))
        name = name.substr(0, 3) + identity->text();
    const std::string prefix = name.substr(0, 3);
    if (prefix != "FO." && prefix != "CO." && prefix != "VO.")
        throw core::Fault(core::FaultKind::usage, "find the signature of", file.filename().string(),
                          "its name begins neither with FO. nor CO. nor VO.",
                          "name the signature with --signature");
    return file.parent_path() / ((prefix == "VO." ? "VS." : "FS.") + name.substr(3));
}

static bool in_home(const Arguments& arguments) {
    return io::facts(home_folder(arguments) / "spool" / "keys" / "signer.pem").has_value();
}

static std::vector<seal::CertificateFacts> chain_of(const Arguments& arguments) {
    if (arguments.has("chain")) return seal::read_certificates(arguments.get("chain"));
    if (!in_home(arguments))
        throw core::Fault(core::FaultKind::usage, "verify", arguments.operand(0),
                          "no certificates to verify with are given",
                          "name the file that `sluice key export` printed with --chain");
    return seal::parse_certificates(
        seal::all_signer_chains(home_folder(arguments) / "spool" / "keys"), "spool/keys");
}

// In a home, all that the log ever had. Empty: none is known.
static OfflineKeys keys_of(const Arguments& arguments) {
    if (arguments.has("key")) return OfflineKeys::given(arguments.get("key"));
    OfflineKeys own;
    if (in_home(arguments) && !arguments.has("chain"))
        own.keys = seal::log_keys(home_folder(arguments) / "spool" / "keys");
    return own;
}

static core::Fault broken(const fs::path& file, const std::string& reason) {
    return {core::FaultKind::integrity, "verify", file.filename().string(), reason,
            "do not rely on this file; ask who gave it to you"};
}

// ---- the proof ----

// What is said inside, as far as a reference can stand: the start of the text.
static std::string words_inside(const fs::path& file) {
    const auto input = io::InputFile::open(file);
    if (file.filename().string().rfind("CO.", 0) != 0)
        return input.read(0, looked_through_bytes_max);
    io::ZipReader archive(input, {});
    std::string text(looked_through_bytes_max, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const std::size_t got = archive.read(text.data() + length, text.size() - length);
        if (got == 0) break;
        length += got;
    }
    text.resize(length);
    return text;
}

// The proof is not under the signature, so somebody could have put another answer's there: an
// answer names its file and a voucher its ticket, and the entry must be about the same.
static bool is_about(const fs::path& file, const std::string& leaf) {
    const std::string name = file.filename().string();
    const std::string subject = name.substr(3, std::min<std::size_t>(4, name.size() - 3));
    const bool answer = name.rfind("VO.", 0) != 0 && (subject == "ACRF" || subject == "NOTI");
    const std::string ticket = journal::member(leaf, "ticket");
    if (!answer && (name.rfind("VO.", 0) != 0 || ticket.empty())) return true;
    const std::string text = words_inside(file);
    const auto says = [&](const std::string& word) {
        return !word.empty() && text.find(word) != std::string::npos;
    };
    if (!answer) return says(ticket);
    return says(journal::member(leaf, "file")) || says(journal::member(leaf, "name")) ||
           says(ticket);
}

// In a home the log is there too: it grew out of what this proof saw, or a restore lost that.
static void check_log(const Arguments& arguments, const fs::path& file, const seal::LogProof& proof,
                      const std::optional<core::Instant>& signed_at) {
    if (!in_home(arguments) || arguments.has("chain")) return;
    if (!io::facts(home_folder(arguments) / "spool" / "ledger")) return;
    Home home(arguments);
    const io::Lock lock =
        io::Lock::take(home.work() / "journal.lock", "verify a receipt", std::chrono::seconds(300));
    const Witnessed said = witness_of(home, proof, signed_at);
    if (!said.problem.empty()) throw broken(file, said.problem);
    if (!said.lost.empty())
        std::cout << coloured("lost", Colour::yellow) << "  " << said.lost << '\n';
}

// Without a home the answer's own time and that of its entry must do: both are before the end of a
// retired key, or a thief may have signed.
static void check_retired(const fs::path& file, const OfflineKeys& keys,
                          const seal::LogProof& proof, const std::string& leaf,
                          const std::optional<core::Instant>& signed_at) {
    const auto end = keys.retired(proof.checkpoint);
    if (!end) return;
    const auto entered = core::parse_instant(journal::member(leaf, "at"));
    if (!signed_at || *signed_at > *end || !entered || *entered > *end)
        throw broken(file,
                     "it is later than the retirement of the journal's key that signed its "
                     "checkpoint, " +
                         core::to_string(*end));
    std::cout << coloured("retired", Colour::yellow)
              << "  it was made under a key of the journal that was retired on "
              << core::to_string(*end) << "; it says to be from before\n";
}

static bool verify_proof(const Arguments& arguments, const fs::path& file,
                         const std::string& signature,
                         const std::optional<core::Instant>& signed_at) {
    const auto keys = keys_of(arguments);
    const auto text = seal::journal_proof(signature);
    if (!text) {
        std::cout << coloured("none", Colour::yellow) << "  it carries no proof of the journal\n";
        return !arguments.has("key");
    }
    if (keys.keys.empty()) {
        std::cout << coloured("not checked", Colour::yellow)
                  << "  the proof of the journal: no key was given (--key)\n";
        return true;
    }
    const auto proof = seal::LogProof::parse(*text);
    if (!proof) throw broken(file, "its proof of the journal cannot be read");
    const auto examined = journal::examine(*proof, keys.keys);
    if (!examined.problem.empty())
        throw broken(file, "its proof of the journal does not hold: " + examined.problem);
    const std::string& leaf = examined.evidence.leaf;
    if (!is_about(file, leaf))
        throw broken(file, "its proof of the journal is about another file, " +
                               journal::member(leaf, "file"));
    std::cout << coloured("good", Colour::green) << "  entry " << proof->index << " of "
              << examined.checkpoint->size << " in the journal of " << examined.checkpoint->origin
              << ": " << journal::member(leaf, "file") << " was " << journal::member(leaf, "kind")
              << " at " << journal::member(leaf, "at") << '\n';
    check_retired(file, keys, *proof, leaf, signed_at);
    check_log(arguments, file, *proof, signed_at);
    return true;
}

// In a home we know what we published under each name.
static void check_published(const Arguments& arguments, const fs::path& file) {
    if (!in_home(arguments) || arguments.has("chain")) return;
    if (!io::facts(home_folder(arguments) / "spool" / "ledger")) return;
    Home home(arguments);
    const auto row = home.ledger().find_outgoing(file.filename().string());
    const std::string digest = seal::hex(digest_of(file, seal::DigestAlgorithm::sha256).value);
    if (row && !row->digest.empty() && row->digest != digest)
        throw broken(file, "it is signed by us, but another one was published under this name");
}

static int run_receipt_verify(const Arguments& arguments) {
    const fs::path file = arguments.operand(0);
    const fs::path signature_file =
        arguments.has("signature") ? fs::path(arguments.get("signature")) : signature_beside(file);
    const auto chain = chain_of(arguments);
    const std::string signature = io::read_file(signature_file, own_signature_bytes_max);
    const seal::SignatureVerdict verdict =
        own_signature(file, signature, chain, Clock(arguments).now());
    if (!verdict.good()) throw broken(file, verdict.reason);
    check_published(arguments, file);
    std::string signer = chain.front().subject;
    for (const seal::CertificateFacts& one : chain)
        if (one.fingerprint == verdict.signer_fingerprint) signer = one.subject;
    std::cout << coloured("good", Colour::green) << "  " << file.filename().string()
              << " is signed by " << signer;
    if (verdict.claimed_at) std::cout << " at " << core::to_string(*verdict.claimed_at);
    std::cout << '\n';
    return verify_proof(arguments, file, signature, verdict.claimed_at) ? 0 : 1;
}

static constexpr Option options[] = {
    {"chain", "PEM", "our certificates (default: those of the home)"},
    {"key", "KEY",
     "the journal's key, its keys or their signed history, or a file: a proof must hold"},
    {"signature", "FILE", "the signature (default: FS or VS of the same name beside FILE)"},
};

const Command receipt_verify_command{
    "receipt verify",
    "FILE",
    "verify an answer or a parcel by our public keys",
    "FILE is a receipt, notification, parcel or voucher as it lay in OUT; its signature lies "
    "beside\n"
    "it. No home is needed: --chain is what `sluice key export` printed, --key what `sluice key\n"
    "export --log` did. Says who signed, and which entry of the journal is proven. In a home "
    "it\n"
    "also says whether that entry was lost with a restore. A signature or a proof that does not\n"
    "hold ends in exit status 4; a proof that --key asks for and that is not there in 1.\n"
    "\n"
    "With openssl: base64 -d FS.X > fs.der, then openssl cms -verify -binary -inform DER -in "
    "fs.der\n"
    "-content FO.X -CAfile sluice-chain.pem.",
    "sluice receipt verify FO.ACRF.999999.20260401.00001.R --chain sluice-chain.pem --key log.pub",
    options,
    1,
    1,
    run_receipt_verify};

}  // namespace app
