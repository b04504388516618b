#pragma once
// ZIP archives as the CO files of the channel are: one deflated entry, and behind it, where
// documents travel with it, entries copied from another archive. Streamed both ways; zip64 when it
// is needed. Nothing else of ZIP; foreign archives are told in io/zip_directory.hpp.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/instant.hpp"
#include "io/file.hpp"
#include "io/frames.hpp"
#include "io/zip_directory.hpp"

namespace io {

// Hands entries out one by one, the same ones in the same order each time.
using EachZipEntry = std::function<void(const std::function<void(const ZipEntry&)>&)>;

// Deterministic: the same name, instant and content give the same bytes.
class ZipWriter {
  public:
    // `stamp` becomes the first entry's time (UTC, two seconds' resolution). The file must be
    // empty.
    ZipWriter(OutputFile& file, std::string entry_name, core::Instant stamp);
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;
    ~ZipWriter();
    void append(std::string_view bytes);  // to the first entry
    // Behind it: an entry as it lies packed in `from`. False: its bytes are not there.
    bool add(const ZipDirectory& from, const ZipEntry& entry);
    // Writes the rest and the directory; `added`: what was added, once more, so that it need not be
    // remembered. Durable only after file.sync().
    void finish(const EachZipEntry& added = {});

  private:
    struct Deflater;
    void drain(int flush);
    void end_first();
    void end_directory(std::uint64_t begin, std::uint64_t entries);
    OutputFile& file_;
    ZipEntry first_;
    std::unique_ptr<Deflater> deflater_;  // null: the first entry is complete
    std::uint64_t data_start_ = 0;
    unsigned long crc_ = 0;
};

// The first of at most so many entries of an archive. Names inside are told, never used as paths.
class ZipReader {
  public:
    ZipReader(const InputFile& file, UnpackLimits limits, std::uint64_t entries_max = 1);
    ZipReader(const ZipReader&) = delete;
    ZipReader& operator=(const ZipReader&) = delete;
    ~ZipReader();
    // 0 at the end or when state() is no longer ok; size and CRC are checked at the end.
    std::size_t read(char* buffer, std::size_t count);
    Unpacked state() const { return state_; }
    const std::string& entry_name() const { return entry_.name; }

  private:
    ZipEntry entry_;
    std::unique_ptr<ZipStream> stream_;
    Unpacked state_ = Unpacked::corrupt;
};

}  // namespace io
