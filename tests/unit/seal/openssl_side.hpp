#pragma once
// The other side of every signature: the openssl command line, with certificates made by
// scripts/make-test-ca once for all tests of the binary.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "../temporary_folder.hpp"

inline bool shell(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

inline std::string slurp(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void spew(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

struct OpensslSide {
    TemporaryFolder folder;
    std::string scripts;
    bool there = false;

    OpensslSide() {
        const char* source = std::getenv("SLUICE_SOURCE");
        if (source == nullptr || !shell("openssl version")) return;
        scripts = std::string(source) + "/scripts/";
        there = shell("'" + scripts + "make-test-ca' '" + folder.path.native() + "'");
    }
    std::filesystem::path certificate(const std::string& name) const {
        return folder.path / "certs" / (name + ".pem");
    }
    // The FS that `name` makes over `content`; empty when openssl refuses.
    std::string sign(const std::string& name, const std::string& content, const std::string& lines,
                     const std::string& options = "") const {
        spew(folder.path / "content", content);
        const std::filesystem::path out = folder.path / "signature";
        std::filesystem::remove(out);
        const std::string certs = (folder.path / "certs" / name).native();
        shell("'" + scripts + "sign-file' '" + certs + ".key' '" + certs + ".pem' '" +
              (folder.path / "content").native() + "' '" + out.native() + "' --lines " + lines +
              " " + options);
        return slurp(out);
    }
};

// One for all; its folder goes at exit.
inline const OpensslSide& openssl_side() {
    static const OpensslSide side;
    return side;
}

#define NEEDS_OPENSSL()                                                                        \
    if (!openssl_side().there) {                                                               \
        MESSAGE("skipped: needs the openssl command and SLUICE_SOURCE naming the repository"); \
        return;                                                                                \
    }
