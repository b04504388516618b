#include <doctest/doctest.h>

#include <map>
#include <stdexcept>

#include "seal/merkle.hpp"

using seal::Hash;

namespace {

// The eight entries that certificate-transparency implementations test with.
std::vector<std::string> known_entries() {
    std::vector<std::string> entries;
    for (const char* text : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                             "606162636465666768696a6b6c6d6e6f"}) {
        std::string bytes;
        REQUIRE(seal::from_hex(text, bytes));
        entries.push_back(bytes);
    }
    return entries;
}

struct Log {
    std::map<std::pair<unsigned, std::uint64_t>, Hash> nodes;
    seal::Frontier frontier;
    std::vector<Hash> leaves, roots{seal::empty_root()};
    void add(const std::string& entry) {
        leaves.push_back(seal::leaf_hash(entry));
        frontier.append(leaves.back(), [&](unsigned level, std::uint64_t index, const Hash& hash) {
            nodes[{level, index}] = hash;
        });
        roots.push_back(frontier.root());
    }
    seal::NodeSource source() const {
        return [this](unsigned level, std::uint64_t index) { return nodes.at({level, index}); };
    }
};

// The definition of RFC 6962 section 2.1, word for word and slow.
Hash root_by_definition(const std::vector<Hash>& leaves, std::size_t begin, std::size_t end) {
    if (begin == end) return seal::empty_root();
    if (end - begin == 1) return leaves[begin];
    std::size_t k = 1;
    while (k * 2 < end - begin) k *= 2;
    return seal::node_hash(root_by_definition(leaves, begin, begin + k),
                           root_by_definition(leaves, begin + k, end));
}

}  // namespace

TEST_CASE("The heads of the known tree of eight entries") {
    const char* expected[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    Log log;
    std::size_t size = 0;
    for (const std::string& entry : known_entries()) {
        log.add(entry);
        CHECK(seal::hex(log.frontier.root()) == expected[size++]);
    }
    CHECK(seal::hex(seal::empty_root()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("Every inclusion proof of every small tree holds, and no altered one does") {
    Log log;
    for (int i = 0; i < 40; ++i) log.add(std::to_string(i));
    for (std::uint64_t size = 1; size <= 40; ++size) {
        REQUIRE(log.roots[size] == root_by_definition(log.leaves, 0, size));
        REQUIRE(log.roots[size] == seal::root_of(size, log.source()));
        for (std::uint64_t index = 0; index < size; ++index) {
            auto proof = seal::inclusion_proof(index, size, log.source());
            const Hash &leaf = log.leaves[index], &root = log.roots[size];
            REQUIRE(seal::verify_inclusion(leaf, index, size, proof, root));
            REQUIRE_FALSE(seal::verify_inclusion(leaf, index + 1, size, proof, root));
            REQUIRE_FALSE(
                seal::verify_inclusion(log.leaves[(index + 1) % 40], index, size, proof, root));
            proof.push_back(root);
            REQUIRE_FALSE(seal::verify_inclusion(leaf, index, size, proof, root));
            proof.pop_back();
            if (proof.empty()) continue;
            proof.back()[3] ^= 1;
            REQUIRE_FALSE(seal::verify_inclusion(leaf, index, size, proof, root));
            proof.pop_back();
            REQUIRE_FALSE(seal::verify_inclusion(leaf, index, size, proof, root));
        }
    }
}

TEST_CASE("Every consistency proof of every pair of small trees holds, and no altered one does") {
    Log log;
    for (int i = 0; i < 40; ++i) log.add(std::to_string(i));
    for (std::uint64_t size = 0; size <= 40; ++size) {
        for (std::uint64_t old = 0; old <= size; ++old) {
            auto proof = seal::consistency_proof(old, size, log.source());
            REQUIRE(seal::verify_consistency(old, log.roots[old], size, log.roots[size], proof));
            if (old > 0 && old < size)
                REQUIRE_FALSE(seal::verify_consistency(old, log.roots[old - 1], size,
                                                       log.roots[size], proof));
            Hash other = log.roots[size];
            other[0] ^= 1;
            if (old > 0)
                REQUIRE_FALSE(seal::verify_consistency(old, log.roots[old], size, other, proof));
            if (proof.empty()) continue;
            proof[proof.size() / 2][9] ^= 1;
            REQUIRE_FALSE(
                seal::verify_consistency(old, log.roots[old], size, log.roots[size], proof));
        }
    }
}

TEST_CASE("The proofs published with RFC 6962's example implementations") {
    Log log;
    for (const std::string& entry : known_entries()) log.add(entry);
    const auto proof = seal::inclusion_proof(5, 8, log.source());
    REQUIRE(proof.size() == 3);
    CHECK(seal::hex(proof[0]) ==
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
    CHECK(seal::hex(proof[1]) ==
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
    CHECK(seal::hex(proof[2]) ==
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
}

TEST_CASE("A frontier saved at any size goes on as if never interrupted") {
    Log log;
    for (int i = 0; i < 70; ++i) {
        seal::Frontier restored;
        REQUIRE(restored.restore(log.frontier.save()));
        log.add(std::to_string(i));
        restored.append(log.leaves.back());
        REQUIRE(restored.root() == log.frontier.root());
    }
    seal::Frontier other;
    CHECK_FALSE(other.restore(""));
    CHECK_FALSE(other.restore(log.frontier.save() + "x"));
    CHECK_FALSE(other.restore(log.frontier.save() + std::string(32, 'x')));
}
