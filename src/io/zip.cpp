// The writer leaves room for the zip64 field in the first local header and fills in sizes at the
// end, so that no data descriptor is needed: every reader knows that form.
#include "io/zip.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>

#include "core/ensure.hpp"
#include "io/zip_format.hpp"

namespace io {

using zip::put;

namespace {

std::uint32_t clipped(std::uint64_t value) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, zip::in_zip64));
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

bool is_large(const ZipEntry& entry) {
    return entry.packed > zip::small_max || entry.plain > zip::small_max;
}

// What local header and directory have in common, from "version needed" to the extra field's
// length.
std::string common_header(const ZipEntry& entry, bool zip64, std::size_t extra) {
    std::string out;
    put(out, zip64 ? 45 : 20, 2);
    put(out, 1 << 11, 2);  // the name is UTF-8
    put(out, entry.method, 2);
    put(out, entry.stamp, 4);
    put(out, entry.crc, 4);
    put(out, is_large(entry) ? zip::in_zip64 : entry.packed, 4);
    put(out, is_large(entry) ? zip::in_zip64 : entry.plain, 4);
    put(out, entry.name.size(), 2);
    put(out, extra, 2);
    return out;
}

std::string zip64_sizes(const ZipEntry& entry) {
    std::string out;
    put(out, zip::zip64_field, 2);
    put(out, 16, 2);
    put(out, entry.plain, 8);
    put(out, entry.packed, 8);
    return out;
}

// The same length for any sizes: the room of a zip64 field, of no meaning where none is needed.
std::string local_header(const ZipEntry& entry) {
    std::string out;
    put(out, zip::local_magic, 4);
    out += common_header(entry, is_large(entry), zip::extra_bytes) + entry.name;
    if (is_large(entry)) return out + zip64_sizes(entry);
    put(out, zip::padding_field, 2);
    put(out, 16, 2);
    out.append(16, '\0');
    return out;
}

std::string central_header(const ZipEntry& entry) {
    const bool far_away = entry.local > zip::small_max;
    std::string extra;
    if (is_large(entry)) {
        extra = zip64_sizes(entry);
    } else if (far_away) {
        put(extra, zip::zip64_field, 2);
        put(extra, 0, 2);
    }
    if (far_away) {
        put(extra, entry.local, 8);
        extra[2] = static_cast<char>(extra.size() - 4);
    }
    std::string out;
    put(out, zip::central_magic, 4);
    put(out, 3 << 8 | 45, 2);  // made on Unix
    out += common_header(entry, !extra.empty(), extra.size());
    put(out, 0, 2);                             // comment
    put(out, 0, 2);                             // disk
    put(out, 0, 2);                             // binary
    put(out, std::uint64_t{0100640} << 16, 4);  // a regular file, rw-r-----
    put(out, clipped(entry.local), 4);
    return out + entry.name + extra;
}

}  // namespace

// ---- writer ----

struct ZipWriter::Deflater {
    z_stream stream{};
    std::string output = std::string(zip::buffer_bytes, '\0');
    Deflater() { ENSURE(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK); }
    ~Deflater() { deflateEnd(&stream); }
};

ZipWriter::ZipWriter(OutputFile& file, std::string entry_name, core::Instant stamp)
    : file_(file), deflater_(std::make_unique<Deflater>()), crc_(crc32(0, nullptr, 0)) {
    first_.name = std::move(entry_name);
    first_.stamp = dos_stamp(stamp);
    first_.method = 8;
    ENSURE(file_.bytes() == 0 && !first_.name.empty() && first_.name.size() < 0xffff);
    file_.append(local_header(first_));
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
    ENSURE(deflater_ != nullptr);
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, 1 << 20);
        z_stream& z = deflater_->stream;
        z.next_in = reinterpret_cast<const Bytef*>(part.data());
        z.avail_in = static_cast<uInt>(part.size());
        crc_ = crc32(crc_, z.next_in, z.avail_in);
        first_.plain += part.size();
        drain(Z_NO_FLUSH);
        bytes.remove_prefix(part.size());
    }
}

