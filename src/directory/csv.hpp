#pragma once
// Rows of a CSV file (RFC 4180: quotes, doubled quotes, CRLF or LF), read in a stream: memory does
// not grow with the file, a row has a greatest length.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.hpp"

namespace directory {

inline constexpr std::size_t csv_row_bytes_max = 1 << 16;
inline constexpr std::size_t csv_fields_max = 16;

class CsvReader {
  public:
    explicit CsvReader(const io::fs::path& path);

    // The next row; false at the end. Its fields live until the next call.
    bool next();
    std::size_t size() const { return count_; }
    std::string_view operator[](std::size_t field) const { return fields_[field]; }
    std::uint64_t line() const { return line_; }    // of the row's first character
    std::uint64_t column(std::size_t field) const;  // from 1, in code points
    // What is wrong with the form of this row; empty: nothing. Its fields are then not to be used.
    std::string_view fault() const { return fault_; }
    std::uint64_t bytes() const { return bytes_; }  // read so far

  private:
    bool fill();
    void split_plain(std::string_view row);
    void split_quoted(std::string_view row);
    std::size_t quoted_end(std::size_t from);
    io::InputFile file_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::uint64_t offset_ = 0, bytes_ = 0, line_ = 0, lines_next_ = 1;
    bool ended_ = false;
    std::string_view row_, fault_;
    std::array<std::string_view, csv_fields_max> fields_{};
    std::array<std::size_t, csv_fields_max> begins_{};  // of each field in the row
    std::array<std::string, csv_fields_max> unquoted_;
    std::size_t count_ = 0;
};

// As RFC 4180 wants it: quoted where it must be.
std::string csv_quoted(std::string_view text);

}  // namespace directory
