#pragma once
// Keys over the years: which there are and were, preparing the next one, taking it up, and no
// longer believing one. The private half of a former key is destroyed when it is followed; its
// public half is kept for ever, with the time in which it counted, so that old proofs verify.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.hpp"
#include "seal/keys.hpp"

namespace seal {

enum class KeyKind : unsigned char { signer, log };
std::string_view to_string(KeyKind kind);  // "signer", "log"
std::optional<KeyKind> parse_key_kind(std::string_view text);

enum class KeyState : unsigned char {
    next,     // made, not in use yet
    active,   // signs
    former,   // followed by another; counts for what was signed in its time
    retired,  // as former, but what is later than `to` was never ours: say after a theft
};
std::string_view to_string(KeyState state);

struct KeyRecord {
    KeyKind kind = KeyKind::signer;
    std::string id;  // of a signer the certificate's fingerprint, of the log the verifier key
    std::string algorithm;  // "EC P-256", "RSA 3072", "Ed25519"
    KeyState state = KeyState::active;
    core::Instant from;
    std::optional<core::Instant> to;
    std::optional<core::Instant> not_after;  // of a signer's certificate
    std::string file;                        // of the public half, in the folder of the keys
};

// All keys that sign or signed, the newest of each kind first. Never a secret.
std::vector<KeyRecord> list_keys(const std::filesystem::path& folder);

// Every key the log was ever signed with, the active one first: what verifiers of old proofs need.
std::vector<VerifierKey> log_keys(const std::filesystem::path& folder);
// PEM of all signing certificates there were, the active one first, with their authorities.
std::string all_signer_chains(const std::filesystem::path& folder);
std::string former_signer_chains(const std::filesystem::path& folder);

// Makes the next key of a kind and gives what to hand around before it is taken up: a PKCS #10
// request for an authority outside, or the verifier key of the log. A Fault when one is there.
std::string create_next(const std::filesystem::path& folder, KeyKind kind, KeyAlgorithm algorithm,
                        const KeyOptions& options);

struct Rolled {
    KeyRecord former, active;
    std::string statement;  // of the log: a note that both keys signed, naming both
};
// Takes up the next key (made now where there is none). `certificate` is a PEM chain for a next
// signer from an authority outside; empty: our own authority issues one. Nobody may sign meanwhile;
// a roll that a crash cut short is finished by Keys::load.
Rolled roll_key(const std::filesystem::path& folder, KeyKind kind, const KeyOptions& options,
                const std::string& certificate, KeyAlgorithm algorithm, core::Instant now);

// A former key is no longer believed for anything after `to`. A Fault for one that is not former.
KeyRecord retire_key(const std::filesystem::path& folder, const std::string& id, core::Instant to);

}  // namespace seal
