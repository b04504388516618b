#include "io/zip_directory.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>

#include "core/ensure.hpp"
#include "io/zip_format.hpp"

namespace io {

using zip::get;

// ---- the directory ----

ZipDirectory::ZipDirectory(ReadAt read, std::uint64_t bytes) : read_(std::move(read)) {
    good_ = find_end(bytes);
}

// Shorter than asked for where the archive ends before.
std::string ZipDirectory::text(std::uint64_t at, std::size_t count) const {
    std::string bytes(count, '\0');
    bytes.resize(read_(at, bytes.data(), count));
    return bytes;
}

bool ZipDirectory::find_end(std::uint64_t bytes) {
    if (bytes < zip::end_bytes) return false;
    end_ = bytes - zip::end_bytes;
    const std::string end = text(end_, zip::end_bytes);
    if (end.size() != zip::end_bytes || get(end, 0, 4) != zip::end_magic || get(end, 20, 2) != 0)
        return false;
    entries_ = get(end, 10, 2);
    std::uint64_t length = get(end, 12, 4);
    begin_ = get(end, 16, 4);
    if (begin_ == zip::in_zip64 || length == zip::in_zip64 || entries_ == zip::entries_in_zip64) {
        if (end_ < zip::locator64_bytes) return false;
        const std::string locator = text(end_ - zip::locator64_bytes, zip::locator64_bytes);
        if (locator.size() != zip::locator64_bytes || get(locator, 0, 4) != zip::locator64_magic)
            return false;
        end_ = get(locator, 8, 8);
        if (end_ > bytes) return false;
        const std::string end64 = text(end_, zip::end64_bytes);
        if (end64.size() != zip::end64_bytes || get(end64, 0, 4) != zip::end64_magic) return false;
        entries_ = get(end64, 32, 8);
        length = get(end64, 40, 8);
        begin_ = get(end64, 48, 8);
    }
    return begin_ <= end_ && end_ - begin_ == length && entries_ <= length / zip::central_bytes;
}

std::optional<ZipEntry> ZipDirectory::entry(std::uint64_t& at) const {
    if (at > end_ || end_ - at < zip::central_bytes) return std::nullopt;
    const std::string central = text(at, zip::central_bytes);
    if (central.size() != zip::central_bytes || get(central, 0, 4) != zip::central_magic)
        return std::nullopt;
    ZipEntry entry;
    const std::uint64_t flags = get(central, 8, 2);
    // Encrypted, patched, strongly encrypted, with a masked header.
    entry.encrypted = (flags & (1U | 1U << 5U | 1U << 6U | 1U << 13U)) != 0;
    entry.method = static_cast<std::uint16_t>(get(central, 10, 2));
    entry.stamp = static_cast<std::uint32_t>(get(central, 12, 4));
    entry.crc = static_cast<std::uint32_t>(get(central, 16, 4));
    entry.packed = get(central, 20, 4);
    entry.plain = get(central, 24, 4);
    entry.local = get(central, 42, 4);
    const auto name_bytes = static_cast<std::size_t>(get(central, 28, 2));
    const auto rest_bytes =
        name_bytes + static_cast<std::size_t>(get(central, 30, 2) + get(central, 32, 2));
    if (end_ - at - zip::central_bytes < rest_bytes) return std::nullopt;
    const std::string rest = text(at + zip::central_bytes, rest_bytes);
    if (rest.size() != rest_bytes) return std::nullopt;
    entry.name = rest.substr(0, name_bytes);
    const std::size_t extra_end = name_bytes + static_cast<std::size_t>(get(central, 30, 2));
    for (std::size_t field = name_bytes; field + 4 <= extra_end;) {
        const auto size = static_cast<std::size_t>(get(rest, field + 2, 2));
        if (field + 4 + size > extra_end) return std::nullopt;
        std::size_t value = field + 4;
        if (get(rest, field, 2) == zip::zip64_field) {
            for (std::uint64_t* number : {&entry.plain, &entry.packed, &entry.local}) {
                if (*number != zip::in_zip64) continue;
                if (value + 8 > field + 4 + size) return std::nullopt;
                *number = get(rest, value, 8);
                value += 8;
            }
        }
        field += 4 + size;
    }
    at += zip::central_bytes + rest_bytes;
    return entry;
}

std::optional<std::uint64_t> ZipDirectory::data(const ZipEntry& entry) const {
    if (entry.local > begin_) return std::nullopt;
    const std::string header = text(entry.local, zip::local_bytes + entry.name.size());
    if (header.size() != zip::local_bytes + entry.name.size() ||
        get(header, 0, 4) != zip::local_magic || get(header, 26, 2) != entry.name.size() ||
        header.compare(zip::local_bytes, std::string::npos, entry.name) != 0)
        return std::nullopt;
    const std::uint64_t begin = entry.local + header.size() + get(header, 28, 2);
    if (begin > begin_ || entry.packed > begin_ - begin) return std::nullopt;
    return begin;
}

// ---- one entry ----

struct ZipStream::Inflater {
    z_stream stream{};
    std::string input = std::string(zip::buffer_bytes, '\0');
    Inflater() { ENSURE(inflateInit2(&stream, -15) == Z_OK); }
    ~Inflater() { inflateEnd(&stream); }
};

ZipStream::ZipStream(const ZipDirectory& archive, const ZipEntry& entry)
    : read_(archive.read()), entry_(entry), crc_(crc32(0, nullptr, 0)) {
    const auto begin = archive.data(entry);
    good_ = begin && !entry.encrypted && (entry.method == 0 || entry.method == 8);
    if (!good_) return;
    position_ = *begin;
    data_end_ = *begin + entry.packed;
    if (entry.method == 8) inflater_ = std::make_unique<Inflater>();
}

ZipStream::~ZipStream() = default;

void ZipStream::check_end() {
    ended_ = true;
    if (output_bytes_ != entry_.plain || crc_ != entry_.crc || position_ != data_end_)
        good_ = false;
}

std::size_t ZipStream::inflate_some(char* buffer, std::size_t count) {
    z_stream& z = inflater_->stream;
    const auto room = static_cast<uInt>(std::min<std::size_t>(count, 1 << 30));
    z.next_out = reinterpret_cast<Bytef*>(buffer);
    z.avail_out = room;
    while (z.avail_out == room && !ended_ && good_) {
        if (z.avail_in == 0) {
            const std::size_t n = read_(position_, inflater_->input.data(),
                                        static_cast<std::size_t>(std::min<std::uint64_t>(
                                            zip::buffer_bytes, data_end_ - position_)));
            position_ += n;
            z.next_in = reinterpret_cast<const Bytef*>(inflater_->input.data());
            z.avail_in = static_cast<uInt>(n);
        }
        const int result = inflate(&z, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            position_ -= z.avail_in;
            ended_ = true;
        } else if (result != Z_OK) {
            good_ = false;  // Z_BUF_ERROR too: the data end inside the stream
        }
    }
    return room - z.avail_out;
}

std::size_t ZipStream::read(char* buffer, std::size_t count) {
    if (!good_ || ended_ || count == 0) return 0;
    std::size_t done = 0;
    if (inflater_) {
        done = inflate_some(buffer, count);
    } else {
        done = static_cast<std::size_t>(std::min<std::uint64_t>(count, data_end_ - position_));
        done = read_(position_, buffer, done);
        position_ += done;
        ended_ = done == 0;
    }
    crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(buffer), static_cast<uInt>(done));
    output_bytes_ += done;
    if (output_bytes_ > entry_.plain) good_ = false;
    if (ended_) check_end();
    return good_ ? done : 0;
}

}  // namespace io
