// APPNOTE.TXT sections 4.3 and 4.5.3. The writer leaves room for the zip64 field in the local
// header and fills in sizes at the end, so that no data descriptor is needed: every reader knows
// that form.
#include "io/zip.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "core/ensure.hpp"
#include "core/fault.hpp"

namespace io {

namespace {

constexpr std::uint32_t local_magic = 0x04034b50, central_magic = 0x02014b50,
                        end_magic = 0x06054b50, end64_magic = 0x06064b50,
                        locator64_magic = 0x07064b50;
constexpr std::uint16_t zip64_field = 0x0001, padding_field = 0xd935;
constexpr std::uint64_t small_max = 0xfffffffe;  // 0xffffffff means: look into the zip64 field
constexpr std::size_t local_bytes = 30, central_bytes = 46, end_bytes = 22, extra_bytes = 20;
constexpr std::size_t buffer_bytes = 256 << 10;

void put(std::string& out, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::uint32_t clipped(std::uint64_t value) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, 0xffffffff));
}

// MS-DOS date and time, which begin in 1980.
std::uint32_t dos_stamp(core::Instant stamp) {
    const std::int64_t first = std::int64_t{315'532'800}, seconds = stamp.microseconds / 1'000'000;
    const std::int64_t t = std::max(first, seconds);
    const core::YearMonthDay c = core::civil({static_cast<std::int32_t>(t / 86'400)});
    const std::int64_t s = t % 86'400;
    const std::int64_t date = (c.year - 1980) << 9 | c.month << 5 | c.day;
    const std::int64_t time = s / 3600 << 11 | s / 60 % 60 << 5 | s % 60 / 2;
    return static_cast<std::uint32_t>(date << 16 | time);
}

struct Sizes {
    std::uint64_t packed = 0, plain = 0;
    bool large() const { return packed > small_max || plain > small_max; }
};

// What local header and directory have in common, from "version needed" to the extra field's
// length.
std::string common_header(const Sizes& sizes, std::uint32_t stamp, unsigned long crc,
                          std::size_t name_bytes, std::size_t extra) {
    std::string out;
    put(out, sizes.large() ? 45 : 20, 2);
    put(out, 1 << 11, 2);  // the name is UTF-8
    put(out, 8, 2);        // deflated
    put(out, stamp, 4);
    put(out, crc, 4);
    put(out, sizes.large() ? 0xffffffff : sizes.packed, 4);
    put(out, sizes.large() ? 0xffffffff : sizes.plain, 4);
    put(out, name_bytes, 2);
    put(out, extra, 2);
    return out;
}

std::string zip64_extra(const Sizes& sizes) {
    std::string out;
    put(out, zip64_field, 2);
    put(out, 16, 2);
    put(out, sizes.plain, 8);
    put(out, sizes.packed, 8);
    return out;
}

std::string local_header(const Sizes& sizes, std::uint32_t stamp, unsigned long crc,
                         const std::string& name) {
    std::string out;
    put(out, local_magic, 4);
    out += common_header(sizes, stamp, crc, name.size(), extra_bytes) + name;
    if (sizes.large()) return out + zip64_extra(sizes);
    put(out, padding_field, 2);  // the room of a zip64 field, of no meaning
    put(out, 16, 2);
    out.append(16, '\0');
    return out;
}

}  // namespace

// ---- writer ----

struct ZipWriter::Deflater {
    z_stream stream{};
    std::string output = std::string(buffer_bytes, '\0');
    Deflater() { ENSURE(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK); }
    ~Deflater() { deflateEnd(&stream); }
};

ZipWriter::ZipWriter(OutputFile& file, std::string entry_name, core::Instant stamp)
    : file_(file),
      name_(std::move(entry_name)),
      stamp_(stamp),
      deflater_(std::make_unique<Deflater>()),
      crc_(crc32(0, nullptr, 0)) {
    ENSURE(file_.bytes() == 0 && !name_.empty() && name_.size() < 0xffff);
    file_.append(local_header({}, dos_stamp(stamp_), 0, name_));
    data_start_ = file_.bytes();
}

ZipWriter::~ZipWriter() = default;

void ZipWriter::drain(int flush) {
    z_stream& z = deflater_->stream;
    int result = Z_OK;
    do {
        z.next_out = reinterpret_cast<Bytef*>(deflater_->output.data());
        z.avail_out = static_cast<uInt>(deflater_->output.size());
        result = deflate(&z, flush);
        ENSURE(result != Z_STREAM_ERROR);
        file_.append(
            std::string_view(deflater_->output).substr(0, deflater_->output.size() - z.avail_out));
    } while (z.avail_out == 0);
    ENSURE(flush != Z_FINISH || result == Z_STREAM_END);
}

void ZipWriter::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, 1 << 20);
        z_stream& z = deflater_->stream;
        z.next_in = reinterpret_cast<const Bytef*>(part.data());
        z.avail_in = static_cast<uInt>(part.size());
        crc_ = crc32(crc_, z.next_in, z.avail_in);
        input_bytes_ += part.size();
        drain(Z_NO_FLUSH);
        bytes.remove_prefix(part.size());
    }
}

