#pragma once
// The signed log: entries appended in bulk, few flushes, and a checkpoint that is signed only for a
// tree that grew out of the one signed before. What a crash tore is made again from the entries,
// which the ledger has; the caller holds the lock.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/history.hpp"
#include "journal/tiles.hpp"

namespace journal {

using TakeEntry = std::function<void(std::string_view entry)>;
// Gives the entries [from, to), in order, to `take`.
using Entries = std::function<void(std::uint64_t from, std::uint64_t to, const TakeEntry& take)>;

class Log {
  public:
    // Reads what was signed last. A Fault (integrity) where checkpoint and history cannot both be
    // what a crash left.
    Log(std::filesystem::path folder, const seal::NoteSigner& signer,
        std::vector<seal::VerifierKey> keys);

    std::uint64_t size() const { return last_ ? last_->checkpoint.size : 0; }  // as signed
    const std::optional<Signed>& last() const { return last_; }

    // The log has `size` entries and a checkpoint that says so. A Fault (integrity), and no
    // signature, where the tree of the size that was signed last has another root now.
    const Signed& extend(std::uint64_t size, const Entries& entries);

  private:
    class Writer;
    void publish(Writer& writer);
    std::filesystem::path folder_;
    const seal::NoteSigner& signer_;
    std::vector<seal::VerifierKey> keys_;
    History history_;
    std::optional<Signed> last_;
    bool published_ = false;  // `checkpoint` is the newest of the history
};

// What is published now; none before the first checkpoint.
std::optional<Signed> read_checkpoint(const std::filesystem::path& folder,
                                      const std::vector<seal::VerifierKey>& keys);

// The proof of one entry under a published checkpoint (index < its size).
seal::LogProof prove(const Tiles& tiles, std::uint64_t index, const Signed& under,
                     std::string extra);

}  // namespace journal
