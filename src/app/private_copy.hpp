#pragma once
// A part's private copy as a source of bytes for parse: seekable zstd, with the frames read last
// kept for the next reader.
#include <array>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>

#include "io/frames.hpp"
#include "parse/source.hpp"

namespace app {

class PrivateCopy : public parse::Source {
  public:
    // `ahead`: read from its beginning to its end, so the next frame is unpacked on another thread.
    explicit PrivateCopy(const std::filesystem::path& path, bool ahead = false);
    std::uint64_t size() const override { return reader_.input_bytes(); }
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const override;
    std::size_t append(std::uint64_t offset, std::size_t length, std::string& to) const override;

  private:
    // Not a text: that would be filled with zeros first.
    struct Frame {
        std::unique_ptr<char[]> room;
        std::size_t bytes = 0;
    };
    std::shared_ptr<const Frame> frame(std::size_t index) const;
    std::shared_ptr<const Frame> unpack(std::size_t index) const;
    // Calls `take` with the pieces of [offset, offset + length) in turn; returns their sum.
    template <typename Take>
    std::size_t each_piece(std::uint64_t offset, std::size_t length, const Take& take) const;

    io::FrameFileReader reader_;
    struct Slot {
        std::size_t index = SIZE_MAX;
        std::shared_ptr<const Frame> content;
    };
    mutable std::mutex guard_;
    mutable std::array<Slot, 3>
        slots_;  // slices and frames do not end together: two readers, and the frame they share
    mutable std::size_t next_ = 0;
    const bool ahead_;  // then only the last is kept
    mutable std::size_t coming_index_ = SIZE_MAX;
    mutable std::future<std::shared_ptr<const Frame>> coming_;  // the last: it uses the reader
};

// What came in a CMS envelope is kept as it was delivered, too: beside the private copy of what was
// in it. Empty: there was no envelope.
std::filesystem::path envelope_beside(const std::filesystem::path& copy);

// The bytes as they were delivered, which their digest and FS are about.
std::unique_ptr<parse::Source> delivered(const std::filesystem::path& copy);

// Any file as it is.
std::unique_ptr<parse::Source> open_plain(const std::filesystem::path& path);

// Writes all of it into a new, durable file. The hex SHA-256 of what was written.
std::string write_copy(const parse::Source& from, const std::filesystem::path& to, unsigned mode);

}  // namespace app
