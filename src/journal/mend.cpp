#include "journal/mend.hpp"

#include <array>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"

namespace journal {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t levels_max = 8, file_bytes_max = 64 << 20;

// Grows the tree anew and holds each file of it beside the one that lies there.
class Comparison {
  public:
    Comparison(fs::path folder, std::uint64_t size, Mending mending)
        : folder_(std::move(folder)), size_(size), mending_(mending) {}

    void append(std::string_view entry) {
        add_to_bundle(bundle_, entry);
        frontier_.append(seal::leaf_hash(entry),
                         [this](unsigned level, std::uint64_t index, const seal::Hash& hash) {
                             add_node(level, index, hash);
                         });
        const std::uint64_t done = frontier_.size();
        if (done % tile_width == 0)
            compare(bundle_path(done / tile_width - 1, tile_width), bundle_, bundle_);
        else if (done == size_)
            compare(bundle_path(done / tile_width, done % tile_width), bundle_, bundle_);
    }
    const seal::Frontier& frontier() const { return frontier_; }
    std::vector<Mended> take() { return std::move(mended_); }

  private:
    void add_node(unsigned level, std::uint64_t index, const seal::Hash& hash) {
        if (level % tile_height != 0) return;
        const unsigned of_tiles = level / tile_height;
        ENSURE(of_tiles < levels_max);
        std::string& tile = tiles_[of_tiles];
        tile += seal::bytes_of(hash);
        const std::uint64_t width = tile.size() / hash_bytes;
        if (width == width_at(size_, of_tiles, index / tile_width))
            compare(tile_path(of_tiles, index / tile_width, width), tile, tile);
    }

    // `buffer` is emptied: the next file of its kind grows in it.
    void compare(const fs::path& relative, const std::string& bytes, std::string& buffer) {
        const fs::path path = folder_ / relative;
        const auto there = io::find_file(path, file_bytes_max);
        if (!there || *there != bytes) {
            mended_.push_back(
                {relative.string(), there ? seal::hex(seal::sha256(*there)) : "missing"});
            if (mending_ == Mending::write) {
                io::make_folders(path.parent_path());
                io::write_file(path, bytes);
                io::crash_point("journal.mended");
            }
        }
        buffer.clear();
    }

    fs::path folder_;
    std::uint64_t size_;
    Mending mending_;
    seal::Frontier frontier_;
    std::array<std::string, levels_max> tiles_;
    std::string bundle_;
    std::vector<Mended> mended_;
};

}  // namespace

std::vector<Mended> mend_log(const fs::path& folder, const Signed& signed_as,
                             const Entries& entries, Mending mending) {
    const std::uint64_t size = signed_as.checkpoint.size;
    const auto pass = [&](Mending how) {
        Comparison comparison(folder, size, how);
        entries(0, size, [&](std::string_view entry) { comparison.append(entry); });
        if (comparison.frontier().size() != size ||
            comparison.frontier().root() != signed_as.checkpoint.root)
            throw core::Fault(core::FaultKind::integrity, "mend", "the journal",
                              "the entries of the ledger do not lead to the root that was signed: "
                              "this is no damage to tiles alone",
                              "nothing was written; keep all as it is and call somebody");
        return comparison.take();
    };
    std::vector<Mended> wrong = pass(Mending::plan);
    if (wrong.empty() || mending == Mending::plan) return wrong;
    wrong = pass(Mending::write);
    io::flush_file_system(folder);
    return wrong;
}

}  // namespace journal
