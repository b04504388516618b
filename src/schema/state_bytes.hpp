#pragma once
// The bytes of a saved State: numbers of seven bits a byte, texts with their length.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace schema {

class StateWriter {
  public:
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) out_.push_back(static_cast<char>(value | 0x80U));
        out_.push_back(static_cast<char>(value));
    }
    void text(std::string_view value) {
        number(value.size());
        out_.append(value);
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

class StateReader {
  public:
    explicit StateReader(std::string_view bytes) : left_(bytes) {}
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(left_[0]);
            left_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) return value;
        }
        return value;
    }
    std::string_view text() {
        const std::size_t size = std::min<std::uint64_t>(number(), left_.size());
        const std::string_view value = left_.substr(0, size);
        left_.remove_prefix(size);
        return value;
    }
    std::uint32_t id() { return static_cast<std::uint32_t>(number()); }
    bool flag() { return number() != 0; }
    bool empty() const { return left_.empty(); }

  private:
    std::string_view left_;
};

}  // namespace schema
