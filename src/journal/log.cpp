#include "journal/log.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace journal {

namespace fs = std::filesystem;

static constexpr const char *checkpoint_file = "checkpoint", *history_file = "history",
                            *next_checkpoint_file = "checkpoint.next";
static constexpr std::size_t levels_max = 8;  // 256 to the eighth leaves

static core::Fault broken(const std::string& reason) {
    return {core::FaultKind::integrity, "sign", "the journal", reason,
            "stop all runs, keep the files as they are, run sluice journal verify and call "
            "somebody"};
}

// ---- what grows: the right edge of the tree, and its partial tiles ----

class Log::Writer {
  public:
    explicit Writer(fs::path folder) : folder_(std::move(folder)) {}

    // The tree of `size` as its tiles have it. False: they do not give it whole.
    bool take_up(std::uint64_t size);
    void append(std::string_view entry);
    void write_edge();
    // Partial tiles whose full one is there now.
    void remove_outgrown() const;
    std::uint64_t size() const { return frontier_.size(); }
    seal::Hash root() const { return frontier_.root(); }

  private:
    void write(const fs::path& relative, std::string_view bytes);
    void add_node(unsigned level, std::uint64_t index, const seal::Hash& hash);

    fs::path folder_;
    seal::Frontier frontier_;
    std::uint64_t start_ = 0;
    std::array<std::string, levels_max> tiles_;  // partial tile of each level
    std::string bundle_;
    std::set<fs::path> made_;
};

bool Log::Writer::take_up(std::uint64_t size) {
    frontier_ = {};
    for (std::string& tile : tiles_) tile.clear();
    bundle_.clear();
    start_ = size;
    if (size == 0) return true;
    const Tiles tiles(folder_, size);
    for (unsigned level = 0; level < levels_max; ++level) {
        const std::uint64_t index = (size >> (tile_height * level)) / tile_width;
        if (width_at(size, level, index) == 0) continue;
        auto tile = tiles.tile(level, index);
        if (!tile) return false;
        tiles_[level] = std::move(*tile);
    }
    if (const std::uint64_t width = width_at(size, 0, size / tile_width); width > 0) {
        auto bundle = tiles.bundle(size / tile_width);
        if (!bundle) return false;
        bundle_ = std::move(*bundle);
        std::string leaves;
        const auto entries = split_bundle(bundle_, width);
        for (const std::string_view entry : *entries)
            leaves += seal::bytes_of(seal::leaf_hash(entry));
        if (leaves != tiles_[0]) return false;
    }
    std::string saved;
    for (int shift = 56; shift >= 0; shift -= 8) saved += static_cast<char>(size >> shift & 0xff);
    try {
        const seal::NodeSource nodes = tiles.nodes();
        std::uint64_t begin = 0;
        for (int level = 63; level >= 0; --level) {
            if ((size >> level & 1) == 0) continue;
            saved += seal::bytes_of(nodes(static_cast<unsigned>(level), begin >> level));
            begin += std::uint64_t{1} << level;
        }
    } catch (const core::Fault&) {  // a full tile of the edge is missing: made again, or named then
        return false;
    }
    return frontier_.restore(saved);
}

static void make_folders_unflushed(const fs::path& path) {
    if (fs::is_directory(path)) return;
    make_folders_unflushed(path.parent_path());
    io::Folder::open_own(path.parent_path()).make_folder(path.filename().native());
}

// Beyond what is signed nothing is trusted, so files are written in place; they and their folders
// count from the one flush before the next checkpoint on.
void Log::Writer::write(const fs::path& relative, std::string_view bytes) {
    const fs::path path = folder_ / relative;
    if (made_.insert(path.parent_path()).second) make_folders_unflushed(path.parent_path());
    if (io::facts(path)) io::remove_file(path);
    io::OutputFile::create(path).append(bytes);
}

void Log::Writer::add_node(unsigned level, std::uint64_t index, const seal::Hash& hash) {
    if (level % tile_height != 0) return;
    const unsigned of_tiles = level / tile_height;
    ENSURE(of_tiles < levels_max);
    std::string& tile = tiles_[of_tiles];
    tile += seal::bytes_of(hash);
    if (tile.size() < tile_width * hash_bytes) return;
    write(tile_path(of_tiles, index / tile_width, tile_width), tile);
    tile.clear();
}

void Log::Writer::append(std::string_view entry) {
    add_to_bundle(bundle_, entry);
    frontier_.append(seal::leaf_hash(entry),
                     [this](unsigned level, std::uint64_t index, const seal::Hash& hash) {
                         add_node(level, index, hash);
                     });
    if (size() % tile_width != 0) return;
    write(bundle_path(size() / tile_width - 1, tile_width), bundle_);
    bundle_.clear();
}

void Log::Writer::write_edge() {
    for (unsigned level = 0; level < levels_max; ++level) {
        const std::uint64_t hashes = size() >> (tile_height * level);
        if (tiles_[level].empty() || hashes == start_ >> (tile_height * level)) continue;
        write(tile_path(level, hashes / tile_width, hashes % tile_width), tiles_[level]);
    }
    if (!bundle_.empty() && size() != start_)
        write(bundle_path(size() / tile_width, size() % tile_width), bundle_);
}

