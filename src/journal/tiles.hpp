#pragma once
// The log on disk as C2SP tlog-tiles has it: names of tiles and entry bundles, what is in them, and
// the nodes of the tree read from them. Reading only; the log writes.
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "seal/merkle.hpp"

namespace journal {

inline constexpr unsigned tile_height = 8;
inline constexpr std::uint64_t tile_width = 256;
inline constexpr std::size_t entry_bytes_max = 65'535;  // a bundle has two bytes for a length
inline constexpr std::size_t hash_bytes = 32;

// Relative to the log's folder: tile/0/x001/234.p/17. A width of 256 is a full tile.
std::filesystem::path tile_path(unsigned level, std::uint64_t index, std::uint64_t width);
std::filesystem::path bundle_path(std::uint64_t index, std::uint64_t width);
// How many hashes tile `index` of `level` holds in a tree of `size` leaves; 0: it has none.
std::uint64_t width_at(std::uint64_t size, unsigned level, std::uint64_t index);

void add_to_bundle(std::string& bundle, std::string_view entry);
// None where the bytes are not exactly `count` entries.
std::optional<std::vector<std::string_view>> split_bundle(std::string_view bundle,
                                                          std::uint64_t count);

// The tiles of a tree of `size` leaves. Nodes of complete subtrees are the same in every larger
// tree, so older sizes are answered from the same tiles.
class Tiles {
  public:
    Tiles(std::filesystem::path folder, std::uint64_t size);
    std::uint64_t size() const { return size_; }

    // Nothing where the tile is missing or has another length than it must have.
    std::optional<std::string> tile(unsigned level, std::uint64_t index) const;
    std::optional<std::string> bundle(std::uint64_t index) const;
    std::optional<std::string> entry(std::uint64_t index) const;
    // For root_of, inclusion_proof and consistency_proof: a Fault (integrity) that names the tile
    // that is missing.
    seal::NodeSource nodes() const;

  private:
    seal::Hash node(unsigned level, std::uint64_t index) const;
    std::filesystem::path folder_;
    std::uint64_t size_;
    const std::string& cached_tile(unsigned level, std::uint64_t index) const;
    mutable std::map<std::pair<unsigned, std::uint64_t>, std::string> cache_;
    mutable std::map<std::pair<unsigned, std::uint64_t>, seal::Hash> nodes_;  // inside tiles
    mutable std::pair<std::uint64_t, std::string> bundle_;  // the last that was read
};

}  // namespace journal
