#pragma once
// A part's private copy as a source of bytes for parse: seekable zstd, with the frames read last
// kept for the next reader.
#include <array>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/workers.hpp"
#include "io/frames.hpp"
#include "io/rooms.hpp"
#include "parse/source.hpp"

namespace app {

class PrivateCopy : public parse::Source {
  public:
    // `ahead` > 0: one reader takes it from its beginning to its end (for flat files there are
    // several), so the next frame is unpacked on one of as many workers; the next `frames`, where
    // little else is done with them.
    explicit PrivateCopy(const std::filesystem::path& path, unsigned ahead = 0,
                         io::Rooms rooms = frame_rooms(), unsigned frames = 1);
    // For whole frames.
    static io::Rooms frame_rooms();
    std::uint64_t size() const override { return reader_.input_bytes(); }
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const override;
    // What is left of the frame; the frame goes with it.
    parse::Taken take(std::uint64_t offset, std::size_t wanted) const override;

  private:
    // Not a text: that would be filled with zeros first.
    struct Frame {
        std::shared_ptr<char[]> room;  // with the space in front that a taker needs
        std::size_t bytes = 0;
        const char* content() const { return room.get() + parse::Taken::space_bytes; }
    };
    Frame frame(std::size_t index) const;
    Frame unpack(std::size_t index) const;
    // One that comes, or unpacked now; the next ones are on their way then.
    Frame obtain(std::size_t index) const;

    io::FrameFileReader reader_;
    const io::Rooms rooms_;
    struct Slot {
        std::size_t index = SIZE_MAX;
        Frame content;
    };
    mutable std::mutex guard_;
    mutable std::array<Slot, 3>
        slots_;  // slices and frames do not end together: two readers, and the frame they share
    mutable std::size_t next_ = 0;
    const unsigned ahead_;  // then only the last is kept
    const unsigned frames_ahead_;
    // In their order. The last: they use the reader.
    mutable std::deque<std::pair<std::size_t, core::Beside<Frame>>> coming_;
};

// All of a small one in memory: for who reads it twice.
std::unique_ptr<parse::Source> whole_copy(const std::filesystem::path& path);

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