void ZipWriter::end_first() {
    if (!deflater_) return;
    deflater_->stream.avail_in = 0;
    drain(Z_FINISH);
    deflater_.reset();
    first_.packed = file_.bytes() - data_start_;
    first_.crc = static_cast<std::uint32_t>(crc_);
    file_.write_at(0, local_header(first_));
}

bool ZipWriter::add(const ZipDirectory& from, const ZipEntry& entry) {
    const auto begin = from.data(entry);
    if (!begin) return false;
    end_first();
    file_.append(local_header(entry));
    std::string block(zip::buffer_bytes, '\0');
    for (std::uint64_t done = 0; done < entry.packed;) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), entry.packed - done));
        if (from.read()(*begin + done, block.data(), count) != count) return false;
        file_.append(std::string_view(block).substr(0, count));
        done += count;
    }
    return true;
}

void ZipWriter::finish(const EachZipEntry& added) {
    end_first();
    const std::uint64_t begin = file_.bytes();
    std::uint64_t entries = 1, local = data_start_ + first_.packed;
    std::string out = central_header(first_);
    const auto write = [&](const ZipEntry& entry) {
        ZipEntry here = entry;
        here.local = local;
        local += zip::local_bytes + entry.name.size() + zip::extra_bytes + entry.packed;
        out += central_header(here);
        ++entries;
        if (out.size() < zip::buffer_bytes) return;
        file_.append(out);
        out.clear();
    };
    if (added) added(write);
    ENSURE(local == begin);
    file_.append(out);
    end_directory(begin, entries);
}

void ZipWriter::end_directory(std::uint64_t begin, std::uint64_t entries) {
    const std::uint64_t end = file_.bytes();
    std::string out;
    if (end > zip::small_max || entries > zip::small_entries_max) {
        put(out, zip::end64_magic, 4);
        put(out, zip::end64_bytes - 12, 8);
        put(out, 3 << 8 | 45, 2);
        put(out, 45, 2);
        put(out, 0, 4);
        put(out, 0, 4);
        put(out, entries, 8);
        put(out, entries, 8);
        put(out, end - begin, 8);
        put(out, begin, 8);
        put(out, zip::locator64_magic, 4);
        put(out, 0, 4);
        put(out, end, 8);
        put(out, 1, 4);
    }
    const std::uint64_t told = std::min(entries, zip::entries_in_zip64);
    put(out, zip::end_magic, 4);
    put(out, 0, 4);
    put(out, told, 2);
    put(out, told, 2);
    put(out, clipped(end - begin), 4);
    put(out, clipped(begin), 4);
    put(out, 0, 2);
    file_.append(out);
}

// ---- reader ----

ZipReader::ZipReader(const InputFile& file, UnpackLimits limits, std::uint64_t entries_max) {
    const ZipDirectory directory(
        [&file](std::uint64_t offset, char* buffer, std::size_t count) {
            return file.read(offset, buffer, count);
        },
        file.bytes());
    if (!directory.good() || directory.entries() < 1 || directory.entries() > entries_max) return;
    std::uint64_t at = directory.begin();
    const auto entry = directory.entry(at);
    if (!entry) return;
    entry_ = *entry;
    if (entry_.plain > limits.output_bytes_max) {
        state_ = Unpacked::too_large;
        return;
    }
    stream_ = std::make_unique<ZipStream>(directory, entry_);
    if (stream_->good()) state_ = Unpacked::ok;
}

ZipReader::~ZipReader() = default;

std::size_t ZipReader::read(char* buffer, std::size_t count) {
    if (state_ != Unpacked::ok) return 0;
    const std::size_t done = stream_->read(buffer, count);
    if (!stream_->good()) state_ = Unpacked::corrupt;
    return done;
}

}  // namespace io
