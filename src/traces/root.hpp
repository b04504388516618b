#pragma once
// The parts of a segment beside its blocks: the root that leads to everything, index pages, pages
// of files, the table of fates; values and their bytes.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "seal/digest.hpp"
#include "traces/trace.hpp"

namespace traces {

inline constexpr std::size_t block_rows = 4096;   // traces of one block
inline constexpr std::size_t page_entries = 256;  // blocks of one index page
inline constexpr std::size_t page_sources = 256;  // files of one page of sources

// What a segment says of itself, and the ledger's entry of it.
struct Summary {
    std::string digest;  // hex SHA-256 of the root
    std::uint64_t bytes = 0, rows = 0, persons = 0, sources = 0;
    int period = 0;          // year of the pseudonym key
    core::Instant from, to;  // of Source::sent, both included
    bool operator==(const Summary&) const = default;
};

// Where a piece of the segment lies; `key` is what it begins with (a person, a record, 0).
struct Piece {
    std::uint64_t key = 0, offset = 0;
    std::uint32_t bytes = 0, count = 0;
    seal::Hash hash{};
};

struct Root {
    Summary summary;  // without digest and bytes
    std::vector<Piece> source_pages, index_pages;
    Piece fates;
    std::string pack() const;
    static Root unpack(std::string_view bytes);  // throws Malformed
};

// Pages of the index, of files and of fates. Unpacking throws Malformed where the count does not
// fit.
std::string pack_pieces(const std::vector<Piece>& pieces);
std::vector<Piece> unpack_pieces(std::string_view bytes, std::size_t count);
std::string pack_sources(const std::vector<Source>& sources);
std::vector<Source> unpack_sources(std::string_view bytes, std::size_t count);
std::string pack_fates(const std::vector<Fate>& fates);
std::vector<Fate> unpack_fates(std::string_view bytes, std::size_t count);

inline constexpr std::string_view segment_head = "sluice traces 1\n";
inline constexpr std::size_t trailer_bytes = 16 + 32;  // offset and bytes of the root, its hash

}  // namespace traces
