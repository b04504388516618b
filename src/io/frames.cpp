// The seekable format is that of zstd's contrib/seekable_format: frames, then one skippable frame
// with a table of (compressed, content) sizes and a nine-byte footer. Every zstd skips it.
#include "io/frames.hpp"

#include <fcntl.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "core/ensure.hpp"
#include "core/fault.hpp"

namespace io {

namespace {

constexpr std::uint32_t skippable_magic = 0x184D2A5E, seekable_magic = 0x8F92EAB1;
constexpr std::size_t skippable_header_bytes = 8, table_footer_bytes = 9, entry_bytes = 8,
                      checked_entry_bytes = 12;

struct DecompressorDeleter {
    void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

// Contexts are large; one a thread is made once.
ZSTD_DCtx* decompressor() {
    thread_local const std::unique_ptr<ZSTD_DCtx, DecompressorDeleter> context(ZSTD_createDCtx());
    ENSURE(context != nullptr);
    return context.get();
}

void put32(std::string& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xff);
}

std::uint32_t get32(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

[[noreturn]] void damaged(const std::string& file, const std::string& reason) {
    throw core::Fault(core::FaultKind::integrity, "read the private copy", file, reason,
                      "the disk changed what was written: restore it from the archive or backup");
}

}  // namespace

Unpacked decompress_frame(std::string_view frame, std::string& output, std::size_t bytes_max) {
    const unsigned long long declared = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (declared == ZSTD_CONTENTSIZE_ERROR || declared == ZSTD_CONTENTSIZE_UNKNOWN)
        return Unpacked::corrupt;
    if (declared > bytes_max) return Unpacked::too_large;
    if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size())
        return Unpacked::corrupt;
    const std::size_t start = output.size();
    output.resize(start + static_cast<std::size_t>(declared));
    const std::size_t n =
        ZSTD_decompressDCtx(decompressor(), output.data() + start,
                            static_cast<std::size_t>(declared), frame.data(), frame.size());
    if (ZSTD_isError(n) || n != declared) {
        output.resize(start);
        return Unpacked::corrupt;
    }
    return Unpacked::ok;
}

// ---- writer ----

FrameFileWriter::FrameFileWriter(OutputFile file) : file_(std::move(file)) {
    ENSURE(file_.bytes() == 0);
}

void FrameFileWriter::append(std::string_view frame, std::uint32_t input_bytes) {
    ENSURE(frame.size() <= std::numeric_limits<std::uint32_t>::max());
    const std::uint64_t at = file_.bytes();
    file_.append(frame);
    // The disk writes beside the compression of what follows, so that finish() waits for little.
    ::sync_file_range(file_.fd(), static_cast<off64_t>(at), static_cast<off64_t>(frame.size()),
                      SYNC_FILE_RANGE_WRITE);
    table_.push_back({static_cast<std::uint32_t>(frame.size()), input_bytes});
    input_bytes_ += input_bytes;
}

void FrameFileWriter::finish(Sync sync) {
    std::string table;
    put32(table, skippable_magic);
    put32(table, static_cast<std::uint32_t>(table_.size() * entry_bytes + table_footer_bytes));
    for (const FrameEntry& entry : table_) {
        put32(table, entry.file_bytes);
        put32(table, entry.input_bytes);
    }
    put32(table, static_cast<std::uint32_t>(table_.size()));
    table += '\0';  // no checksums in the table: the frames have their own
    put32(table, seekable_magic);
    file_.append(table);
    if (sync == Sync::yes) file_.sync();
}

// ---- reader ----

FrameFileReader FrameFileReader::open(const fs::path& path, FrameFileLimits limits) {
    return FrameFileReader(InputFile::open(path), limits);
}

FrameFileReader::FrameFileReader(InputFile file, FrameFileLimits limits)
    : file_(std::move(file)), limits_(limits) {
    const std::uint64_t length = file_.bytes();
    const std::string& name = file_.shown_path();
    if (length < skippable_header_bytes + table_footer_bytes) damaged(name, "it has no seek table");
    const std::string footer = file_.read(length - table_footer_bytes, table_footer_bytes);
    if (footer.size() != table_footer_bytes || get32(footer, 5) != seekable_magic)
        damaged(name, "it has no seek table");
    const auto flags = static_cast<unsigned char>(footer[4]);
    const std::uint64_t count = get32(footer, 0);
    const std::size_t each = (flags & 0x80) != 0 ? checked_entry_bytes : entry_bytes;
    const std::uint64_t table_bytes = skippable_header_bytes + count * each + table_footer_bytes;
    if (count > limits_.frames_max || table_bytes > length)
        damaged(name, "its seek table is too large");
    const std::string table =
        file_.read(length - table_bytes, static_cast<std::size_t>(table_bytes));
    if (table.size() != table_bytes || get32(table, 0) != skippable_magic ||
        get32(table, 4) != table_bytes - skippable_header_bytes)
        damaged(name, "its seek table is damaged");
    starts_.reserve(static_cast<std::size_t>(count) + 1);
    Start start;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = skippable_header_bytes + i * each;
        starts_.push_back(start);
        start.file += get32(table, at);
        start.input += get32(table, at + 4);
        if (get32(table, at + 4) > limits_.frame_input_bytes_max)
            damaged(name, "a frame is larger than any we write");
    }
    starts_.push_back(start);
    if (start.file != length - table_bytes) damaged(name, "its seek table does not fit its length");
}

