#pragma once
// Small values of job files. Internal to the room.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace job {

// Bytes: "500000", "64MiB", "20GB" (GB: 10^9, GiB: 2^30). Nothing where it is not a size or does
// not fit.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::optional<std::uint64_t> parse_count(std::string_view text);
bool parse_boolean(std::string_view text);  // "true", "1"

// The one that looks most like `word`, or empty where none does.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace job
