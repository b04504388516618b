#pragma once
// What is committed to for each record: a salted leaf for each, one Merkle root for a slice. Who
// opens one shows nothing of its neighbours. The words of an opening are plain JSON.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "seal/merkle.hpp"

namespace journal {

// The key of one file's salts, from the installation's secret.
std::string file_key(std::string_view secret, std::string_view identity, std::int64_t attempt);

struct RecordWords {
    std::uint64_t record = 0;  // ordinal in the file
    std::uint32_t part = 1;
    std::uint64_t begin = 0, end = 0;  // bytes of the part's text between which it stands
    std::uint64_t document = 0;
    bool accepted = true;
    std::string_view route;  // JSON members, see route_words
    std::string_view codes;  // JSON array
};

// `"recipients":[..],"withheld":[..]`, or its digest where it is long: then `full` travels along.
struct RouteWords {
    std::string full, committed;
};
RouteWords route_words(std::string full);

// One line of JSON that begins with the salt.
std::string opening(std::string_view key, const RecordWords& words);

// Root over the openings' leaves, and the path of one of them.
seal::Hash root_of_leaves(const std::vector<seal::Hash>& leaves);
std::vector<seal::Hash> path_of_leaf(const std::vector<seal::Hash>& leaves, std::uint64_t index);

}  // namespace journal
