#pragma once
// A parcel in another form than its draft: written anew from the finished draft, packed as its
// recipient prefers.
#include <filesystem>
#include <functional>
#include <string_view>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "job/partner.hpp"
#include "outbox/stage.hpp"

namespace outbox {

struct RenderedFile {
    StagedFile file;
    std::uint64_t content_bytes = 0;  // before compression
};

// `content` hands all bytes to what it is given; what it throws passes through, and no file is
// there. A file of that name from before a crash is written again, with the same bytes.
RenderedFile write_rendered(
    const std::filesystem::path& folder, const core::FileIdentity& identity,
    job::Compression compression, core::Instant stamp,
    const std::function<void(const std::function<void(std::string_view)>&)>& content,
    unsigned mode = 0644);

}  // namespace outbox
