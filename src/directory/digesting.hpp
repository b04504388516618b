#pragma once
// Digests of files and texts by what the store was given.
#include <memory>
#include <string>
#include <string_view>

#include "directory/store.hpp"

namespace directory {

std::unique_ptr<Digester> new_digester(const StoreOptions& options);
std::string digest_of(std::string_view text, const StoreOptions& options);
std::string digest_of_file(const fs::path& path, const StoreOptions& options);

}  // namespace directory