void ZipWriter::finish() {
    deflater_->stream.avail_in = 0;
    drain(Z_FINISH);
    const Sizes sizes{file_.bytes() - data_start_, input_bytes_};
    const std::uint32_t stamp = dos_stamp(stamp_);
    file_.write_at(0, local_header(sizes, stamp, crc_, name_));
    const std::uint64_t directory_start = file_.bytes();
    const bool far_away = sizes.large() || directory_start > small_max;

    const std::string extra = sizes.large() ? zip64_extra(sizes) : std::string();
    std::string out;
    put(out, central_magic, 4);
    put(out, 3 << 8 | 45, 2);  // made on Unix
    out += common_header(sizes, stamp, crc_, name_.size(), extra.size());
    put(out, 0, 2);                             // comment
    put(out, 0, 2);                             // disk
    put(out, 0, 2);                             // binary
    put(out, std::uint64_t{0100640} << 16, 4);  // a regular file, rw-r-----
    put(out, 0, 4);                             // where the local header stands
    out += name_ + extra;
    const std::uint64_t directory_bytes = out.size();
    if (far_away) {
        put(out, end64_magic, 4);
        put(out, 44, 8);
        put(out, 3 << 8 | 45, 2);
        put(out, 45, 2);
        put(out, 0, 4);
        put(out, 0, 4);
        put(out, 1, 8);
        put(out, 1, 8);
        put(out, directory_bytes, 8);
        put(out, directory_start, 8);
        put(out, locator64_magic, 4);
        put(out, 0, 4);
        put(out, directory_start + directory_bytes, 8);
        put(out, 1, 4);
    }
    put(out, end_magic, 4);
    put(out, 0, 4);
    put(out, 1, 2);
    put(out, 1, 2);
    put(out, directory_bytes, 4);
    put(out, clipped(directory_start), 4);
    put(out, 0, 2);
    file_.append(out);
}

// ---- reader ----

struct ZipReader::Inflater {
    z_stream stream{};
    std::string input = std::string(buffer_bytes, '\0');
    Inflater() { ENSURE(inflateInit2(&stream, -15) == Z_OK); }
    ~Inflater() { inflateEnd(&stream); }
};

ZipReader::ZipReader(const InputFile& file, UnpackLimits limits)
    : file_(file),
      limits_(limits),
      inflater_(std::make_unique<Inflater>()),
      crc_(crc32(0, nullptr, 0)) {
    if (!open_entry() && state_ == Unpacked::ok) state_ = Unpacked::corrupt;
}

ZipReader::~ZipReader() = default;

