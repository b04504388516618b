#include "outbox/staging.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"

namespace outbox {

void each_block(const io::InputFile& file, std::uint64_t begin, std::uint64_t end,
                const std::function<void(std::string_view)>& take) {
    std::string block;
    for (std::uint64_t at = begin; at < end;) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(copy_bytes, end - at));
        block.resize(count);
        if (file.read(at, block.data(), count) != count) {
            throw core::Fault(core::FaultKind::integrity, "read", file.shown_path(),
                              "it became shorter while it was read");
        }
        take(block);
        at += count;
    }
}

StagedFile staged_again(const std::filesystem::path& path) {
    const io::InputFile file = io::InputFile::open(path);
    seal::Sha256 digest;
    const std::uint64_t bytes = file.bytes();
    each_block(file, 0, bytes, [&](std::string_view block) { digest.update(block); });
    return {path, bytes, digest.value()};
}

void write_named(const std::filesystem::path& folder, const std::string& name, unsigned mode,
                 const std::function<void(io::OutputFile&)>& write) {
    const std::string temporary = name + ".part";
    io::remove_file(folder / temporary);
    {
        io::OutputFile file = io::OutputFile::create(folder / temporary, mode);
        write(file);
        file.sync();
    }
    io::crash_point("stage.written");
    const io::Folder here = io::Folder::open(folder);
    ENSURE(here.rename(temporary, here, name, io::Replace::yes));
    here.sync();
    io::crash_point("stage.named");
}

}  // namespace outbox
