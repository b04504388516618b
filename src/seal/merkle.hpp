#pragma once
// The Merkle tree of RFC 6962 over SHA-256: hashing, the growing head, proofs, and checking them.
// Storage belongs to the caller: the tree tells each new node and asks for nodes it needs.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "seal/digest.hpp"

namespace seal {

Hash leaf_hash(std::string_view entry);               // SHA-256(0x00 || entry)
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)
Hash empty_root();                                    // SHA-256 of nothing

// Node (level, index) is the root of the complete subtree over leaves [index << level,
// (index + 1) << level). Level 0 are the leaf hashes.
using NodeSink = std::function<void(unsigned level, std::uint64_t index, const Hash& hash)>;
using NodeSource = std::function<Hash(unsigned level, std::uint64_t index)>;

// The right edge of a tree: all that is needed to append and to know the root.
class Frontier {
  public:
    std::uint64_t size() const { return size_; }
    Hash root() const;
    // Tells `sink` the leaf and every subtree that it completes.
    void append(const Hash& leaf, const NodeSink& sink = {});
    std::string save() const;              // 8 bytes of size, then 32 for each subtree
    bool restore(std::string_view saved);  // false when it is not such a form

  private:
    std::uint64_t size_ = 0;
    std::vector<Hash> subtrees_;  // complete subtrees, largest first
};

// Root of the first `size` leaves, from stored nodes.
Hash root_of(std::uint64_t size, const NodeSource& source);
// Sibling hashes from the leaf up (index < size).
std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                  const NodeSource& source);
// From the tree of `old_size` to that of `size` (old_size <= size); empty when old_size is 0 or
// size.
std::vector<Hash> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                    const NodeSource& source);

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& proof, const Hash& root);
bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                        const Hash& root, const std::vector<Hash>& proof);

}  // namespace seal
