#pragma once
// Where the bytes of one input (one part of a file) come from: random access, so that slices can be
// read by several threads and a restart begins anywhere. Not a stream, not a decoder.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace parse {

class Source {
  public:
    virtual ~Source() = default;
    // Bytes as delivered.
    virtual std::uint64_t size() const = 0;
    // Fills `buffer` from `offset`; fewer bytes than asked for only at the end. May be called from
    // several threads at once. Throws core::Fault where the world fails.
    virtual std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const = 0;
    // The same to the end of a text.
    virtual std::size_t append(std::uint64_t offset, std::size_t length, std::string& to) const;
};

// A file, opened at once (pread; no map, so a file cut short under us is a Fault, not a signal).
// `shown` is what faults call it. Throws core::Fault.
std::unique_ptr<Source> file_source(const std::filesystem::path& path, std::string shown = {});
// Takes over an open descriptor and closes it.
std::unique_ptr<Source> descriptor_source(int descriptor, std::string shown);
std::unique_ptr<Source> memory_source(std::string bytes);

}  // namespace parse
