#pragma once
// How columns become bytes: numbers of as few bytes as they need, texts with their length, all of
// it in one zstd frame. Inside the ledger room only.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/fault.hpp"
#include "io/frames.hpp"

namespace ledger {

class Packer {
  public:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            bytes.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        bytes.push_back(static_cast<char>(value));
    }
    void fixed(std::uint64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8)
            bytes.push_back(static_cast<char>(value >> shift));
    }
    void text(std::string_view value) {
        number(value.size());
        bytes.append(value);
    }
    std::string frame() const {
        std::string packed;
        io::compress_frame(bytes, packed);
        return packed;
    }
    std::string bytes;
};

class Unpacker {
  public:
    explicit Unpacker(std::string_view frame) {
        if (frame.empty()) return;
        if (io::decompress_frame(frame, bytes_, slice_facts_bytes_max) != io::Unpacked::ok) fail();
    }
    bool empty() const { return at_ == bytes_.size(); }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (at_ >= bytes_.size() || shift > 63) fail();
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0) return value;
        }
    }
    std::uint64_t fixed() {
        if (bytes_.size() - at_ < 8) fail();
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 8)
            value |= std::uint64_t{static_cast<unsigned char>(bytes_[at_++])} << shift;
        return value;
    }
    // A count of things that take at least one byte each: bounded by what is left.
    std::size_t count() {
        const std::uint64_t value = number();
        if (value > bytes_.size() - at_) fail();
        return static_cast<std::size_t>(value);
    }
    std::string text() {
        const std::size_t size = count();
        std::string value = bytes_.substr(at_, size);
        at_ += size;
        return value;
    }
    [[noreturn]] static void fail() {
        throw core::Fault(core::FaultKind::integrity, "read the columns of", "the ledger",
                          "they are damaged", "stop all runs and restore the ledger from a backup");
    }

  private:
    static constexpr std::size_t slice_facts_bytes_max = 1ULL << 30;
    std::string bytes_;
    std::size_t at_ = 0;
};

}  // namespace ledger
