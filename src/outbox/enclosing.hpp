#pragma once
// A parcel that brings documents with it: one archive, the records first.
#include <filesystem>
#include <string>

#include "core/instant.hpp"
#include "io/zip.hpp"
#include "outbox/stage.hpp"

namespace outbox {

// Where a document lies packed.
using EachEnclosure =
    std::function<void(const std::function<void(const io::ZipDirectory&, const io::ZipEntry&)>&)>;

// Writes CO into `folder`, with FO as its first entry. `each` hands the documents out, the same
// ones in the same order each time. A file of that name from before a crash is taken as it is.
StagedFile enclose(const StagedFile& records, const std::filesystem::path& folder,
                   const core::FileIdentity& identity, core::Instant stamp,
                   const EachEnclosure& each, unsigned mode = 0644);

}  // namespace outbox
