#pragma once
// Foreign ZIP archives of any number of entries: what their directory says, and the content of one
// entry. Nothing in them is believed before it was checked; names are told, never used as paths.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace io {

// Fills `buffer` from `offset`; fewer bytes than asked for only at the end.
using ReadAt = std::function<std::size_t(std::uint64_t offset, char* buffer, std::size_t count)>;

struct ZipEntry {
    std::string name;                     // raw bytes
    std::uint64_t packed = 0, plain = 0;  // bytes
    std::uint64_t local = 0;              // where its local header stands
    std::uint32_t crc = 0, stamp = 0;     // stamp: MS-DOS time and date
    std::uint16_t method = 0;             // 0 stored, 8 deflated; nothing else is unpacked
    bool encrypted = false;
    bool is_folder() const { return !name.empty() && name.back() == '/'; }
};

// The directory is the truth: it must end the archive (no comment behind it) and hold as many
// entries as it says.
class ZipDirectory {
  public:
    ZipDirectory(ReadAt read, std::uint64_t bytes);

    bool good() const { return good_; }
    std::uint64_t entries() const { return entries_; }
    std::uint64_t begin() const { return begin_; }  // where its first entry stands
    std::uint64_t end() const { return end_; }
    // The entry at `at`, which moves behind it. None: the directory is damaged there.
    std::optional<ZipEntry> entry(std::uint64_t& at) const;
    // Where the packed bytes of an entry begin. None: its local header is not about it, or they do
    // not lie before the directory.
    std::optional<std::uint64_t> data(const ZipEntry& entry) const;
    const ReadAt& read() const { return read_; }

  private:
    std::string text(std::uint64_t at, std::size_t count) const;
    bool find_end(std::uint64_t bytes);

    ReadAt read_;
    std::uint64_t entries_ = 0, begin_ = 0, end_ = 0;
    bool good_ = false;
};

// The content of one entry, in pieces; no more than it declares, and held against its CRC.
class ZipStream {
  public:
    ZipStream(const ZipDirectory& archive, const ZipEntry& entry);
    ZipStream(const ZipStream&) = delete;
    ZipStream& operator=(const ZipStream&) = delete;
    ~ZipStream();
    // 0 at the end, or when it is no longer good.
    std::size_t read(char* buffer, std::size_t count);
    bool good() const { return good_; }

  private:
    struct Inflater;
    void check_end();
    std::size_t inflate_some(char* buffer, std::size_t count);

    ReadAt read_;
    ZipEntry entry_;
    std::unique_ptr<Inflater> inflater_;  // null: stored
    std::uint64_t position_ = 0, data_end_ = 0, output_bytes_ = 0;
    unsigned long crc_ = 0;
    bool good_ = false, ended_ = false;
};

}  // namespace io
