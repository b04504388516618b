#include "traces/writer.hpp"

#include "core/ensure.hpp"
#include "traces/segment.hpp"
#include "traces/wire.hpp"

namespace traces {

static constexpr std::size_t write_bytes = 1 << 20;

static io::OutputFile new_draft(const std::filesystem::path& draft) {
    io::remove_file(draft);
    return io::OutputFile::create(draft);
}

SegmentWriter::SegmentWriter(const std::filesystem::path& draft, int period, unsigned threads)
    : file_(new_draft(draft)),
      threads_(threads),
      buffer_(segment_head),
      offset_(segment_head.size()) {
    root_.summary.period = period;
    block_.reserve(block_rows);
}

Piece SegmentWriter::put(std::string_view bytes, std::uint64_t key, std::size_t count) {
    Piece piece;
    piece.key = key;
    piece.offset = offset_;
    piece.bytes = static_cast<std::uint32_t>(bytes.size());
    piece.count = static_cast<std::uint32_t>(count);
    piece.hash = seal::sha256(bytes);
    buffer_.append(bytes);
    offset_ += bytes.size();
    if (buffer_.size() >= write_bytes) {
        file_.append(buffer_);
        buffer_.clear();
    }
    return piece;
}

std::uint64_t SegmentWriter::add_source(const Source& source) {
    ENSURE(root_.summary.rows == 0 && source.records < records_max - records_);
    Summary& summary = root_.summary;
    if (summary.sources == 0 || source.sent < summary.from) summary.from = source.sent;
    if (summary.sources == 0 || source.sent > summary.to) summary.to = source.sent;
    ++summary.sources;
    if (sources_.empty()) page_base_ = records_;
    sources_.push_back(source);
    if (sources_.size() == page_sources) end_sources();
    const std::uint64_t base = records_;
    records_ += source.records;
    return base;
}

void SegmentWriter::end_sources() {
    if (sources_.empty()) return;
    root_.source_pages.push_back(put(pack_sources(sources_), page_base_, sources_.size()));
    sources_.clear();
}

std::uint32_t SegmentWriter::fate(const Fate& fate) {
    const auto [at, fresh] = fates_.try_emplace(fate, static_cast<std::uint32_t>(fates_.size()));
    ENSURE(!fresh || fates_.size() <= fates_max);
    return at->second;
}

void SegmentWriter::add_row(const Row& row) {
    Summary& summary = root_.summary;
    const bool first = summary.rows == 0;
    ENSURE(first || row.person > last_.person ||
           (row.person == last_.person && row.record() >= last_.record()));
    if (first || row.person != last_.person) ++summary.persons;
    ++summary.rows;
    last_ = row;
    block_.push_back(row);
    if (block_.size() == block_rows) end_block();
}

void SegmentWriter::end_block() {
    if (block_.empty()) return;
    const std::uint64_t key = block_.front().person;
    const std::size_t count = block_.size();
    if (threads_ < 2) {
        put_block(key, count, pack_rows(block_));
        block_.clear();
        return;
    }
    if (packing_.size() == threads_) put_packed();
    packing_.push_back(
        {key, count, core::beside([block = std::move(block_)] { return pack_rows(block); })});
    block_.clear();
    block_.reserve(block_rows);
}

void SegmentWriter::put_block(std::uint64_t key, std::size_t count, std::string_view bytes) {
    page_.push_back(put(bytes, key, count));
    if (page_.size() == page_entries) end_page();
}

// The oldest that is being packed.
void SegmentWriter::put_packed() {
    Packing& first = packing_.front();
    put_block(first.key, first.count, first.bytes.get());
    packing_.pop_front();
}

void SegmentWriter::put_all_packed() {
    while (!packing_.empty()) put_packed();
}

void SegmentWriter::end_page() {
    if (page_.empty()) return;
    root_.index_pages.push_back(put(pack_pieces(page_), page_.front().key, page_.size()));
    page_.clear();
}

Summary SegmentWriter::finish() {
    put_all_packed();  // before the sources, as where nothing is packed beside
    end_sources();
    end_block();
    put_all_packed();
    end_page();
    std::vector<Fate> fates(fates_.size());
    for (const auto& [fate, number] : fates_) fates[number] = fate;
    root_.fates = put(pack_fates(fates), 0, fates.size());
    const Piece root = put(root_.pack(), 0, 0);
    Packer end;
    end.word(root.offset);
    end.word(root.bytes);
    end.bytes.append(seal::bytes_of(root.hash));
    buffer_.append(end.bytes);
    file_.append(buffer_);
    file_.sync();
    Summary summary = root_.summary;
    summary.bytes = file_.bytes();
    summary.digest = seal::hex(root.hash);
    return summary;
}

}  // namespace traces
