#include "journal/lost.hpp"

namespace journal {

std::string check_beginning(const Tiles& tiles, const seal::LogProof& proof, std::string_view leaf,
                            std::uint64_t size, std::uint64_t common) {
    const seal::NodeSource nodes = tiles.nodes();
    unsigned level = 0;
    const auto differs = [&](std::uint64_t index, const seal::Hash& hash) {
        return ((index + 1) << level) <= common && nodes(level, index) != hash;
    };
    bool wrong = differs(proof.index, seal::leaf_hash(leaf));
    // The path from the leaf up, as verify_inclusion goes it: the right edge has no sibling where
    // its own subtree is the last.
    std::uint64_t node = proof.index, last = size - 1;
    for (const seal::Hash& sibling : proof.hashes) {
        const bool left = (node & 1) != 0 || node == last;
        while (left && (node & 1) == 0 && node != 0) {
            node >>= 1;
            last >>= 1;
            ++level;
        }
        wrong = wrong || differs(left ? node - 1 : node + 1, sibling);
        node >>= 1;
        last >>= 1;
        ++level;
    }
    if (!wrong) return {};
    return "the log was rewritten: of its first " + std::to_string(common) +
           " entries not all are those that were seen";
}

}  // namespace journal
