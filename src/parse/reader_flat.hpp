#pragma once
// The reader of flat files: units to XML by a flat::Layout. Internal to the room.
#include <cstddef>
#include <memory>

#include "parse/reader.hpp"

namespace parse {

// What a slice will come to, about: memory for it.
struct Expected {
    std::size_t walked = 0, map = 0;
};

// Reads from one entry on, on one thread.
std::unique_ptr<Reader> make_flat_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                         const Entry& entry, std::uint64_t slice_bytes,
                                         Expected expected);

// The same slices, read by several threads where the ends of lines tell where the next ones begin.
std::unique_ptr<Reader> make_ahead_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                          const Entry& entry, std::uint64_t slice_bytes,
                                          unsigned threads);

}  // namespace parse
