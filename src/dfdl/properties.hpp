#pragma once
// The properties of DFDL 1.0: their names, and the values each may have. Whether a value is inside
// the subset is asked where it is used (loader), so that a long list of defaults loads. Internal to
// the room.
#include <map>
#include <string>
#include <string_view>

#include "xml/document.hpp"

namespace dfdl {

inline constexpr std::string_view dfdl_space = "http://www.ogf.org/dfdl/dfdl-1.0/";
inline constexpr std::string_view xs_space = "http://www.w3.org/2001/XMLSchema";

struct Source;  // one XSD document; loader.hpp

struct Property {
    std::string value;
    const Source* source = nullptr;
    const xml::Element* holder = nullptr;  // prefixes are resolved here
    std::size_t offset = 0;                // where it is written
};
using Properties = std::map<std::string, Property, std::less<>>;

enum class Known : unsigned char { no, yes, bad_value };
// Is it a property of DFDL 1.0 (or an annotation's own attribute), and can it have this value?
Known known_property(std::string_view name, std::string_view value);
// The words that may stand there, for messages; "" where any text may.
std::string_view allowed_values(std::string_view name);

}  // namespace dfdl
