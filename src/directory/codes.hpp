#pragma once
// Which sectors, institution types and quality codes there are, as the published lists of the
// network have them. Numbers alone; a pair that the lists do not have is told apart from a code
// that no list has.
#include <cstdint>
#include <optional>
#include <string_view>

namespace directory {

enum class Known : unsigned char { yes, elsewhere, no };  // elsewhere: with another sector

Known know_sector(unsigned sector);
Known know_type(unsigned sector, unsigned type);
Known know_quality(unsigned sector, unsigned quality);

// 1 to 5 digits.
std::optional<std::uint16_t> parse_code(std::string_view text);

}  // namespace directory
