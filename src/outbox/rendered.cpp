#include "outbox/rendered.hpp"

#include "io/frames.hpp"
#include "io/zip.hpp"
#include "outbox/names.hpp"
#include "outbox/staging.hpp"

namespace outbox {

namespace {

constexpr std::size_t frame_bytes = 4U << 20;
using Take = std::function<void(std::string_view)>;

}  // namespace

RenderedFile write_rendered(const std::filesystem::path& folder, const core::FileIdentity& identity,
                            job::Compression compression, core::Instant stamp,
                            const std::function<void(const Take&)>& content, unsigned mode) {
    const bool zip = compression == job::Compression::zip;
    const bool zstd = compression == job::Compression::zstd;
    const std::string name =
        member_name(zip ? Member::zipped : Member::data, identity, zstd ? ".zst" : "");
    std::uint64_t bytes = 0;
    write_named(folder, name, mode, [&](io::OutputFile& file) {
        if (zip) {
            io::ZipWriter writer(file, member_name(Member::data, identity), stamp);
            content([&](std::string_view part) {
                bytes += part.size();
                writer.append(part);
            });
            writer.finish();
            return;
        }
        // Frames of one size, whatever the pieces are: the same bytes each time.
        std::string pending, frame;
        const auto flush = [&] {
            if (pending.empty()) return;
            if (zstd) {
                frame.clear();
                io::compress_frame(pending, frame);
                file.append(frame);
            } else {
                file.append(pending);
            }
            pending.clear();
        };
        content([&](std::string_view part) {
            bytes += part.size();
            while (!part.empty()) {
                const std::string_view fits = part.substr(0, frame_bytes - pending.size());
                pending += fits;
                part.remove_prefix(fits.size());
                if (pending.size() == frame_bytes) flush();
            }
        });
        flush();
    });
    return {staged_again(folder / name), bytes};
}

}  // namespace outbox
