#pragma once
// What partners kept of the log, beside the log as it is: it must have grown out of every
// checkpoint that was seen. A restore from a backup loses the newest entries, and says so in an
// entry of its own; what was signed in between is known as lost, and is no fork.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "core/instant.hpp"
#include "seal/note.hpp"

namespace app {

struct Witnessed {
    std::string problem;  // empty: the log grew out of what was seen, or says why it did not
    std::string lost;     // "lost with the restore of ..."
};

// A proof that holds by itself, and when the answer that carries it says to be signed. The caller
// holds the journal's lock.
Witnessed witness_of(Home& home, const seal::LogProof& proof,
                     const std::optional<core::Instant>& signed_at);

struct WitnessesSeen {
    std::string problem;
    std::uint64_t count = 0;        // with a proof
    std::vector<std::string> lost;  // what is to be said of those that a restore lost
};

// FS and VS files, or folders of them, that partners kept.
WitnessesSeen check_witnesses(Home& home, const std::vector<std::filesystem::path>& paths);

}  // namespace app
