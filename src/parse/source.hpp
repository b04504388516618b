#pragma once
// Where the bytes of one input (one part of a file) come from: random access, so that slices can be
// read by several threads and a restart begins anywhere. Not a stream, not a decoder.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace parse {

// Bytes in a room that is the taker's alone, with space in front of them: what is left of the bytes
// before is put there, and both lie together.
struct Taken {
    std::shared_ptr<char[]> room;
    std::size_t begin = 0, size = 0;  // in the room
    static constexpr std::size_t space_bytes = 64U << 10;
};

class Source {
  public:
    virtual ~Source() = default;
    // Bytes as delivered.
    virtual std::uint64_t size() const = 0;
    // Fills `buffer` from `offset`; fewer bytes than asked for only at the end. May be called from
    // several threads at once. Throws core::Fault where the world fails.
    virtual std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const = 0;
    // From `offset` on, at least one byte unless that is the end: `wanted`, or what it has unpacked
    // anyway. For one reader that goes from front to back.
    virtual Taken take(std::uint64_t offset, std::size_t wanted) const;
};

// A file, opened at once (pread; no map, so a file cut short under us is a Fault, not a signal).
// `shown` is what faults call it. Throws core::Fault.
std::unique_ptr<Source> file_source(const std::filesystem::path& path, std::string shown = {});
// Takes over an open descriptor and closes it.
std::unique_ptr<Source> descriptor_source(int descriptor, std::string shown);
std::unique_ptr<Source> memory_source(std::string bytes);

}  // namespace parse
