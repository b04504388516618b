#include "app/trust_keeping.hpp"

#include <map>
#include <sstream>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/frames.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr std::size_t trust_bytes_max = 64 << 20, trust_files_max = 10'000;

static fs::path keeping_folder(const Home& home) {
    return home.archive() / "trust";
}

static fs::path kept_file(const Home& home, const std::string& digest) {
    return keeping_folder(home) / (digest + ".zst");
}

// Lists of revocations are large and seldom new: they are compressed, and written once. All that
// are new share one flush before they get their names.
static void keep_files(const Home& home, const std::map<std::string, std::string>& by_digest) {
    if (by_digest.empty()) return;
    io::make_folders(keeping_folder(home));
    const io::Folder folder = io::Folder::open_own(keeping_folder(home));
    for (const auto& [digest, content] : by_digest) {
        std::string packed;
        io::compress_frame(content, packed);
        folder.remove(digest);  // of a turn that was killed
        folder.create_file(digest).append(packed);
    }
    io::flush_file_system(keeping_folder(home));
    for (const auto& [digest, content] : by_digest)
        folder.rename(digest, folder, digest + ".zst", io::Replace::yes);
    folder.sync();
}

std::string keep_trust(Home& home, ledger::Step& step) {
    std::string list;
    std::map<std::string, std::string> fresh;
    for (const char* kind : {"ca", "crl", "tsa"}) {
        const fs::path folder = home.folder() / "jobs" / "trust" / kind;
        if (!io::facts(folder)) continue;
        for (const std::string& name : io::list(folder, trust_files_max)) {
            if (name.size() <= 4 || name.substr(name.size() - 4) != ".pem" || name[0] == '.')
                continue;
            std::string content = io::read_file(folder / name, trust_bytes_max);
            const std::string digest = seal::hex(seal::sha256(content));
            list += digest + " " + kind + "/" + name + "\n";
            if (!io::facts(kept_file(home, digest))) fresh.emplace(digest, std::move(content));
        }
    }
    keep_files(home, fresh);
    std::string digest = seal::hex(seal::sha256(list));
    step.keep_configuration(digest, "trust", "jobs/trust", list);
    return digest;
}

std::vector<KeptTrust> kept_trust(Home& home, const std::string& digest) {
    const auto damaged = [](const std::string& what) {
        return core::Fault(core::FaultKind::integrity, "read the kept trust", what,
                           "it is no longer what it was",
                           "restore spool/archive/trust or the ledger from a backup");
    };
    std::vector<KeptTrust> kept;
    if (digest.empty()) return kept;
    const std::string list = home.ledger().configuration(digest);
    if (seal::hex(seal::sha256(list)) != digest) throw damaged("its list " + digest);
    std::istringstream lines(list);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t space = line.find(' ');
        if (space == std::string::npos) continue;
        const std::string of = line.substr(0, space);
        KeptTrust one{line.substr(space + 1), {}};
        const auto packed = io::find_file(kept_file(home, of), trust_bytes_max);
        if (!packed ||
            io::decompress_frame(*packed, one.content, trust_bytes_max) != io::Unpacked::ok ||
            seal::hex(seal::sha256(one.content)) != of)
            throw damaged(one.path);
        kept.push_back(std::move(one));
    }
    return kept;
}

}  // namespace app