std::uint32_t FrameFileReader::input_bytes(std::size_t frame) const {
    return static_cast<std::uint32_t>(starts_[frame + 1].input - starts_[frame].input);
}

std::size_t FrameFileReader::frame_at(std::uint64_t input_offset) const {
    ENSURE(input_offset < input_bytes());
    const auto after =
        std::upper_bound(starts_.begin(), starts_.end(), input_offset,
                         [](std::uint64_t offset, const Start& s) { return offset < s.input; });
    return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

void FrameFileReader::read_frame(std::size_t frame, std::string& output) const {
    ENSURE(frame < frames());
    const std::size_t before = output.size();
    output.resize(before + input_bytes(frame));
    read_frame(frame, output.data() + before);
}

void FrameFileReader::read_frame(std::size_t frame, char* room) const {
    ENSURE(frame < frames());
    const std::uint64_t from = starts_[frame].file, to = starts_[frame + 1].file;
    thread_local std::string packed;
    packed.resize(static_cast<std::size_t>(to - from));
    if (file_.read(from, packed.data(), packed.size()) != packed.size())
        damaged(file_.shown_path(), "it is cut short");
    const std::size_t length = input_bytes(frame);
    const bool whole = ZSTD_getFrameContentSize(packed.data(), packed.size()) == length &&
                       ZSTD_findFrameCompressedSize(packed.data(), packed.size()) == packed.size();
    if (!whole ||
        ZSTD_decompressDCtx(decompressor(), room, length, packed.data(), packed.size()) != length)
        damaged(file_.shown_path(), "frame " + std::to_string(frame) + " does not unpack");
}

std::string FrameFileReader::read(std::uint64_t input_offset, std::size_t count) const {
    std::string text;
    if (input_offset >= input_bytes()) return text;
    std::string frame_text;
    for (std::size_t frame = frame_at(input_offset); frame < frames() && text.size() < count;
         ++frame) {
        frame_text.clear();
        read_frame(frame, frame_text);
        const std::uint64_t skip =
            std::max(input_offset, starts_[frame].input) - starts_[frame].input;
        text += std::string_view(frame_text)
                    .substr(static_cast<std::size_t>(skip), count - text.size());
    }
    return text;
}

// ---- foreign streams ----

struct ZstdStream::Context {
    std::unique_ptr<ZSTD_DCtx, DecompressorDeleter> zstd{ZSTD_createDCtx()};
    std::string buffer = std::string(ZSTD_DStreamInSize(), '\0');
    ZSTD_inBuffer input{buffer.data(), 0, 0};
    bool between_frames = true, source_ended = false;
};

ZstdStream::ZstdStream(Source source, UnpackLimits limits)
    : context_(std::make_unique<Context>()), source_(std::move(source)), limits_(limits) {
    ENSURE(context_->zstd != nullptr);
    ZSTD_DCtx_setParameter(context_->zstd.get(), ZSTD_d_windowLogMax, limits_.window_log_max);
}

ZstdStream::~ZstdStream() = default;

std::size_t ZstdStream::read(char* buffer, std::size_t count) {
    Context& c = *context_;
    ZSTD_outBuffer output{buffer, count, 0};
    while (state_ == Unpacked::ok && output.pos == 0 && count > 0) {
        if (c.input.pos == c.input.size && !c.source_ended) {
            c.input.size = source_(c.buffer.data(), c.buffer.size());
            c.input.pos = 0;
            c.source_ended = c.input.size == 0;
        }
        if (c.source_ended && c.between_frames) break;
        const std::size_t n = ZSTD_decompressStream(c.zstd.get(), &output, &c.input);
        if (ZSTD_isError(n)) {
            state_ = ZSTD_getErrorCode(n) == ZSTD_error_frameParameter_windowTooLarge
                         ? Unpacked::too_large
                         : Unpacked::corrupt;
        } else {
            c.between_frames = n == 0;
            if (c.source_ended && !c.between_frames && output.pos == 0) state_ = Unpacked::corrupt;
        }
    }
    output_bytes_ += output.pos;
    if (output_bytes_ > limits_.output_bytes_max) state_ = Unpacked::too_large;
    return state_ == Unpacked::ok ? output.pos : 0;
}

}  // namespace io
