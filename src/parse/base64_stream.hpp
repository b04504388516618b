#pragma once
// Base64 as it stands in data (white space anywhere between its characters, RFC 4648 padding),
// decoded in pieces of bounded size.
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

namespace parse {

// Gives the decoded bytes to `take`, a few KiB at a time. False where the text is not base64: what
// was given before is of no account then.
bool decode_base64(std::string_view text, const std::function<void(std::string_view)>& take);

}  // namespace parse
