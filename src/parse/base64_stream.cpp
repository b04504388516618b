#include "parse/base64_stream.hpp"

namespace parse {

namespace {

constexpr std::uint8_t space = 64, padding = 65, wrong = 66;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> values{};
    for (auto& each : values) each = wrong;
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    for (const char c : {' ', '\t', '\n', '\r'}) values[static_cast<unsigned char>(c)] = space;
    values[static_cast<unsigned char>('=')] = padding;
    return values;
}
constexpr auto values = make_values();

class Decoder {
  public:
    explicit Decoder(const std::function<void(std::string_view)>& take) : take_(take) {}

    bool add(char c) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == space) return true;
        if (value == wrong) return false;
        if (value == padding) return ++paddings_ <= 2;
        if (paddings_ > 0) return false;
        group_ = group_ << 6U | value;
        if (++digits_ == 4) {
            put(16);
            put(8);
            put(0);
            digits_ = 0;
            group_ = 0;
        }
        return true;
    }

    // The last group: padded to four, and no bit set behind the last byte.
    bool finish() {
        const bool whole = digits_ == 0 ? paddings_ == 0 : digits_ + paddings_ == 4;
        if (!whole || digits_ == 1) return false;
        if (digits_ == 2) {
            if ((group_ & 0xFU) != 0) return false;
            put_byte(group_ >> 4U);
        } else if (digits_ == 3) {
            if ((group_ & 0x3U) != 0) return false;
            put_byte(group_ >> 10U);
            put_byte(group_ >> 2U);
        }
        give();
        return true;
    }

  private:
    void put(unsigned shift) { put_byte(group_ >> shift); }
    void put_byte(std::uint32_t byte) {
        piece_[used_++] = static_cast<char>(static_cast<std::uint8_t>(byte & 0xFFU));
        if (used_ == piece_.size()) give();
    }
    void give() {
        if (used_ > 0) take_(std::string_view(piece_.data(), used_));
        used_ = 0;
    }

    const std::function<void(std::string_view)>& take_;
    std::array<char, 8192> piece_;
    std::size_t used_ = 0;
    std::uint32_t group_ = 0;
    unsigned digits_ = 0, paddings_ = 0;
};

}  // namespace

bool decode_base64(std::string_view text, const std::function<void(std::string_view)>& take) {
    Decoder decoder(take);
    for (const char c : text)
        if (!decoder.add(c)) return false;
    return decoder.finish();
}

}  // namespace parse
