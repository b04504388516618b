#pragma once
// How columns become bytes: numbers and texts as io packs them, all of it in one zstd frame. Inside
// the ledger room only.
#include <string>
#include <string_view>

#include "core/fault.hpp"
#include "io/frames.hpp"
#include "io/packing.hpp"

namespace ledger {

class Packer : public io::Packer {
  public:
    std::string frame() const {
        std::string packed;
        io::compress_frame(bytes, packed);
        return packed;
    }
};

struct DamagedColumns {
    [[noreturn]] static void fail() {
        throw core::Fault(core::FaultKind::integrity, "read the columns of", "the ledger",
                          "they are damaged", "stop all runs and restore the ledger from a backup");
    }
};

// Holds what it reads.
struct Unframed {
    explicit Unframed(std::string_view frame) {
        static constexpr std::size_t bytes_max = 1ULL << 30;
        if (!frame.empty() && io::decompress_frame(frame, content, bytes_max) != io::Unpacked::ok)
            DamagedColumns::fail();
    }
    std::string content;
};

class Unpacker : private Unframed, public DamagedColumns, public io::Unpacker<DamagedColumns> {
  public:
    explicit Unpacker(std::string_view frame)
        : Unframed(frame), io::Unpacker<DamagedColumns>(content) {}
    Unpacker(const Unpacker&) = delete;
};

}  // namespace ledger
