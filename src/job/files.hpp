#pragma once
// Opens one file of definitions: bytes, digest, tree; what is not well-formed is reported. Internal
// to the room.
#include <memory>
#include <optional>
#include <string>

#include "job/report.hpp"
#include "job/validate.hpp"
#include "xml/document.hpp"

namespace job {

struct Opened {
    std::unique_ptr<const xml::Document> document;  // its address stays: the report points to it
    std::string digest;                             // hex SHA-256 of the bytes
};

// Also validates it. Nothing where there is no tree, or another root than `root` in `space`.
std::optional<Opened> open(Kind kind, std::string_view space, std::string_view root,
                           Report& report);

}  // namespace job
