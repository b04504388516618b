#include "outbox/enclosing.hpp"

#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "outbox/names.hpp"
#include "outbox/staging.hpp"

namespace outbox {

StagedFile enclose(const StagedFile& records, const std::filesystem::path& folder,
                   const core::FileIdentity& identity, core::Instant stamp,
                   const EachEnclosure& each, unsigned mode) {
    const std::string name = member_name(Member::zipped, identity);
    if (io::facts(folder / name)) return staged_again(folder / name);
    write_named(folder, name, mode, [&](io::OutputFile& file) {
        io::ZipWriter zip(file, member_name(Member::data, identity), stamp);
        const auto from = io::InputFile::open(records.path);
        each_block(from, 0, records.bytes, [&](std::string_view block) { zip.append(block); });
        each([&](const io::ZipDirectory& archive, const io::ZipEntry& entry) {
            ENSURE(zip.add(archive, entry));  // it was looked at, to its last byte
        });
        zip.finish([&](const std::function<void(const io::ZipEntry&)>& take) {
            each([&](const io::ZipDirectory&, const io::ZipEntry& entry) { take(entry); });
        });
    });
    io::crash_point("enclosed");
    return staged_again(folder / name);
}

}  // namespace outbox