// The directory is the truth; it must hold exactly one entry, whose local header and data fill what
// is before it. Archives with a comment or anything behind the directory are refused.
bool ZipReader::open_entry() {
    const std::uint64_t length = file_.bytes();
    if (length < end_bytes) return false;
    const std::string end = file_.read(length - end_bytes, end_bytes);
    if (end.size() != end_bytes || get(end, 0, 4) != end_magic || get(end, 20, 2) != 0)
        return false;
    std::uint64_t entries = get(end, 10, 2), start = get(end, 16, 4);
    const bool in_zip64 = start == 0xffffffff || entries == 0xffff;
    if (in_zip64) {
        const std::size_t tail = end_bytes + 20;
        if (length < tail) return false;
        const std::string locator = file_.read(length - tail, 20);
        if (locator.size() != 20 || get(locator, 0, 4) != locator64_magic) return false;
        const std::uint64_t at = get(locator, 8, 8);
        if (at > length) return false;
        const std::string end64 = file_.read(at, 56);
        if (end64.size() != 56 || get(end64, 0, 4) != end64_magic) return false;
        entries = get(end64, 32, 8);
        start = get(end64, 48, 8);
    }
    if (entries != 1 || start > length) return false;
    const std::string central = file_.read(start, central_bytes);
    if (central.size() != central_bytes || get(central, 0, 4) != central_magic) return false;
    const std::uint64_t flags = get(central, 8, 2), method = get(central, 10, 2);
    if ((flags & 1) != 0 || (method != 8 && method != 0)) return false;  // encrypted, other methods
    stored_ = method == 0;
    declared_crc_ = get(central, 16, 4);
    std::uint64_t packed = get(central, 20, 4), local = get(central, 42, 4);
    declared_bytes_ = get(central, 24, 4);
    const auto name_bytes = static_cast<std::size_t>(get(central, 28, 2));
    const auto extra_length = static_cast<std::size_t>(get(central, 30, 2));
    const std::string rest = file_.read(start + central_bytes, name_bytes + extra_length);
    if (rest.size() != name_bytes + extra_length) return false;
    name_ = rest.substr(0, name_bytes);

    for (std::size_t at = name_bytes; at + 4 <= rest.size();) {
        const auto size = static_cast<std::size_t>(get(rest, at + 2, 2));
        if (at + 4 + size > rest.size()) return false;
        std::size_t value = at + 4;
        if (get(rest, at, 2) == zip64_field) {
            for (std::uint64_t* number : {&declared_bytes_, &packed, &local}) {
                if (*number != 0xffffffff) continue;
                if (value + 8 > at + 4 + size) return false;
                *number = get(rest, value, 8);
                value += 8;
            }
        }
        at += 4 + size;
    }
    if (declared_bytes_ > limits_.output_bytes_max) {
        state_ = Unpacked::too_large;
        return false;
    }
    if (local > length) return false;
    const std::string header = file_.read(local, local_bytes);
    if (header.size() != local_bytes || get(header, 0, 4) != local_magic) return false;
    position_ = local + local_bytes + get(header, 26, 2) + get(header, 28, 2);
    if (position_ > start || packed > start - position_) return false;
    data_end_ = position_ + packed;
    return true;
}

void ZipReader::check_end() {
    ended_ = true;
    if (output_bytes_ != declared_bytes_ || crc_ != declared_crc_ || position_ != data_end_)
        state_ = Unpacked::corrupt;
}

std::size_t ZipReader::read(char* buffer, std::size_t count) {
    if (state_ != Unpacked::ok || ended_ || count == 0) return 0;
    z_stream& z = inflater_->stream;
    std::size_t done = 0;
    if (stored_) {
        done = static_cast<std::size_t>(std::min<std::uint64_t>(count, data_end_ - position_));
        done = file_.read(position_, buffer, done);
        position_ += done;
        if (done == 0) check_end();
    }
    const auto room = static_cast<uInt>(std::min<std::size_t>(count, 1 << 30));
    z.next_out = reinterpret_cast<Bytef*>(buffer);
    z.avail_out = room;
    while (!stored_ && z.avail_out == room && !ended_ && state_ == Unpacked::ok) {
        if (z.avail_in == 0) {
            const std::size_t n = file_.read(position_, inflater_->input.data(),
                                             static_cast<std::size_t>(std::min<std::uint64_t>(
                                                 buffer_bytes, data_end_ - position_)));
            position_ += n;
            z.next_in = reinterpret_cast<const Bytef*>(inflater_->input.data());
            z.avail_in = static_cast<uInt>(n);
        }
        const int result = inflate(&z, Z_NO_FLUSH);
        done = room - z.avail_out;
        if (result == Z_STREAM_END) {
            position_ -= z.avail_in;
            ended_ = true;
        } else if (result != Z_OK) {
            state_ = Unpacked::corrupt;  // Z_BUF_ERROR too: the data end inside the stream
        }
    }
    crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(buffer), static_cast<uInt>(done));
    output_bytes_ += done;
    if (output_bytes_ > declared_bytes_) state_ = Unpacked::corrupt;
    if (!stored_ && ended_) check_end();
    return state_ == Unpacked::ok ? done : 0;
}

}  // namespace io
