#include "journal/tiles.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace journal {

namespace fs = std::filesystem;

static constexpr std::size_t bundle_bytes_max = tile_width * (entry_bytes_max + 2);
static constexpr std::size_t tiles_cached_max = 512;      // 4 MiB
static constexpr std::size_t nodes_cached_max = 1 << 14;  // about 1 MiB

// 1234067 is x001/x234/067.
static fs::path index_path(std::uint64_t index) {
    const auto three = [](std::uint64_t value) {
        std::string digits = std::to_string(value);
        return std::string(3 - digits.size(), '0') + digits;
    };
    fs::path path = three(index % 1000);
    for (index /= 1000; index > 0; index /= 1000) path = ("x" + three(index % 1000)) / path;
    return path;
}

static fs::path with_width(fs::path path, std::uint64_t width) {
    ENSURE(width > 0 && width <= tile_width);
    if (width == tile_width) return path;
    path += ".p";
    return path / std::to_string(width);
}

fs::path tile_path(unsigned level, std::uint64_t index, std::uint64_t width) {
    return with_width(fs::path("tile") / std::to_string(level) / index_path(index), width);
}

fs::path bundle_path(std::uint64_t index, std::uint64_t width) {
    return with_width(fs::path("tile") / "entries" / index_path(index), width);
}

std::uint64_t width_at(std::uint64_t size, unsigned level, std::uint64_t index) {
    const unsigned shift = tile_height * level;
    const std::uint64_t hashes = shift >= 64 ? 0 : size >> shift;
    if (index > hashes / tile_width) return 0;
    return std::min(tile_width, hashes - index * tile_width);
}

void add_to_bundle(std::string& bundle, std::string_view entry) {
    ENSURE(entry.size() <= entry_bytes_max);
    bundle += static_cast<char>(entry.size() >> 8);
    bundle += static_cast<char>(entry.size() & 0xff);
    bundle += entry;
}

std::optional<std::vector<std::string_view>> split_bundle(std::string_view bundle,
                                                          std::uint64_t count) {
    std::vector<std::string_view> entries;
    while (!bundle.empty()) {
        if (bundle.size() < 2 || entries.size() == count) return std::nullopt;
        const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(bundle[0]))
                                       << 8 |
                                   static_cast<unsigned char>(bundle[1]);
        if (bundle.size() - 2 < length) return std::nullopt;
        entries.push_back(bundle.substr(2, length));
        bundle.remove_prefix(2 + length);
    }
    if (entries.size() != count) return std::nullopt;
    return entries;
}

Tiles::Tiles(fs::path folder, std::uint64_t size) : folder_(std::move(folder)), size_(size) {}

std::optional<std::string> Tiles::tile(unsigned level, std::uint64_t index) const {
    const std::uint64_t width = width_at(size_, level, index);
    if (width == 0) return std::nullopt;
    auto bytes = io::find_file(folder_ / tile_path(level, index, width));
    if (!bytes || bytes->size() != width * hash_bytes) return std::nullopt;
    return bytes;
}

std::optional<std::string> Tiles::bundle(std::uint64_t index) const {
    const std::uint64_t width = width_at(size_, 0, index);
    if (width == 0) return std::nullopt;
    auto bytes = io::find_file(folder_ / bundle_path(index, width), bundle_bytes_max);
    if (!bytes || !split_bundle(*bytes, width)) return std::nullopt;
    return bytes;
}

std::optional<std::string> Tiles::entry(std::uint64_t index) const {
    if (index >= size_) return std::nullopt;
    if (bundle_.second.empty() || bundle_.first != index / tile_width) {
        auto bytes = bundle(index / tile_width);
        if (!bytes) return std::nullopt;
        bundle_ = {index / tile_width, std::move(*bytes)};
    }
    const auto entries = split_bundle(bundle_.second, width_at(size_, 0, index / tile_width));
    return std::string((*entries)[index % tile_width]);
}

const std::string& Tiles::cached_tile(unsigned level, std::uint64_t index) const {
    const std::pair<unsigned, std::uint64_t> key{level, index};
    const auto found = cache_.find(key);
    if (found != cache_.end()) return found->second;
    auto bytes = tile(level, index);
    if (!bytes)
        throw core::Fault(
            core::FaultKind::integrity, "read the journal in",
            io::shown(
                folder_ /
                tile_path(level, index, std::max<std::uint64_t>(1, width_at(size_, level, index)))),
            "the tile is missing or damaged", "run sluice journal verify, and call somebody");
    if (cache_.size() >= tiles_cached_max) cache_.clear();
    return cache_.emplace(key, std::move(*bytes)).first->second;
}

seal::Hash Tiles::node(unsigned level, std::uint64_t index) const {
    const unsigned of_tiles = level / tile_height;
    if (level % tile_height == 0) {
        seal::Hash hash;
        ENSURE(seal::to_hash(std::string_view(cached_tile(of_tiles, index / tile_width))
                                 .substr(index % tile_width * hash_bytes, hash_bytes),
                             hash));
        return hash;
    }
    // Proofs of neighbours share most of their nodes.
    const std::pair<unsigned, std::uint64_t> key{level, index};
    if (const auto known = nodes_.find(key); known != nodes_.end()) return known->second;
    const seal::Hash hash =
        seal::node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    if (nodes_.size() >= nodes_cached_max) nodes_.clear();
    nodes_.emplace(key, hash);
    return hash;
}

seal::NodeSource Tiles::nodes() const {
    return [this](unsigned level, std::uint64_t index) { return node(level, index); };
}

}  // namespace journal
