#include "app/witness.hpp"

#include <chrono>

#include "app/journal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "journal/check.hpp"
#include "journal/lost.hpp"
#include "seal/cms_sign.hpp"
#include "seal/cms_verify.hpp"
#include "seal/digest.hpp"
#include "seal/key_roll.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;

static constexpr std::size_t witness_bytes_max = 1 << 20, witnesses_max = 10'000'000;
static constexpr std::int64_t restores_max = 10'000;

// ---- lost with a restore ----

// The restore that lost what was signed at this instant: the first one after it, which must have
// gone back behind the checkpoint. What the log had before that restore's own entry is common.
static std::optional<ledger::Entry> restore_after(const ledger::Ledger& book,
                                                  core::Instant signed_at) {
    for (ledger::Entry& entry : book.entries_of(EntryKind::restored, 0, restores_max))
        if (signed_at <= entry.at) return std::move(entry);
    return std::nullopt;
}

static Witnessed lost_with(const ledger::Entry& restore, const journal::Tiles& tiles,
                           const seal::LogProof& proof, const journal::Examined& examined) {
    const seal::Checkpoint& seen = *examined.checkpoint;
    const auto common = static_cast<std::uint64_t>(restore.index);
    Witnessed said;
    said.problem =
        journal::check_beginning(tiles, proof, examined.evidence.leaf, seen.size, common);
    // The largest checkpoint that the restore was shown stands in its entry.
    if (said.problem.empty() &&
        journal::member(restore.body, "lost_size") == std::to_string(seen.size) &&
        journal::member(restore.body, "lost_root") != seal::hex(seen.root))
        said.problem = "the log was forked: the restore of " + core::to_string(restore.at) +
                       " saw other entries under a checkpoint of the same size";
    if (!said.problem.empty()) return said;
    said.lost = "lost with the restore of " + core::to_string(restore.at) + ": " +
                std::to_string(seen.size) + " entries were signed, the backup had " +
                std::to_string(common);
    return said;
}

// ---- retired keys ----

// A checkpoint has no time of its own. It was signed after its last entry was made; so where that
// entry is younger than the retirement of the only key that signed, the key did not count any more.
// `lost`: our log has not that entry; then the time of the answer that carries it must do.
static std::string retired_before(Home& home, const journal::Examined& examined,
                                  const std::string& note, bool lost,
                                  const std::optional<core::Instant>& signed_at) {
    std::optional<core::Instant> retired;
    for (const seal::KeyRecord& key : seal::list_keys(home.keys_folder())) {
        const auto verifier =
            key.kind == seal::KeyKind::log ? seal::VerifierKey::parse(key.id) : std::nullopt;
        if (!verifier || !seal::open_note(note, {*verifier})) continue;
        if (key.state != seal::KeyState::retired) return {};
        retired = key.to;
    }
    if (!retired) return {};
    const auto last = static_cast<std::int64_t>(examined.checkpoint->size) - 1;
    bool later = lost && signed_at && *signed_at > *retired;
    if (!lost) {
        const auto entry = home.ledger().entries_from(last, 1);
        later = entry.empty() || entry.front().index != last || entry.front().at > *retired;
    }
    if (!later) return {};
    return "its checkpoint of " + std::to_string(last + 1) +
           " entries is later than the retirement of the key that signed it, " +
           core::to_string(*retired);
}

// ---- one witness ----

static Witnessed beside_log(Home& home, const seal::LogProof& proof,
                            const journal::Examined& examined,
                            const std::vector<seal::VerifierKey>& keys,
                            const std::optional<core::Instant>& signed_at) {
    const auto published = journal::read_checkpoint(journal_folder(home), keys);
    const journal::Tiles tiles(journal_folder(home), published ? published->checkpoint.size : 0);
    Witnessed said{journal::check_witness(tiles, proof, keys), {}};
    if (said.problem.empty() || !signed_at) return said;
    const auto restore = restore_after(home.ledger(), *signed_at);
    if (!restore) return said;
    const auto common = static_cast<std::uint64_t>(restore->index);
    if (examined.checkpoint->size <= common || common > tiles.size()) return said;
    return lost_with(*restore, tiles, proof, examined);
}

