#pragma once
// What travels in a proof's `extra` line: the leaf's text, the body where the leaf has only its
// digest, and the opening of one record. Not authenticated by itself: `examine` ties it to the
// checkpoint.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "seal/note.hpp"

namespace journal {

struct RecordOpening {
    std::uint64_t slice = 0, index = 0, size = 0;
    std::string opening, route;  // route: only where the opening has its digest
    std::vector<seal::Hash> path;
};

struct Evidence {
    std::string leaf;
    std::string body;  // empty: the leaf holds it
    std::optional<RecordOpening> record;

    std::string text() const;
    static std::optional<Evidence> parse(std::string_view text);
};

struct Examined {
    std::string problem;  // empty: proven
    Evidence evidence;
    std::optional<seal::Checkpoint> checkpoint;
};
// Everything that can be said of a proof with the keys alone.
Examined examine(const seal::LogProof& proof, const std::vector<seal::VerifierKey>& keys);

// The value of a top-level or nested string or number member of our own canonical JSON; empty where
// there is none.
std::string member(std::string_view json, std::string_view name);
// The root that a slice entry's body gives for this slice.
std::optional<seal::Hash> root_in_body(std::string_view body, std::uint64_t slice);

}  // namespace journal
