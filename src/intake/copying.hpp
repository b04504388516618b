#pragma once
// The private copy: one pass over what was delivered gives the copy (seekable zstd) and its
// digests; nothing reads the delivered file again.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"
#include "seal/envelope.hpp"

namespace intake {

// What was delivered cannot be read (its sender may have shut it, the disk may be broken): this
// file's trouble, unlike a fault where the copy is written.
struct NotRead : core::Fault {
    explicit NotRead(const core::Fault& why) : core::Fault(why) {}
};

struct Copied {
    std::uint64_t bytes = 0;  // as delivered
    std::string sha256;       // raw, of the delivered bytes
    std::string other;        // raw, of the further algorithm asked for; empty where none was
    bool too_long = false;
    std::string envelope_fault;  // why an envelope could not be opened; empty: none, or it was
};

// What stands beside the copy where the file came in a CMS envelope: the file as delivered.
inline constexpr const char* envelope_extension = ".cms";

// At most `bytes_max` bytes, delivered or out of an envelope. `further` other than sha256 is
// computed as well. Frames are compressed on `threads` threads. A CMS envelope is opened in the
// same pass with `key` (null: we have none): the copy then is what was in it, digests are of what
// was delivered. Throws NotRead, and other faults where the copy cannot be written: a large one
// also where it would leave less than `disk_reserve_bytes` free.
Copied copy_privately(const io::InputFile& from, const std::filesystem::path& to,
                      std::uint64_t bytes_max, seal::DigestAlgorithm further, unsigned threads,
                      const seal::DecryptionKey* key = nullptr,
                      std::uint64_t disk_reserve_bytes = 0);

}  // namespace intake
