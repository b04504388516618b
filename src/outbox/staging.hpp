#pragma once
// Small things that staging and finishing share. Only for the outbox.
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/file_name.hpp"
#include "io/file.hpp"
#include "outbox/stage.hpp"

namespace outbox {

inline constexpr std::size_t copy_bytes = 1U << 20;

// Reads a whole file, from `begin` to `end`, in blocks.
void each_block(const io::InputFile& file, std::uint64_t begin, std::uint64_t end,
                const std::function<void(std::string_view)>& take);

// A file that is there already: its length, and its digest read again.
StagedFile staged_again(const std::filesystem::path& path);

// Writes folder/name under a temporary name, makes it durable, and gives it its name.
void write_named(const std::filesystem::path& folder, const std::string& name, unsigned mode,
                 const std::function<void(io::OutputFile&)>& write);

}  // namespace outbox
