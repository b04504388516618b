#pragma once
// Exact sums of amounts and counts: a decimal number of at most 9 fraction digits in 128 bits.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parse {

class Decimal {
  public:
    Decimal() = default;
    explicit Decimal(std::uint64_t whole);
    // [+-]digits[.digits], white space around it allowed; nothing where it is not such a number, or
    // has more digits than that before or 9 after the point.
    static constexpr std::size_t amount_digits = 18, sum_digits = 29;
    static std::optional<Decimal> parse(std::string_view text,
                                        std::size_t digits_max = amount_digits);

    Decimal& operator+=(const Decimal& other);
    Decimal& operator-=(const Decimal& other);
    bool operator==(const Decimal& other) const = default;

    // Shortest form: "12", "-0.5", "1234.56".
    std::string text() const;

  private:
    __extension__ typedef __int128 Wide;
    Wide units_ = 0;  // of 10^-9
};

}  // namespace parse
