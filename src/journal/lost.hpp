#pragma once
// A log that was restored from a backup shares only its beginning with the one that was lost. What
// a proof under a lost checkpoint still shows of that beginning must be ours.
#include <cstdint>
#include <string>
#include <string_view>

#include "journal/tiles.hpp"
#include "seal/note.hpp"

namespace journal {

// `proof` holds for `leaf` in a tree of `size` entries (see `examine`); the first `common` of them
// are said to be ours (common <= tiles.size(), common < size). Every hash of the proof that lies in
// that beginning is compared. Empty: none differs.
std::string check_beginning(const Tiles& tiles, const seal::LogProof& proof, std::string_view leaf,
                            std::uint64_t size, std::uint64_t common);

}  // namespace journal