void Log::Writer::remove_outgrown() const {
    const auto drop = [&](fs::path partial) {
        partial = (folder_ / partial).parent_path();
        if (io::facts(partial)) fs::remove_all(partial);
    };
    for (unsigned level = 0; level < levels_max; ++level) {
        const std::uint64_t index = (start_ >> (tile_height * level)) / tile_width;
        if (width_at(size(), level, index) < tile_width) continue;
        drop(tile_path(level, index, 1));
        if (level == 0) drop(bundle_path(index, 1));
    }
}

// ---- the signed log ----

std::optional<Signed> read_checkpoint(const fs::path& folder,
                                      const std::vector<seal::VerifierKey>& keys) {
    auto note = io::find_file(folder / checkpoint_file, seal::note_bytes_max);
    if (!note) return std::nullopt;
    auto opened = open_checkpoint(std::move(*note), keys);
    if (!opened) throw broken("the checkpoint is not signed by the key of this installation");
    return opened;
}

Log::Log(fs::path folder, const seal::NoteSigner& signer, std::vector<seal::VerifierKey> keys)
    : folder_(std::move(folder)),
      signer_(signer),
      keys_(std::move(keys)),
      history_(folder_ / history_file) {
    const auto published = read_checkpoint(folder_, keys_);
    const History::Tail tail = history_.tail();
    if (tail.newest.empty()) {
        if (published) throw broken("the history of the checkpoints is missing");
        return;
    }
    last_ = open_checkpoint(tail.newest, keys_);
    if (!last_) throw broken("the newest checkpoint of the history is not signed by our key");
    published_ = published && published->note == tail.newest;
    // A crash between the two leaves the checkpoint one behind, and never more.
    const bool one_behind = published ? published->note == tail.before : tail.before.empty();
    if (!published_ && !one_behind)
        throw broken("the checkpoint is not the one that was signed last: an old one was put back");
}

// One flush for all of it: nobody has seen a checkpoint before it has its name, and tiles that a
// crash tore under one of the history are made again from the entries (see extend).
void Log::publish(Writer& writer) {
    io::crash_point("journal.appended");
    if (!last_ || last_->checkpoint.size != writer.size()) {
        seal::Checkpoint checkpoint;
        checkpoint.origin = signer_.verifier().name;
        checkpoint.size = writer.size();
        checkpoint.root = writer.root();
        Signed next{signer_.sign(checkpoint.text()), checkpoint};
        history_.append(next.note);
        last_ = std::move(next);
        published_ = false;
        io::crash_point("journal.signed");
    }
    if (published_) return;
    const io::Folder folder = io::Folder::open_own(folder_);
    folder.remove(next_checkpoint_file);  // of an attempt that was killed
    folder.create_file(next_checkpoint_file).append(last_->note);
    io::flush_file_system(folder_);
    io::crash_point("journal.durable");
    folder.rename(next_checkpoint_file, folder, checkpoint_file, io::Replace::yes);
    folder.sync();
    published_ = true;
    io::crash_point("journal.published");
}

const Signed& Log::extend(std::uint64_t size, const Entries& entries) {
    if (size < this->size())
        throw broken("the ledger has " + std::to_string(size) + " entries, but " +
                     std::to_string(this->size()) + " were signed: it was cut or is an older one");
    if (last_ && published_ && size == this->size()) return *last_;
    io::make_folders(folder_);
    Writer writer(folder_);
    const auto take = [&](std::string_view entry) { writer.append(entry); };
    const std::uint64_t signed_size = this->size();
    bool good = writer.take_up(signed_size) && (!last_ || writer.root() == last_->checkpoint.root);
    // What a crash tore is made again from the entries: from the last full tile, from further back
    // where that is torn too, at last from the start.
    for (const std::uint64_t step : {tile_width, tile_width * tile_width, std::uint64_t{0}}) {
        if (good) break;
        if (!writer.take_up(step == 0 ? 0 : signed_size - signed_size % step)) continue;
        entries(writer.size(), signed_size, take);
        good = writer.size() == signed_size && writer.root() == last_->checkpoint.root;
        if (good) writer.write_edge();
    }
    if (!good)
        throw broken("its first " + std::to_string(signed_size) +
                     " entries are no longer those that were signed");
    if (!published_ && last_) publish(writer);
    entries(signed_size, size, take);
    ENSURE(writer.size() == size);
    writer.write_edge();
    publish(writer);
    writer.remove_outgrown();
    return *last_;
}

seal::LogProof prove(const Tiles& tiles, std::uint64_t index, const Signed& under,
                     std::string extra) {
    seal::LogProof proof;
    proof.extra = std::move(extra);
    proof.index = index;
    proof.hashes = seal::inclusion_proof(index, under.checkpoint.size, tiles.nodes());
    proof.checkpoint = under.note;
    return proof;
}

}  // namespace journal
