#pragma once
// A small table in a file: rows of text fields, sorted, found by their first fields. Mapped;
// look-ups copy nothing.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "directory/block_file.hpp"

namespace directory {

inline constexpr char field_mark = '\x1f';  // between fields; no delivered field may hold it
inline constexpr std::size_t table_fields_max = 9;
inline constexpr std::uint64_t table_kind = 0x656c626174;  // "table"

// The fields of one row, as they are stored. Missing ones are empty.
std::array<std::string_view, table_fields_max> split_fields(std::string_view row);

class TextTableWriter {
  public:
    TextTableWriter(const fs::path& path, std::unique_ptr<Digester> digester);
    void add(std::string_view row);  // in order
    std::uint64_t rows() const { return rows_; }
    std::string finish();  // the digest

  private:
    BlockWriter out_;
    Spill offsets_;
    std::uint64_t rows_ = 0, bytes_ = 0;
};

class TextTable {
  public:
    static std::shared_ptr<const TextTable> open(const fs::path& path);
    std::uint64_t size() const { return rows_; }
    std::string_view operator[](std::uint64_t row) const;
    // Rows that begin with `prefix` (which ends in field_mark, or is empty): [first, last).
    struct Range {
        std::uint64_t first, last;
    };
    Range find(std::string_view prefix) const;
    const BlockFile& file() const { return *file_; }

  private:
    std::uint64_t lower_bound(std::string_view text) const;
    std::shared_ptr<const BlockFile> file_;
    std::span<const char> texts_;
    std::span<const std::uint64_t> offsets_;
    std::uint64_t rows_ = 0;
};

}  // namespace directory