Witnessed witness_of(Home& home, const seal::LogProof& proof,
                     const std::optional<core::Instant>& signed_at) {
    const auto keys = seal::log_keys(home.keys_folder());
    const journal::Examined examined = journal::examine(proof, keys);
    if (!examined.problem.empty()) return {examined.problem, {}};
    Witnessed said = beside_log(home, proof, examined, keys, signed_at);
    // What a thief signed is no evidence of a fork either: said first.
    const std::string retired =
        retired_before(home, examined, proof.checkpoint, !said.lost.empty(), signed_at);
    if (!retired.empty()) return {retired, {}};
    return said;
}

// ---- what partners kept ----

static bool is_signature(const std::string& name) {
    return name.rfind("FS.", 0) == 0 || name.rfind("VS.", 0) == 0;
}

// The data that lies beside a signature must be what was published under that name. A name that
// the backup does not know may have been lost.
static std::string check_published(Home& home, const fs::path& signature, bool lost) {
    const std::string identity = signature.filename().string().substr(3);
    if (signature.filename().string().rfind("FS.", 0) != 0) return {};
    for (const std::string& name :
         {"FO." + identity, "CO." + identity, "FO." + identity + ".zst", "FO." + identity + ".p7m",
          "FO." + identity + ".zst.p7m", "CO." + identity + ".p7m"}) {
        const fs::path data = signature.parent_path() / name;
        if (!io::facts(data)) continue;
        const auto row = home.ledger().find_outgoing(name);
        if (!row && lost) continue;
        if (!row) return name + " was never published by us";
        const auto file = io::InputFile::open(data);
        seal::Sha256 running;
        for (std::uint64_t at = 0;;) {
            const std::string piece = file.read(at, 1 << 20);
            if (piece.empty()) break;
            running.update(piece);
            at += piece.size();
        }
        if (seal::hex(running.value()) != row->digest)
            return name + " is not what was published under this name";
    }
    return {};
}

static std::string check_one(Home& home, const fs::path& path, WitnessesSeen& seen) {
    const std::string name = path.filename().string();
    const std::string signature = io::read_file(path, witness_bytes_max);
    const auto text = seal::journal_proof(signature);
    if (!text) return {};  // from a time before there was a journal
    const auto proof = seal::LogProof::parse(*text);
    if (!proof) return name + ": its proof cannot be read";
    ++seen.count;
    const Witnessed said =
        witness_of(home, *proof, seal::peek_signature(signature).verdict.claimed_at);
    if (!said.problem.empty()) return name + ": " + said.problem;
    if (!said.lost.empty()) seen.lost.push_back(name + ": " + said.lost);
    return check_published(home, path, !said.lost.empty());
}

WitnessesSeen check_witnesses(Home& home, const std::vector<fs::path>& paths) {
    WitnessesSeen seen;
    const io::Lock lock = io::Lock::take(home.work() / "journal.lock", "verify the journal",
                                         std::chrono::seconds(300));
    for (const fs::path& path : paths) {
        const auto facts = io::facts(path);
        if (!facts)
            throw core::Fault(core::FaultKind::usage, "read the witness", path.string(),
                              "there is no such file or folder");
        std::vector<fs::path> files;
        if (facts->kind != io::Kind::folder) files.push_back(path);
        if (facts->kind == io::Kind::folder)
            for (const std::string& name : io::list(path, witnesses_max))
                if (is_signature(name)) files.push_back(path / name);
        for (const fs::path& file : files) {
            seen.problem = check_one(home, file, seen);
            if (!seen.problem.empty()) return seen;
        }
    }
    return seen;
}

}  // namespace app
