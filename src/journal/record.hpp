#pragma once
// What is committed to for each record: a salted leaf for each, one Merkle root for a slice. Who
// opens one shows nothing of its neighbours. The words of an opening are plain JSON.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "seal/merkle.hpp"

namespace journal {

// The key of one file's salts, from the installation's secret.
std::string file_key(std::string_view secret, std::string_view identity, std::int64_t attempt);

// So many records are worked on at once: what they take fits into the processor's cache.
inline constexpr std::size_t at_once = 512;

// 32 digits of hex: 16 bytes that only who has the file's key can know.
using Salt = std::array<char, 32>;
std::vector<Salt> salts(std::string_view key, std::uint64_t first_record, std::size_t count);

// SHA-256(salt || bytes) of records that follow each other, the salt as it stands in the opening.
std::vector<seal::Hash> bytes_digests(std::string_view key, std::uint64_t first_record,
                                      const std::vector<std::string_view>& records);

struct RecordWords {
    std::uint64_t record = 0;  // ordinal in the file
    std::uint32_t part = 1;
    std::uint64_t begin = 0, end = 0;   // bytes of the part's text between which it stands
    const seal::Hash* bytes = nullptr;  // see bytes_digests; null: they were not wanted
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

// Appends one line of JSON that begins with the salt.
void put_opening(std::string& out, const Salt& salt, const RecordWords& words);

// The leaf hashes of openings; root over them, and the path of one of them.
std::vector<seal::Hash> leaves_of(const std::vector<std::string_view>& openings);
seal::Hash root_of_leaves(std::vector<seal::Hash> leaves);
std::vector<seal::Hash> path_of_leaf(const std::vector<seal::Hash>& leaves, std::uint64_t index);

}  // namespace journal
