#include "app/trust_keeping.hpp"

#include <sstream>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/frames.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr std::size_t trust_bytes_max = 64 << 20, trust_files_max = 10'000;

static fs::path kept_file(const Home& home, const std::string& digest) {
    return home.archive() / "trust" / (digest + ".zst");
}

// A list of revocations is large and seldom new: it is compressed, and written once.
static void keep_file(const Home& home, const std::string& digest, const std::string& content) {
    const fs::path to = kept_file(home, digest);
    if (io::facts(to)) return;
    io::make_folders(to.parent_path());
    std::string packed;
    io::compress_frame(content, packed);
    io::write_file(to, packed);
}

std::string keep_trust(Home& home, ledger::Step& step) {
    std::string list;
    for (const char* kind : {"ca", "crl", "tsa"}) {
        const fs::path folder = home.folder() / "jobs" / "trust" / kind;
        if (!io::facts(folder)) continue;
        for (const std::string& name : io::list(folder, trust_files_max)) {
            if (name.size() <= 4 || name.substr(name.size() - 4) != ".pem" || name[0] == '.')
                continue;
            const std::string content = io::read_file(folder / name, trust_bytes_max);
            const std::string digest = seal::hex(seal::sha256(content));
            keep_file(home, digest, content);
            list += digest + " " + kind + "/" + name + "\n";
        }
    }
    const std::string digest = seal::hex(seal::sha256(list));
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
