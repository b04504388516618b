#pragma once
// The log's keys as somebody without a home has them: verifier keys, or the signed history of them.
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "core/instant.hpp"
#include "seal/key_history.hpp"

namespace app {

struct OfflineKeys {
    std::vector<seal::VerifierKey> keys;
    std::vector<seal::KeyTime> times;  // empty: only keys were given

    // --key of a command: a key, a file of keys, or what `key export --log --history` printed. A
    // Fault (usage) for anything else.
    static OfflineKeys given(const std::string& text_or_file);
    // The end of the retired key that alone signed this note; none where another one did.
    std::optional<core::Instant> retired(const std::string& note) const;
};

}  // namespace app
