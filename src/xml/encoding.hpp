#pragma once
// From the bytes of an XML document, in whatever encoding it says it is, to UTF-8 without a byte
// order mark. Internal to the room.
#include <string>

namespace xml {

// Converts in place; on failure returns false and says why (no place: nothing could be read).
bool to_utf8(std::string& bytes, std::string& error);

}  // namespace xml
