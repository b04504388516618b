#include "journal/check.hpp"

#include <algorithm>
#include <array>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace journal {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t entries_at_once = 64 * tile_width;

std::string entry_name(std::uint64_t index) {
    return "entry " + std::to_string(index);
}

// The notes of the history beside the growing tree: each must have the root that the leaves give.
// Forty bytes for each are kept.
class Notes {
  public:
    struct Note {
        std::uint64_t size = 0;
        seal::Hash root{};
    };
    Notes(const fs::path& folder, const std::vector<seal::VerifierKey>& keys) {
        History(folder / "history").each([&](std::string note) {
            take(open_checkpoint(std::move(note), keys));
            return problem_.empty();
        });
    }
    const std::string& problem() const { return problem_; }
    bool empty() const { return all_.empty(); }
    std::size_t count() const { return all_.size(); }
    const Note& newest() const { return all_.back(); }
    std::uint64_t size_before_newest() const {
        return all_.size() < 2 ? 0 : all_[all_.size() - 2].size;
    }
    // Called with each size of the tree, in order.
    std::string compare(const seal::Frontier& frontier) {
        if (next_ == all_.size() || all_[next_].size != frontier.size()) return {};
        const Note& one = all_[next_++];
        if (one.root == frontier.root()) return {};
        return "the first " + std::to_string(one.size) +
               " entries are not those of the checkpoint that was signed over them";
    }
    bool all_compared() const { return next_ == all_.size(); }

  private:
    void take(const std::optional<Signed>& opened) {
        const std::string name =
            "checkpoint " + std::to_string(all_.size() + 1) + " of the history";
        if (!opened) {
            problem_ = "the signature of " + name + " does not hold";
            return;
        }
        const seal::Checkpoint& one = opened->checkpoint;
        if (!all_.empty() && one.size <= all_.back().size)
            problem_ = name + " is not larger than the one before it";
        else if (!all_.empty() && one.origin != origin_)
            problem_ = name + " is of another log";
        origin_ = one.origin;
        all_.push_back({one.size, one.root});
    }

    std::vector<Note> all_;
    std::string origin_;
    std::size_t next_ = 0;
    std::string problem_;
};

class Check {
  public:
    Check(const fs::path& folder, Notes& notes, std::uint64_t size)
        : folder_(folder), notes_(notes), tiles_(folder, size) {}

    const std::string& problem() const { return problem_; }
    std::uint64_t entries() const { return frontier_.size(); }

    // One leaf of the bundles; false at the first thing that does not hold.
    bool leaf(std::string_view entry) {
        const std::uint64_t index = frontier_.size();
        frontier_.append(seal::leaf_hash(entry),
                         [&](unsigned level, std::uint64_t at, const seal::Hash& hash) {
                             node(level, at, hash, index);
                         });
        if (problem_.empty()) problem_ = notes_.compare(frontier_);
        return problem_.empty();
    }
    void fail(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
    }
    const Tiles& tiles() const { return tiles_; }
    const seal::Frontier& frontier() const { return frontier_; }

    // Tiles of checkpoints before the newest that are still kept beside it.
    void check_partials() {
        for (unsigned level = 0; level < 8 && problem_.empty(); ++level) {
            const std::uint64_t index = (tiles_.size() >> (tile_height * level)) / tile_width;
            const std::uint64_t width = width_at(tiles_.size(), level, index);
            if (width == 0) continue;
            if (const auto whole = tiles_.tile(level, index))
                compare_partials(tile_path(level, index, 1).parent_path(), *whole, width);
            const auto bundle = level == 0 ? tiles_.bundle(index) : std::nullopt;
            if (bundle) compare_partials(bundle_path(index, 1).parent_path(), *bundle, width);
        }
    }

  private:
    void node(unsigned level, std::uint64_t at, const seal::Hash& hash, std::uint64_t entry) {
        if (level % tile_height != 0 || !problem_.empty()) return;
        const unsigned of_tiles = level / tile_height;
        // Beyond the published checkpoint there are no tiles that count.
        if (width_at(tiles_.size(), of_tiles, at / tile_width) <= at % tile_width) return;
        Open& open = open_.at(of_tiles);
        const std::uint64_t index = at / tile_width;
        if (open.bytes.empty() || open.index != index) {
            auto bytes = tiles_.tile(of_tiles, index);
            if (!bytes) {
                fail(name_of(of_tiles, index) + " is missing or has another length");
                return;
            }
            open = {index, std::move(*bytes)};
        }
        const std::string_view kept =
            std::string_view(open.bytes).substr(at % tile_width * hash_bytes, hash_bytes);
        if (kept != seal::bytes_of(hash))
            fail((of_tiles == 0 ? entry_name(entry) + " is not the one whose hash is kept in "
                                : "hash " + std::to_string(at % tile_width) + " is wrong in ") +
                 name_of(of_tiles, index));
    }

    std::string name_of(unsigned level, std::uint64_t index) const {
        return tile_path(level, index, width_at(tiles_.size(), level, index)).string();
    }

