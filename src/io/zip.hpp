#pragma once
// ZIP archives with exactly one deflated entry, as the CO files of the channel are. Streamed both
// ways; zip64 when the sizes need it. Nothing else of ZIP.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/instant.hpp"
#include "io/file.hpp"
#include "io/frames.hpp"

namespace io {

// Deterministic: the same name, instant and content give the same bytes.
class ZipWriter {
  public:
    // `stamp` becomes the entry's time (UTC, two seconds' resolution). The file must be empty.
    ZipWriter(OutputFile& file, std::string entry_name, core::Instant stamp);
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;
    ~ZipWriter();
    void append(std::string_view bytes);
    // Writes the rest and the directory. Durable only after file.sync().
    void finish();

  private:
    struct Deflater;
    void drain(int flush);
    OutputFile& file_;
    std::string name_;
    core::Instant stamp_;
    std::unique_ptr<Deflater> deflater_;
    std::uint64_t input_bytes_ = 0;
    std::uint64_t data_start_ = 0;
    unsigned long crc_ = 0;
};

// The only entry of a foreign archive. Names inside are told, never used as paths.
class ZipReader {
  public:
    ZipReader(const InputFile& file, UnpackLimits limits);
    ZipReader(const ZipReader&) = delete;
    ZipReader& operator=(const ZipReader&) = delete;
    ~ZipReader();
    // 0 at the end or when state() is no longer ok; size and CRC are checked at the end.
    std::size_t read(char* buffer, std::size_t count);
    Unpacked state() const { return state_; }
    const std::string& entry_name() const { return name_; }

  private:
    struct Inflater;
    bool open_entry();
    void check_end();
    const InputFile& file_;
    UnpackLimits limits_;
    std::unique_ptr<Inflater> inflater_;
    std::string name_;
    Unpacked state_ = Unpacked::ok;
    std::uint64_t position_ = 0, data_end_ = 0, declared_bytes_ = 0, output_bytes_ = 0;
    unsigned long crc_ = 0, declared_crc_ = 0;
    bool stored_ = false, ended_ = false;
};

}  // namespace io
