// RFC 6962 section 2.1; the checks of proofs follow RFC 9162 sections 2.1.3.2 and 2.1.4.2, which
// say the same without recursion.
#include "seal/merkle.hpp"

#include <bit>

#include "core/ensure.hpp"

namespace seal {

Hash leaf_hash(std::string_view entry) {
    Sha256 running;
    running.update(std::string_view("\0", 1));
    running.update(entry);
    return running.value();
}

Hash node_hash(const Hash& left, const Hash& right) {
    Sha256 running;
    running.update("\1");
    running.update(bytes_of(left));
    running.update(bytes_of(right));
    return running.value();
}

Hash empty_root() {
    return sha256({});
}

// ---- the growing head ----

Hash Frontier::root() const {
    if (subtrees_.empty()) return empty_root();
    Hash hash = subtrees_.back();
    for (std::size_t i = subtrees_.size() - 1; i-- > 0;) hash = node_hash(subtrees_[i], hash);
    return hash;
}

void Frontier::append(const Hash& leaf, const NodeSink& sink) {
    Hash hash = leaf;
    unsigned level = 0;
    if (sink) sink(0, size_, hash);
    for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
        hash = node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
        ++level;
        if (sink) sink(level, size_ >> level, hash);
    }
    subtrees_.push_back(hash);
    ++size_;
}

std::string Frontier::save() const {
    std::string saved;
    for (int shift = 56; shift >= 0; shift -= 8) saved += static_cast<char>(size_ >> shift & 0xff);
    for (const Hash& hash : subtrees_) saved += bytes_of(hash);
    return saved;
}

bool Frontier::restore(std::string_view saved) {
    if (saved.size() < 8 || (saved.size() - 8) % 32 != 0) return false;
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < 8; ++i) size = size << 8 | static_cast<unsigned char>(saved[i]);
    if ((saved.size() - 8) / 32 != static_cast<std::size_t>(std::popcount(size))) return false;
    std::vector<Hash> subtrees((saved.size() - 8) / 32);
    for (std::size_t i = 0; i < subtrees.size(); ++i)
        to_hash(saved.substr(8 + 32 * i, 32), subtrees[i]);
    size_ = size;
    subtrees_ = std::move(subtrees);
    return true;
}

// ---- proofs from stored nodes ----

// The largest power of two below n (n > 1): where a tree of n leaves parts.
static std::uint64_t split(std::uint64_t n) {
    return std::bit_floor(n - 1);
}

// Root over leaves [begin, end). begin is a multiple of the size of the complete subtree there.
static Hash root_of_range(std::uint64_t begin, std::uint64_t end, const NodeSource& source) {
    const std::uint64_t n = end - begin;
    if (std::has_single_bit(n)) {
        const auto level = static_cast<unsigned>(std::countr_zero(n));
        return source(level, begin >> level);
    }
    const std::uint64_t k = split(n);
    return node_hash(source(static_cast<unsigned>(std::countr_zero(k)), begin / k),
                     root_of_range(begin + k, end, source));
}

Hash root_of(std::uint64_t size, const NodeSource& source) {
    return size == 0 ? empty_root() : root_of_range(0, size, source);
}

std::vector<Hash> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                  const NodeSource& source) {
    ENSURE(index < size);
    std::vector<Hash> downward;
    std::uint64_t begin = 0, end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + split(end - begin);
        if (index < middle) {
            downward.push_back(root_of_range(middle, end, source));
            end = middle;
        } else {
            downward.push_back(root_of_range(begin, middle, source));
            begin = middle;
        }
    }
    return {downward.rbegin(), downward.rend()};
}

std::vector<Hash> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                    const NodeSource& source) {
    ENSURE(old_size <= size);
    if (old_size == 0 || old_size == size) return {};
    std::vector<Hash> downward;
    std::uint64_t begin = 0, end = size;
    bool old_root_known = true;  // the subtree at hand is the whole old tree
    while (end != old_size) {
        const std::uint64_t middle = begin + split(end - begin);
        if (old_size <= middle) {
            downward.push_back(root_of_range(middle, end, source));
            end = middle;
        } else {
            downward.push_back(root_of_range(begin, middle, source));
            begin = middle;
            old_root_known = false;
        }
    }
    if (!old_root_known) downward.push_back(root_of_range(begin, end, source));
    return {downward.rbegin(), downward.rend()};
}

// ---- checking ----

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                      const std::vector<Hash>& proof, const Hash& root) {
    if (index >= size) return false;
    std::uint64_t node = index, last = size - 1;
    Hash hash = leaf;
    for (const Hash& sibling : proof) {
        if (last == 0) return false;
        if ((node & 1) != 0 || node == last) {
            hash = node_hash(sibling, hash);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && hash == root;
}

bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                        const Hash& root, const std::vector<Hash>& proof) {
    if (old_size > size) return false;
    if (old_size == size) return proof.empty() && old_root == root;
    if (old_size == 0) return proof.empty() && old_root == empty_root();
    std::uint64_t node = old_size - 1, last = size - 1;
    while ((node & 1) != 0) {
        node >>= 1;
        last >>= 1;
    }
    std::size_t at = 0;
    // A whole subtree on the left edge is the old tree itself, which both sides know.
    Hash old_hash = old_root;
    if (!std::has_single_bit(old_size)) {
        if (proof.empty()) return false;
        old_hash = proof[at++];
    }
    Hash new_hash = old_hash;
    for (; at < proof.size(); ++at) {
        if (last == 0) return false;
        if ((node & 1) != 0 || node == last) {
            old_hash = node_hash(proof[at], old_hash);
            new_hash = node_hash(proof[at], new_hash);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(new_hash, proof[at]);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && old_hash == old_root && new_hash == root;
}

}  // namespace seal
