#pragma once
// Sorting more than fits in memory: runs of a named size are sorted and written to a working folder
// while the next one fills, then merged in one pass.
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.hpp"

namespace directory {

struct Record {
    std::uint32_t person, line;
    std::uint64_t row;
};

enum class RecordOrder : unsigned char { by_row, by_line };  // within a person

// A run on disk, read from front to back.
class RunReader {
  public:
    RunReader(const std::filesystem::path& path, std::size_t buffer_bytes);
    // The next `count` bytes; empty at the end. They live until the next call.
    std::string_view take(std::size_t count);

  private:
    io::InputFile file_;
    std::size_t buffer_bytes_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::uint64_t offset_ = 0;
};

class RecordSorter {
  public:
    RecordSorter(std::filesystem::path folder, std::string name, std::uint64_t memory_bytes,
                 RecordOrder order);
    ~RecordSorter();
    RecordSorter(const RecordSorter&) = delete;
    RecordSorter& operator=(const RecordSorter&) = delete;
    void add(const Record& record) {
        if (filling_.size() == records_max_) spill();
        filling_.push_back(record);
    }
    void end();  // no more of them
    bool next(Record& record);
    std::uint64_t runs() const { return runs_.size(); }

  private:
    struct Head {
        Record record;
        std::size_t run;
    };
    bool before(const Record& a, const Record& b) const;
    void sort(std::vector<Record>& records) const;
    void spill();
    void wait();
    bool refill(Head& head);
    std::filesystem::path folder_;
    std::string name_;
    std::uint64_t memory_bytes_;
    std::size_t records_max_;
    RecordOrder order_;
    std::vector<Record> filling_, writing_;
    std::future<void> writer_;
    std::vector<std::filesystem::path> runs_;
    std::vector<std::unique_ptr<RunReader>> readers_;
    std::vector<Head> heap_;
    std::size_t at_ = 0;  // where nothing was spilled
};

// The same for lines of text; equal lines come in the order of their numbers.
class LineSorter {
  public:
    LineSorter(std::filesystem::path folder, std::string name, std::uint64_t memory_bytes);
    ~LineSorter();
    LineSorter(const LineSorter&) = delete;
    LineSorter& operator=(const LineSorter&) = delete;
    void add(std::string_view text, std::uint64_t line);
    void end();
    bool next(std::string_view& text, std::uint64_t& line);  // `text` lives until the next call

  private:
    struct Item {
        std::uint64_t offset, line;
        std::uint32_t length;
    };
    struct Head {
        std::string text;
        std::uint64_t line = 0;
        std::size_t run = 0;
    };
    void sort();
    void spill();
    bool refill(Head& head);
    std::filesystem::path folder_;
    std::string name_;
    std::uint64_t memory_bytes_;
    std::string texts_;
    std::vector<Item> items_;
    std::vector<std::filesystem::path> runs_;
    std::vector<std::unique_ptr<RunReader>> readers_;
    std::vector<Head> heap_;
    Head current_;
    std::size_t at_ = 0;
};

}  // namespace directory