    void compare_partials(const fs::path& partials, std::string_view whole, std::uint64_t width) {
        if (!io::facts(folder_ / partials)) return;
        for (const std::string& name : io::list(folder_ / partials, 2 * tile_width)) {
            const bool number =
                !name.empty() && name.size() <= 3 &&
                std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
            // A wider one is what a crash left of a checkpoint that was not signed.
            if (!number || std::stoul(name) >= width) continue;
            const auto bytes = io::find_file(folder_ / partials / name);
            if (!bytes || *bytes != whole.substr(0, bytes->size()) || bytes->empty())
                fail((partials / name).string() + " is not the beginning of what followed it");
        }
    }

    struct Open {
        std::uint64_t index = 0;
        std::string bytes;
    };
    fs::path folder_;
    Notes& notes_;
    Tiles tiles_;
    seal::Frontier frontier_;
    std::array<Open, 8> open_;
    std::string problem_;
};

void walk_bundles(Check& check, const Entries& source) {
    const Tiles& tiles = check.tiles();
    std::vector<std::string> ledger;
    for (std::uint64_t index = 0; index * tile_width < tiles.size(); ++index) {
        const std::uint64_t begin = index * tile_width, width = width_at(tiles.size(), 0, index);
        const auto bundle = tiles.bundle(index);
        if (!bundle)
            return check.fail(bundle_path(index, width).string() + " is missing or damaged");
        const auto entries = split_bundle(*bundle, width);
        if (source && begin % entries_at_once == 0) {
            ledger.clear();
            source(begin, std::min(begin + entries_at_once, tiles.size()),
                   [&](std::string_view entry) { ledger.emplace_back(entry); });
        }
        for (std::uint64_t i = 0; i < width; ++i) {
            if (!check.leaf((*entries)[i])) return;
            const std::uint64_t at = begin % entries_at_once + i;
            if (source && (at >= ledger.size() || ledger[at] != (*entries)[i]))
                return check.fail(entry_name(begin + i) +
                                  " of the ledger is not the one that was signed");
        }
    }
}

}  // namespace

Checked check_log(const fs::path& folder, const std::vector<seal::VerifierKey>& keys,
                  const Entries& source, std::uint64_t ledger_entries) {
    Checked checked;
    std::optional<Signed> published;
    try {
        published = read_checkpoint(folder, keys);
    } catch (const core::Fault& fault) {
        checked.problem = fault.reason();
        return checked;
    }
    Notes notes(folder, keys);
    checked.checkpoints = notes.count();
    const auto ends = [&](std::string problem) {
        checked.problem = std::move(problem);
        return checked;
    };
    if (!notes.problem().empty()) return ends(notes.problem());
    if (!published && notes.count() < 2 && (notes.empty() || source)) {
        // Nothing was published yet; at most the first checkpoint was signed when a crash came.
        if (!notes.empty() && notes.newest().size > ledger_entries)
            return ends("the ledger has fewer entries than were signed");
        return checked;
    }
    if (!published) return ends("the checkpoint is missing");
    if (notes.empty()) return ends("the history of the checkpoints is missing");
    const std::uint64_t size = published->checkpoint.size, newest = notes.newest().size;
    if (newest < size) return ends("the history lacks the checkpoint that is published");
    if (newest > size && notes.size_before_newest() != size)
        return ends("the checkpoint of " + std::to_string(size) +
                    " entries is an old one: " + std::to_string(newest) + " were signed");
    if (source && ledger_entries < newest)
        return ends("the ledger has " + std::to_string(ledger_entries) + " entries, but " +
                    std::to_string(newest) + " were signed");
    Check check(folder, notes, size);
    walk_bundles(check, source);
    if (check.problem().empty() && check.frontier().root() != published->checkpoint.root)
        check.fail("the checkpoint has another root than the entries");
    if (check.problem().empty()) check.check_partials();
    checked.entries = size;
    // Signed, and not published when a crash came: its entries are in the ledger alone.
    if (check.problem().empty() && newest > size && source)
        source(size, newest, [&](std::string_view entry) { check.leaf(entry); });
    if (check.problem().empty() && (newest == size || source) && !notes.all_compared())
        check.fail("a checkpoint of the history has no entries");
    return ends(check.problem());
}

std::string check_witness(const Tiles& tiles, const seal::LogProof& proof,
                          const std::vector<seal::VerifierKey>& keys) {
    const auto seen = open_checkpoint(proof.checkpoint, keys);
    if (!seen) return "its checkpoint is not signed by our key";
    const seal::Checkpoint& old = seen->checkpoint;
    if (old.size > tiles.size())
        return "the log was truncated: it was seen with " + std::to_string(old.size) +
               " entries and has " + std::to_string(tiles.size());
    if (seal::root_of(old.size, tiles.nodes()) != old.root)
        return "the log was rewritten: its first " + std::to_string(old.size) +
               " entries are not those that were seen";
    if (proof.index >= old.size ||
        !seal::verify_inclusion(tiles.nodes()(0, proof.index), proof.index, old.size, proof.hashes,
                                old.root))
        return "its proof is not that of " + entry_name(proof.index);
    return {};
}

}  // namespace journal
