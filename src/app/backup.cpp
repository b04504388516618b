#include "app/backup.hpp"

#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"
#include "seal/key_roll.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

constexpr const char *manifest_file = "MANIFEST", *note_file = "MANIFEST.note";
const std::string note_title = "sluice backup\n";
constexpr std::size_t manifest_bytes_max = 1U << 30;

enum class How : unsigned char { copy, link };

// What of a home goes along. Work and locks do not: a standstill has none of either; partners'
// folders are theirs, not ours.
struct Piece {
    const char* path;
    How how;
};
constexpr Piece pieces[] = {
    {"jobs", How::copy},          {"xsd", How::copy},
    {"spool/journal", How::copy}, {"spool/drafts", How::copy},
    {"spool/keys", How::copy},    {"spool/archive", How::link},
    {"spool/traces", How::copy},  {"spool/directory", How::link},
};

bool is_pseudonym(const fs::path& relative) {
    const std::string text = relative.generic_string();
    return text.rfind("spool/keys/pseudonym", 0) == 0;
}

seal::Hash digest_of(const fs::path& path) {
    const auto input = io::InputFile::open(path);
    seal::Sha256 digest;
    constexpr std::size_t at_once = 1 << 20;
    for (std::uint64_t offset = 0;;) {
        const std::string bytes = input.read(offset, at_once);
        digest.update(bytes);
        offset += bytes.size();
        if (bytes.size() < at_once) return digest.value();
    }
}

void copy_whole(const fs::path& from, const fs::path& to) {
    const auto input = io::InputFile::open(from);
    auto output = io::OutputFile::create(to, input.facts().mode & 0777U);
    constexpr std::size_t at_once = 1 << 20;
    for (std::uint64_t offset = 0;;) {
        const std::string bytes = input.read(offset, at_once);
        output.append(bytes);
        offset += bytes.size();
        if (bytes.size() < at_once) return;
    }
}

// One tree into another. A line of the manifest for each file: digest (or - where it is shared with
// the home), length, path.
class Carrier {
  public:
    Carrier(fs::path from, fs::path to) : from_(std::move(from)), to_(std::move(to)) {}

    void carry(const fs::path& relative, How how) {
        const auto facts = io::facts(from_ / relative);
        if (!facts || is_pseudonym(relative)) return;
        if (facts->kind == io::Kind::folder) {
            io::make_folders(to_ / relative, facts->mode);
            for (const std::string& name : io::list(from_ / relative, 10'000'000))
                carry(relative / name, how);
            return;
        }
        if (facts->kind != io::Kind::regular) return;
        if (!(how == How::link && link(relative))) copy_whole(from_ / relative, to_ / relative);
        note(relative, how == How::copy);
    }
    void note(const fs::path& relative, bool with_digest) {
        const auto facts = io::facts(to_ / relative);
        ENSURE(facts.has_value());
        ++result_.files;
        result_.bytes += facts->bytes;
        manifest_ += (with_digest ? seal::hex(digest_of(to_ / relative)) : std::string("-")) + ' ' +
                     std::to_string(facts->bytes) + ' ' + relative.generic_string() + '\n';
    }
    const std::string& manifest() const { return manifest_; }
    const BackupResult& result() const { return result_; }

  private:
    bool link(const fs::path& relative) {
        if (::link((from_ / relative).c_str(), (to_ / relative).c_str()) != 0) return false;
        ++result_.linked;
        return true;
    }
    fs::path from_, to_;
    std::string manifest_;
    BackupResult result_;
};

void carry_pseudonyms(const fs::path& keys, const fs::path& to) {
    io::make_folders(to);
    fs::copy(keys / "pseudonym.key", to / "pseudonym.key");
    if (io::facts(keys / "pseudonym"))
        fs::copy(keys / "pseudonym", to / "pseudonym", fs::copy_options::recursive);
    io::flush_file_system(to);
}

}  // namespace

