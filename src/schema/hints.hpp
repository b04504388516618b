#pragma once
// xsi:schemaLocation and xsi:noNamespaceSchemaLocation of an instance: hints, followed only where
// somebody asks for it, and only to files inside one folder.
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "core/finding.hpp"

namespace schema {

struct Hints {
    // The files below the folder that are not given already, in order, each once.
    std::vector<std::filesystem::path> documents;
    // Where the first start tag is that names a further document for a namespace of which something
    // stood before it: an error of the instance (part 1, 4.3.2).
    std::optional<core::Place> late;
};

// Of the start tags in `head`, the first bytes of an instance, UTF-8. Never throws for what the
// bytes say.
Hints hints_of(std::string_view head, const std::filesystem::path& folder,
               const std::vector<std::filesystem::path>& given);

}  // namespace schema
