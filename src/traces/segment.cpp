#include "traces/segment.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "traces/wire.hpp"

namespace traces {

std::string_view to_string(Decision decision) {
    switch (decision) {
        case Decision::delivered:
            return "delivered";
        case Decision::withheld:
            return "withheld";
        case Decision::rejected:
            return "rejected";
    }
    return "";
}

Segment::Segment(const std::filesystem::path& file, std::string_view digest)
    : file_(io::InputFile::open(file)) {
    const std::uint64_t bytes = file_.bytes();
    if (bytes < segment_head.size() + trailer_bytes ||
        file_.read(0, segment_head.size()) != segment_head)
        fail("it is no segment of traces, or cut short");
    const std::string trailer = file_.read(bytes - trailer_bytes, trailer_bytes);
    Unpacker in(trailer);
    const std::uint64_t offset = in.word(), size = in.word();
    if (offset > bytes - trailer_bytes || size != bytes - trailer_bytes - offset)
        fail("its end does not lead to its root");
    const std::string root = file_.read(offset, static_cast<std::size_t>(size));
    const seal::Hash hash = seal::sha256(root);
    const std::string found = seal::hex(hash);
    if (seal::bytes_of(hash) != in.take(32)) fail("its root is damaged");
    if (!digest.empty() && digest != found)
        fail("its digest is not the one that the ledger has for it");
    try {
        root_ = Root::unpack(root);
    } catch (const Malformed&) {
        fail("its root cannot be read");
    }
    root_.summary.digest = found;
    root_.summary.bytes = bytes;
}

void Segment::fail(const std::string& reason) const {
    throw core::Fault(core::FaultKind::integrity, "read the privacy log in", file_.shown_path(),
                      reason,
                      "keep it as it is, restore the segment from a backup and call "
                      "somebody");
}

std::string Segment::piece(const Piece& piece, const char* what) const {
    std::string bytes = file_.read(piece.offset, piece.bytes);
    if (bytes.size() != piece.bytes || seal::sha256(bytes) != piece.hash)
        fail(std::string(what) + " at byte " + std::to_string(piece.offset) +
             " is not what was sealed");
    return bytes;
}

// ---- pieces ----

const std::vector<Source>& Segment::source_page(std::size_t page) const {
    const auto kept = std::find_if(kept_.begin(), kept_.end(),
                                   [&](const KeptPage& one) { return one.page == page; });
    if (kept != kept_.end()) {
        kept_.splice(kept_.begin(), kept_, kept);
        return kept_.front().sources;
    }
    const Piece& where = root_.source_pages.at(page);
    const std::string bytes = piece(where, "the page of files");
    KeptPage fresh{page, {}};
    try {
        fresh.sources = unpack_sources(bytes, where.count);
    } catch (const Malformed&) {
        fail("a page of files cannot be read");
    }
    kept_.push_front(std::move(fresh));
    if (kept_.size() > source_pages_kept) kept_.pop_back();
    return kept_.front().sources;
}

void Segment::each_source(const std::function<void(const Source&)>& visit) const {
    for (std::size_t page = 0; page < root_.source_pages.size(); ++page)
        for (const Source& source : source_page(page)) visit(source);
}

const std::vector<Fate>& Segment::fates() const {
    if (fates_) return *fates_;
    const std::string bytes = piece(root_.fates, "the table of fates");
    try {
        fates_ = std::make_unique<std::vector<Fate>>(unpack_fates(bytes, root_.fates.count));
    } catch (const Malformed&) {
        fail("the table of fates cannot be read");
    }
    return *fates_;
}

std::vector<Piece> Segment::index_page(std::size_t page) const {
    const Piece& where = root_.index_pages.at(page);
    const std::string bytes = piece(where, "the index page");
    try {
        return unpack_pieces(bytes, where.count);
    } catch (const Malformed&) {
        fail("an index page cannot be read");
    }
}

std::vector<Row> Segment::rows(const Piece& block) const {
    const std::string bytes = piece(block, "the block");
    try {
        return unpack_rows(bytes);
    } catch (const Malformed&) {
        fail("the block at byte " + std::to_string(block.offset) + " cannot be read");
    }
}

Trace Segment::trace_of(const Row& row) const {
    const auto& pages = root_.source_pages;
    const auto behind =
        std::upper_bound(pages.begin(), pages.end(), row.record(),
                         [](std::uint64_t record, const Piece& p) { return record < p.key; });
    if (behind == pages.begin() || row.fate() >= fates().size())
        fail("a trace names a file or a fate that is not there");
    std::uint64_t base = (behind - 1)->key;
    for (const Source& source : source_page(static_cast<std::size_t>(behind - pages.begin()) - 1)) {
        if (row.record() - base < source.records)
            return {row.person,
                    source.first_record + static_cast<std::int64_t>(row.record() - base), source,
                    fates()[row.fate()]};
        base += source.records;
    }
    fail("a trace names a record that no file of it has");
}

// ---- questions ----

// The last piece that may begin with, or before, what is sought.
static std::size_t first_piece_for(const std::vector<Piece>& pieces, std::uint64_t person) {
    const auto at = std::lower_bound(pieces.begin(), pieces.end(), person,
                                     [](const Piece& p, std::uint64_t key) { return p.key < key; });
    return at == pieces.begin() ? 0 : static_cast<std::size_t>(at - pieces.begin()) - 1;
}

void Segment::find(std::uint64_t person, const std::function<void(const Trace&)>& visit) const {
    const auto& pages = root_.index_pages;
    for (std::size_t p = first_piece_for(pages, person); p < pages.size() && pages[p].key <= person;
         ++p) {
        const auto blocks = index_page(p);
        for (std::size_t b = first_piece_for(blocks, person);
             b < blocks.size() && blocks[b].key <= person; ++b)
            for (const Row& row : rows(blocks[b]))
                if (row.person == person) visit(trace_of(row));
    }
}

void Segment::each_chosen(const SourceFilter& sources, const FateFilter& fate_filter,
                          const std::function<void(const Row&)>& visit) const {
    std::vector<bool> fate_chosen;
    for (const Fate& fate : fates()) fate_chosen.push_back(fate_filter(fate));
    if (std::find(fate_chosen.begin(), fate_chosen.end(), true) == fate_chosen.end()) return;
    // Where each run of chosen or unchosen files begins: one number a change, not one a file.
    std::vector<std::uint64_t> changes;
    std::uint64_t base = 0;
    bool chosen = false;
    each_source([&](const Source& source) {
        if (sources(source) != chosen) {
            changes.push_back(base);
            chosen = !chosen;
        }
        base += source.records;
    });
    if (changes.empty()) return;
    for (std::size_t page = 0; page < root_.index_pages.size(); ++page)
        for (const Piece& block : index_page(page))
            for (const Row& row : rows(block)) {
                if (row.fate() >= fate_chosen.size())
                    fail("a trace names a fate that is not there");
                const auto before = std::upper_bound(changes.begin(), changes.end(), row.record()) -
                                    changes.begin();
                if (fate_chosen[row.fate()] && before % 2 == 1) visit(row);
            }
}

void Segment::scan(const SourceFilter& sources, const FateFilter& fate_filter,
                   const std::function<void(const Trace&)>& visit) const {
    each_chosen(sources, fate_filter, [&](const Row& row) { visit(trace_of(row)); });
}

std::uint64_t Segment::count(const SourceFilter& sources, const FateFilter& fate_filter) const {
    std::uint64_t found = 0;
    each_chosen(sources, fate_filter, [&](const Row&) { ++found; });
    return found;
}

void Segment::verify() const {
    std::uint64_t sources = 0, records = 0, found = 0, persons = 0, last = 0;
    each_source([&](const Source& source) {
        ++sources;
        records += source.records;
    });
    for (std::size_t page = 0; page < root_.index_pages.size(); ++page)
        for (const Piece& block : index_page(page))
            for (const Row& row : rows(block)) {
                if (row.fate() >= fates().size() || row.record() >= records || row.person < last)
                    fail("a trace is out of order, or names what is not there");
                persons += found == 0 || row.person != last ? 1 : 0;
                last = row.person;
                ++found;
            }
    const Summary& said = root_.summary;
    if (found != said.rows || persons != said.persons || sources != said.sources)
        fail("its numbers are not those of its root");
}

}  // namespace traces
