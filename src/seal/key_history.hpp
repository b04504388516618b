#pragma once
// The times of the log's keys as one signed note, so that whoever holds no home can tell what a
// retired key signed while it counted from what a thief signed with it later.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "seal/key_roll.hpp"

namespace seal {

struct KeyTime {
    VerifierKey key;
    KeyState state = KeyState::active;
    core::Instant from;
    std::optional<core::Instant> to;
};

// "sluice log keys", origin and time, then a line for each key that ever counted, the active one
// first: state, verifier key, from, to (or -). Signed by the active key.
std::string key_history(const std::filesystem::path& folder, const NoteSigner& signer,
                        core::Instant now);
bool is_key_history(std::string_view text);
// None where it cannot be read or its own active key did not sign it.
std::optional<std::vector<KeyTime>> read_key_history(std::string_view note);

}  // namespace seal
