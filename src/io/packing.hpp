#pragma once
// Numbers and texts as bytes: LEB128 numbers, little-endian words, counted texts. Reading never
// goes beyond what is there.
#include <cstdint>
#include <string>
#include <string_view>

namespace io {

class Packer {
  public:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            bytes.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        bytes.push_back(static_cast<char>(value));
    }
    void word(std::uint64_t value, unsigned count = 8) {
        for (unsigned i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
    }
    void text(std::string_view value) {
        number(value.size());
        bytes.append(value);
    }
    std::string bytes;
};

// `Damage::fail()` throws what its room says of bytes that are not ours.
template <typename Damage>
class Unpacker {
  public:
    explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
    bool empty() const { return at_ == bytes_.size(); }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (at_ >= bytes_.size() || shift > 63) Damage::fail();
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if ((byte & 0x80U) == 0) return value;
        }
    }
    std::uint64_t word(unsigned count = 8) {
        const std::string_view raw = take(count);
        std::uint64_t value = 0;
        for (unsigned i = 0; i < count; ++i)
            value |= std::uint64_t{static_cast<unsigned char>(raw[i])} << (8 * i);
        return value;
    }
    std::string_view take(std::uint64_t count) {
        if (count > bytes_.size() - at_) Damage::fail();
        const std::string_view found = bytes_.substr(at_, static_cast<std::size_t>(count));
        at_ += static_cast<std::size_t>(count);
        return found;
    }
    std::string text() { return std::string(take(number())); }
    // A count of things that take at least one byte each: bounded by what is left.
    std::size_t count() {
        const std::uint64_t value = number();
        if (value > bytes_.size() - at_) Damage::fail();
        return static_cast<std::size_t>(value);
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace io
