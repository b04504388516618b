#pragma once
// Full tiles and bundles that are missing or damaged, made again from the entries. Nothing is
// written unless the entries lead to exactly the root that was signed; the caller holds the lock.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "journal/log.hpp"

namespace journal {

struct Mended {
    std::string name;  // relative to the log's folder
    std::string was;   // "missing", or the hex SHA-256 of what lay there instead
};

// The tiles and bundles of the checkpoint that is published, compared with what `entries` give. A
// Fault (integrity), and nothing written, where these do not lead to the root that was signed.
// `plan`: only compares.
enum class Mending : unsigned char { plan, write };
std::vector<Mended> mend_log(const std::filesystem::path& folder, const Signed& signed_as,
                             const Entries& entries, Mending mending);

}  // namespace journal
