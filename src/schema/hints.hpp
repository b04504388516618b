#pragma once
// xsi:schemaLocation and xsi:noNamespaceSchemaLocation of an instance: hints, followed only where
// somebody asks for it, and only to files inside one folder.
#include <filesystem>
#include <string_view>
#include <vector>

namespace schema {

// The files below `folder` that the start tags in `head` (the first bytes of an instance, UTF-8)
// point to, in order, each once. Never throws for what the bytes say.
std::vector<std::filesystem::path> hinted_documents(std::string_view head,
                                                    const std::filesystem::path& folder);

}  // namespace schema
