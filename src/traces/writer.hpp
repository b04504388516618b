#pragma once
// Writes a segment: files as they come, then rows in order of person, then fates, index and root.
// Holds one page and as many blocks as there are threads to pack them. The file bears its own name
// only once it is whole.
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/threads.hpp"
#include "io/file.hpp"
#include "traces/columns.hpp"
#include "traces/root.hpp"

namespace traces {

class SegmentWriter {
  public:
    // `draft` is created anew (what a crash left there goes).
    SegmentWriter(const std::filesystem::path& draft, int period, unsigned threads = 1);

    // The number of the source's first record inside this segment.
    std::uint64_t add_source(const Source& source);
    std::uint32_t fate(const Fate& fate);
    // In order of (person, record); after the last source.
    void add_row(const Row& row);
    // Index, root and end; everything is durable under the draft's name.
    Summary finish();

    std::uint64_t records() const { return records_; }
    std::size_t fates() const { return fates_.size(); }

  private:
    Piece put(std::string_view bytes, std::uint64_t key, std::size_t count);
    void end_sources();
    void end_block();
    void put_block(std::uint64_t key, std::size_t count, std::string_view bytes);
    void put_packed();
    void put_all_packed();
    void end_page();

    io::OutputFile file_;
    Root root_;
    std::uint64_t records_ = 0, page_base_ = 0;
    std::vector<Source> sources_;
    std::map<Fate, std::uint32_t> fates_;
    std::vector<Row> block_;
    struct Packing {
        std::uint64_t key;
        std::size_t count;
        core::Beside<std::string> bytes;
    };
    const unsigned threads_;
    std::deque<Packing> packing_;  // blocks behind those that were put, in their order
    std::vector<Piece> page_;
    Row last_;
    std::string buffer_;  // written together
    std::uint64_t offset_ = 0;
};

}  // namespace traces
