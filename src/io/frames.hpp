#pragma once
// zstd: single frames, the private copy (a standard seekable zstd file: any input offset is reached
// without reading what is before it), and foreign streams under limits. Contexts are reused by
// thread.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.hpp"

namespace io {

inline constexpr int compression_level = 1;
inline constexpr std::size_t frame_input_bytes = 4 << 20;

// Appends one frame with the content size declared and a checksum. Deterministic for the same
// input, level and library.
void compress_frame(std::string_view input, std::string& output, int level = compression_level);

enum class Unpacked : unsigned char { ok, corrupt, too_large };
// Appends the content of exactly one frame; refuses a frame that declares no size or more than
// `bytes_max`, before anything is allocated.
Unpacked decompress_frame(std::string_view frame, std::string& output, std::size_t bytes_max);

// ---- the private copy ----

struct FrameEntry {
    std::uint32_t file_bytes = 0;   // compressed
    std::uint32_t input_bytes = 0;  // as delivered
};

struct FrameFileLimits {
    std::uint32_t frame_input_bytes_max = 64 << 20;
    std::uint64_t frames_max = 1 << 24;
};

// Writes frames that workers have compressed, in order. Workers call compress_frame; every frame
// but the last holds the same number of input bytes (the writer does not insist).
class FrameFileWriter {
  public:
    explicit FrameFileWriter(OutputFile file);
    void append(std::string_view frame, std::uint32_t input_bytes);
    // Writes the seek table and makes the data durable (the name: sync_folder).
    void finish(Sync sync = Sync::yes);
    std::uint64_t input_bytes() const { return input_bytes_; }
    std::uint64_t file_bytes() const { return file_.bytes(); }
    std::size_t frames() const { return table_.size(); }

  private:
    OutputFile file_;
    std::vector<FrameEntry> table_;
    std::uint64_t input_bytes_ = 0;
};

// Reads any frame; safe to share between threads. A damaged file is a Fault of the integrity kind:
// the copy is ours.
class FrameFileReader {
  public:
    explicit FrameFileReader(InputFile file, FrameFileLimits limits = {});
    static FrameFileReader open(const fs::path& path, FrameFileLimits limits = {});

    std::size_t frames() const { return starts_.size() - 1; }
    std::uint64_t input_bytes() const { return starts_.back().input; }
    std::uint64_t input_start(std::size_t frame) const { return starts_[frame].input; }
    std::uint32_t input_bytes(std::size_t frame) const;
    // The frame that holds this input offset (< input_bytes()).
    std::size_t frame_at(std::uint64_t input_offset) const;
    // Appends the content of one frame.
    void read_frame(std::size_t frame, std::string& output) const;
    // The same into room for input_bytes(frame) bytes.
    void read_frame(std::size_t frame, char* room) const;
    // Up to `count` bytes of input at `input_offset`, across frames.
    std::string read(std::uint64_t input_offset, std::size_t count) const;

  private:
    struct Start {
        std::uint64_t file = 0, input = 0;
    };
    InputFile file_;
    FrameFileLimits limits_;
    std::vector<Start> starts_;  // one more than frames
};

// ---- foreign streams ----

// Gives up to `count` bytes into `buffer`; 0 at the end.
using Source = std::function<std::size_t(char* buffer, std::size_t count)>;

struct UnpackLimits {
    std::uint64_t output_bytes_max = std::uint64_t{20} << 30;
    int window_log_max = 27;  // 128 MiB: the most that one stream may make us remember
};

class ZstdStream {
  public:
    ZstdStream(Source source, UnpackLimits limits);
    ZstdStream(const ZstdStream&) = delete;
    ZstdStream& operator=(const ZstdStream&) = delete;
    ~ZstdStream();
    // Fills up to `count` bytes; 0 at the end or when state() is no longer ok. A stream that ends
    // inside a frame is corrupt.
    std::size_t read(char* buffer, std::size_t count);
    Unpacked state() const { return state_; }

  private:
    struct Context;
    std::unique_ptr<Context> context_;
    Source source_;
    UnpackLimits limits_;
    std::uint64_t output_bytes_ = 0;
    Unpacked state_ = Unpacked::ok;
};

}  // namespace io
