#include "journal/record.hpp"

#include <charconv>

#include "core/ensure.hpp"

namespace journal {

static constexpr std::size_t route_bytes_max = 200;
static constexpr std::size_t salt_bytes = 16;

std::string file_key(std::string_view secret, std::string_view identity, std::int64_t attempt) {
    return std::string(seal::bytes_of(seal::hmac_sha256(
        secret,
        "sluice record commitments\n" + std::string(identity) + "\n" + std::to_string(attempt))));
}

RouteWords route_words(std::string full) {
    RouteWords words;
    words.committed = full.size() <= route_bytes_max
                          ? full
                          : "\"route_sha256\":\"" + seal::hex(seal::sha256(full)) + '"';
    if (full.size() > route_bytes_max) words.full = std::move(full);
    return words;
}

static void put(std::string& out, std::string_view name, std::uint64_t value) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out += name;
    out.append(digits, end);
}

// The salt is SHA-256 of the key and the ordinal, both of fixed length: one block, and nothing of
// another record's salt follows from it.
static void put_salt(std::string& out, std::string_view key, std::uint64_t record) {
    ENSURE(key.size() == 32);
    char block[40];
    key.copy(block, 32);
    for (unsigned i = 0; i < 8; ++i) block[32 + i] = static_cast<char>(record >> (56 - 8 * i));
    const seal::Hash salt = seal::sha256({block, sizeof block});
    static constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < salt_bytes; ++i) {
        out += digits[salt[i] >> 4];
        out += digits[salt[i] & 15];
    }
}

std::string opening(std::string_view key, const RecordWords& words) {
    std::string out;
    out.reserve(200 + words.route.size() + words.codes.size());
    out += "{\"salt\":\"";
    put_salt(out, key, words.record);
    put(out, "\",\"record\":", words.record);
    put(out, ",\"part\":", words.part);
    put(out, ",\"begin\":", words.begin);
    put(out, ",\"end\":", words.end);
    put(out, ",\"document\":", words.document);
    out += words.accepted ? ",\"accepted\":true," : ",\"accepted\":false,";
    out += words.route;
    out += ",\"codes\":";
    out += words.codes;
    out += '}';
    return out;
}

seal::Hash root_of_leaves(const std::vector<seal::Hash>& leaves) {
    seal::Frontier frontier;
    for (const seal::Hash& leaf : leaves) frontier.append(leaf);
    return frontier.root();
}

std::vector<seal::Hash> path_of_leaf(const std::vector<seal::Hash>& leaves, std::uint64_t index) {
    const auto node = [&](unsigned level, std::uint64_t at) {
        seal::Frontier frontier;
        for (std::uint64_t i = at << level; i < (at + 1) << level; ++i) frontier.append(leaves[i]);
        return frontier.root();
    };
    return seal::inclusion_proof(index, leaves.size(), node);
}

}  // namespace journal
