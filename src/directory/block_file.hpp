#pragma once
// The form of every file of a version: sections of plain words (little-endian), a sum for each MiB,
// and a footer that says where things are. Written from front to back, read by mapping; a block is
// checked when it is first touched.
#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/store.hpp"
#include "io/file.hpp"

namespace directory {

inline constexpr std::size_t block_bytes = 1 << 20;
inline constexpr std::size_t sections_max = 6, facts_max = 12;

struct Footer {
    char magic[8];  // "SLDIRF01"
    std::uint64_t kind;
    std::uint64_t payload_bytes, blocks;
    struct Section {
        std::uint64_t offset, bytes;
    } sections[sections_max];
    std::uint64_t facts[facts_max];  // the kind's own counts
    std::uint64_t sums_checksum;
    std::uint64_t checksum;  // of all before it
};

class BlockWriter {
  public:
    // A new file in a working folder; it gets its own name by io::publish.
    BlockWriter(const fs::path& path, std::uint64_t kind, std::unique_ptr<Digester> digester = {});
    void begin_section(std::size_t section);
    void append(const void* bytes, std::size_t count);
    void append_file(const fs::path& path);  // a spilled section
    void end_section();
    // Ends and syncs the file. The hex digest of all its bytes where there is a digester.
    std::string finish(std::span<const std::uint64_t> facts);
    std::uint64_t bytes() const { return out_.bytes() + buffer_.size(); }

  private:
    void write_block();
    io::OutputFile out_;
    std::unique_ptr<Digester> digester_;
    std::string buffer_;
    std::vector<std::uint64_t> sums_;
    std::uint64_t payload_ = 0;
    Footer footer_{};
    std::size_t section_ = 0;
};

// Words that wait in a file until their section is written.
class Spill {
  public:
    explicit Spill(const fs::path& path);
    ~Spill();
    Spill(const Spill&) = delete;
    Spill& operator=(const Spill&) = delete;
    template <class Word>
    void add(const Word& word) {
        buffer_.append(reinterpret_cast<const char*>(&word), sizeof word);
        if (buffer_.size() >= block_bytes) flush();
    }
    void move_to(BlockWriter& writer);

  private:
    void flush();
    fs::path path_;
    io::OutputFile out_;
    std::string buffer_;
};

class BlockFile {
  public:
    // A Fault (integrity) where the file is not of this form.
    static std::shared_ptr<const BlockFile> open(const fs::path& path, std::uint64_t kind);
    ~BlockFile();
    BlockFile(const BlockFile&) = delete;
    BlockFile& operator=(const BlockFile&) = delete;

    template <class Word>
    std::span<const Word> section(std::size_t index) const {
        const auto& place = footer_.sections[index];
        return {reinterpret_cast<const Word*>(begin_ + place.offset), place.bytes / sizeof(Word)};
    }
    std::uint64_t fact(std::size_t index) const { return footer_.facts[index]; }
    std::uint64_t bytes() const { return bytes_; }
    const std::string& shown_path() const { return shown_; }

    // To be called before these bytes of a section are relied on: cheap when they were checked
    // before. A Fault (integrity) where they are damaged.
    void need(const void* at, std::size_t count) const {
        const auto offset = static_cast<std::size_t>(static_cast<const char*>(at) - begin_);
        const std::size_t first = offset / block_bytes, last = (offset + count - 1) / block_bytes;
        if (checked_[first].load(std::memory_order_relaxed) != 0 &&
            checked_[last].load(std::memory_order_relaxed) != 0 && last - first <= 1)
            return;
        check(first, last);
    }
    template <class Word>
    std::span<const Word> checked_section(std::size_t index) const {
        const auto words = section<Word>(index);
        if (!words.empty()) need(words.data(), words.size_bytes());
        return words;
    }
    // What lies before `end` is from now on read where it is asked for: pages that were mapped
    // count as the process's memory, and are given back. May be called while others look things up.
    void unmap_front(std::uint64_t end) const;
    std::uint64_t mapped_from() const { return mapped_from_.load(std::memory_order_relaxed); }
    bool is_mapped(const void* at) const {
        return static_cast<const char*>(at) >= begin_ + mapped_from();
    }
    // No byte will be read but through the map: the descriptor is not needed.
    void map_only() const { file_.reset(); }
    // Copies these bytes of a section without touching the map.
    void read(const void* at, void* to, std::size_t count) const;
    std::uint64_t offset_of(const void* at) const {
        return static_cast<std::uint64_t>(static_cast<const char*>(at) - begin_);
    }
    // Numbers of the blocks that are damaged.
    std::vector<std::size_t> damaged_blocks() const;

  private:
    BlockFile() = default;
    void check(std::size_t first, std::size_t last) const;
    bool good(std::size_t block) const;
    mutable std::optional<io::InputFile> file_;  // of one that may be read, too
    const char* begin_ = nullptr;
    mutable std::atomic<std::uint64_t> mapped_from_{0};
    std::uint64_t bytes_ = 0;
    Footer footer_{};
    const std::uint64_t* sums_ = nullptr;
    std::unique_ptr<std::atomic<unsigned char>[]> checked_;
    std::string shown_;
};

}  // namespace directory
