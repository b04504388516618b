#pragma once
// The rows of core/code_table.hpp, split over several .cpp files by size. Nobody else's business.
#include "core/code_table.hpp"

namespace core::detail {

std::span<const Code> name_codes();     // ACRF: names of files, sets, folders
std::span<const Code> content_codes();  // ACRF: signatures, rights, content
std::span<const Code> field_codes();    // zzzzz-ccc

}  // namespace core::detail
