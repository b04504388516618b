#pragma once
// Steps over the bytes of an element that was found well-formed. Internal to the room.
#include <cstddef>
#include <string_view>

namespace rules {

bool is_space(char c);
// Behind the '>' of the tag that begins at `at`; a '>' inside quotes does not end it.
std::size_t end_of_tag(std::string_view text, std::size_t at);
// Behind the comment, CDATA section or instruction that begins at `at`; `at` where it is a tag.
std::size_t behind_aside(std::string_view text, std::size_t at);
std::string_view local_name(std::string_view text, std::size_t at);

}  // namespace rules
