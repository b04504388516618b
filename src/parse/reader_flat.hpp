#pragma once
// The reader of flat files: lines to XML by a flat::Layout. Internal to the room.
#include <memory>

#include "parse/reader.hpp"

namespace parse {

std::unique_ptr<Reader> make_flat_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                         const Entry& entry, std::uint64_t slice_bytes);

}  // namespace parse
