#pragma once
// The private copy: one pass over what was delivered gives the copy (seekable zstd) and its
// digests; nothing reads the delivered file again.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "io/file.hpp"
#include "seal/digest.hpp"

namespace intake {

struct Copied {
    std::uint64_t bytes = 0;
    std::string sha256;  // raw
    std::string other;   // raw, of the further algorithm asked for; empty where none was
    bool too_long = false;
};

// At most `bytes_max` bytes. `further` other than sha256 is computed as well. Frames are compressed
// on `threads` threads.
Copied copy_privately(const io::InputFile& from, const std::filesystem::path& to,
                      std::uint64_t bytes_max, seal::DigestAlgorithm further, unsigned threads);

}  // namespace intake
