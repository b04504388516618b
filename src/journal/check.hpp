#pragma once
// Does the log hold? Every signature, hash, tile and root, each kept checkpoint against the same
// leaves, the leaves against the ledger; and checkpoints that others kept. Names the first thing
// that does not hold; writes nothing.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "journal/log.hpp"

namespace journal {

struct Checked {
    std::string problem;  // empty: all holds
    std::uint64_t entries = 0, checkpoints = 0;
};

// `ledger_entries` are compared with the leaves one by one where `source` is given.
Checked check_log(const std::filesystem::path& folder, const std::vector<seal::VerifierKey>& keys,
                  const Entries& source, std::uint64_t ledger_entries);

// A proof that somebody kept: its checkpoint must be ours and the log must have grown out of it.
// Empty: it did.
std::string check_witness(const Tiles& tiles, const seal::LogProof& proof,
                          const std::vector<seal::VerifierKey>& keys);

}  // namespace journal
