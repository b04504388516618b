#pragma once
// What every answer outside production says first.
#include <string>

#include "core/code_table.hpp"
#include "core/file_name.hpp"
#include "core/language.hpp"

namespace outbox {

// Empty in production.
std::string remark(core::Environment environment, core::Language language);

// At most `characters_max` code points from the front, or from the back (then "…" goes in front).
std::string head(std::string_view text, std::size_t characters_max);
std::string tail(std::string_view text, std::size_t characters_max);

}  // namespace outbox