static void enter(Home& home, const BackupResult& result, const std::string& digest) {
    auto step = home.ledger().begin();
    step->append(
        ledger::EntryKind::configuration, 0, home.now(),
        operator_body("backup", "\"what\":\"backup\",\"files\":" + std::to_string(result.files) +
                                    ",\"bytes\":" + std::to_string(result.bytes) +
                                    ",\"manifest_sha256\":" + json_quoted(digest)));
    step->commit();
}

// Who changes a file of a backup would have to change the list, and cannot sign it.
static std::string check_note(const fs::path& folder, const std::string& manifest,
                              const std::vector<seal::VerifierKey>& keys) {
    const auto note = io::find_file(folder / note_file, seal::note_bytes_max);
    if (!note) return std::string(note_file) + " is missing: nobody signed its list of files";
    const auto text =
        seal::open_note(*note, keys.empty() ? seal::log_keys(folder / "spool" / "keys") : keys);
    if (!text) return std::string(note_file) + " is not signed by the key of the journal";
    if (text->rfind(note_title, 0) != 0 ||
        text->find('\n' + seal::hex(seal::sha256(manifest)) + '\n') == std::string::npos)
        return "its MANIFEST is not the one that was signed";
    return {};
}

BackupResult write_backup(Home& home, const fs::path& folder, const fs::path& pseudonyms) {
    io::make_folders(folder);
    Carrier carrier(home.folder(), folder);
    // The ledger first: what the others hold beyond it is made again from it.
    io::make_folders(folder / "spool" / "ledger");
    home.ledger().copy_to(folder / "spool" / "ledger" / "ledger.db");
    carrier.note("spool/ledger/ledger.db", true);
    for (const Piece& piece : pieces) carrier.carry(piece.path, piece.how);
    if (!pseudonyms.empty()) carry_pseudonyms(home.keys_folder(), pseudonyms);
    io::flush_file_system(folder);
    io::write_file(folder / "backup.json",
                   JsonObject()
                           .text("at", core::to_string(home.now()))
                           .text("installation", home.settings().installation)
                           .number("entries", home.ledger().entry_count())
                           .str() +
                       "\n");
    const std::string digest = seal::hex(seal::sha256(carrier.manifest()));
    io::write_file(folder / note_file,
                   home.keys().log().sign(note_title + home.settings().installation + '\n' +
                                          core::to_string(home.now()) + '\n' + digest + '\n'));
    // Last: a folder without it is no backup.
    io::write_file(folder / manifest_file, carrier.manifest());
    enter(home, carrier.result(), digest);
    return carrier.result();
}

std::string check_backup(const fs::path& folder, const std::vector<seal::VerifierKey>& keys) {
    const auto manifest = io::find_file(folder / manifest_file, manifest_bytes_max);
    if (!manifest) return "it has no MANIFEST: it is no backup, or was not finished";
    if (auto problem = check_note(folder, *manifest, keys); !problem.empty()) return problem;
    std::istringstream lines(*manifest);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string digest, path;
        std::uint64_t bytes = 0;
        words >> digest >> bytes;
        std::getline(words >> std::ws, path);
        const auto facts = io::facts(folder / path);
        if (!facts) return path + " is missing";
        if (facts->bytes != bytes) return path + " has another length";
        if (digest != "-" && seal::hex(digest_of(folder / path)) != digest)
            return path + " has other bytes";
    }
    return {};
}

void unpack_backup(const fs::path& folder, const fs::path& home, const fs::path& pseudonyms) {
    Carrier carrier(folder, home);
    io::make_folders(home / "spool", 0711);
    for (const Piece& piece : pieces) carrier.carry(piece.path, How::copy);
    if (!pseudonyms.empty()) {
        fs::copy(pseudonyms / "pseudonym.key", home / "spool" / "keys" / "pseudonym.key");
        if (io::facts(pseudonyms / "pseudonym"))
            fs::copy(pseudonyms / "pseudonym", home / "spool" / "keys" / "pseudonym",
                     fs::copy_options::recursive);
    }
    // Last, so that a home that was cut short in the middle is not taken for one.
    carrier.carry("spool/ledger", How::copy);
    io::flush_file_system(home);
}

}  // namespace app
