#include "outbox/stage.hpp"

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/zip.hpp"
#include "outbox/names.hpp"
#include "outbox/staging.hpp"

namespace outbox {

StagedFile stage(const std::filesystem::path& draft, const std::filesystem::path& folder,
                 const core::FileIdentity& identity, std::uint64_t zip_above, core::Instant stamp,
                 unsigned mode) {
    const std::string plain = member_name(Member::data, identity);
    const std::string zipped = member_name(Member::zipped, identity);
    for (const std::string& name : {plain, zipped}) {
        if (!io::facts(folder / name)) continue;
        io::remove_file(draft);
        return staged_again(folder / name);
    }
    const io::InputFile source = io::InputFile::open(draft);
    const std::uint64_t bytes = source.bytes();
    const bool zip = bytes > zip_above;
    write_named(folder, zip ? zipped : plain, mode, [&](io::OutputFile& file) {
        if (!zip) {
            each_block(source, 0, bytes, [&](std::string_view block) { file.append(block); });
            return;
        }
        io::ZipWriter writer(file, plain, stamp);
        each_block(source, 0, bytes, [&](std::string_view block) { writer.append(block); });
        writer.finish();
    });
    io::remove_file(draft);
    return staged_again(folder / (zip ? zipped : plain));
}

StagedFile stage_text(std::string_view text, const std::filesystem::path& folder,
                      const core::FileIdentity& identity, std::uint64_t zip_above,
                      core::Instant stamp, unsigned mode) {
    const bool zip = text.size() > zip_above;
    const std::string plain = member_name(Member::data, identity);
    const std::string name = zip ? member_name(Member::zipped, identity) : plain;
    if (!io::facts(folder / name)) {
        write_named(folder, name, mode, [&](io::OutputFile& file) {
            if (!zip) return file.append(text);
            io::ZipWriter writer(file, plain, stamp);
            writer.append(text);
            writer.finish();
        });
    }
    return staged_again(folder / name);
}

}  // namespace outbox
