#pragma once
// A file as a package that other archives take over (BagIt, RFC 8493): the bytes as delivered and
// as sent, what the ledger says of them, the proof of the journal, and a manifest of digests.
#include <cstdint>
#include <filesystem>

#include "app/home.hpp"
#include "ledger/types.hpp"

namespace app {

struct Exported {
    std::size_t objects = 0;
    std::uint64_t bytes = 0;
};

// Into the new or empty folder `to`. What has expired is not in it; the metadata says so. Digests
// are checked on the way: a copy that is not what was received is a Fault (integrity).
Exported export_archived(Home& home, const ledger::File& file, const std::filesystem::path& to);

}  // namespace app
