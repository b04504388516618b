#pragma once
// <attachment> of a job file: read, with what can be said of it alone. Internal to the room.
#include "job/attachments.hpp"
#include "job/attributes.hpp"

namespace job {

Attachment read_attachment(const xml::Element& element, Report& report);

// The attribute that says where the document is.
const char* place_of(const Attachment& attachment);

// The attributes that may hold a path, each with it, in the order of writing in the schema.
struct AttachmentPath {
    const char* attribute;
    const Path* path;
};
std::vector<AttachmentPath> attribute_paths(const Attachment& attachment);

}  // namespace job
