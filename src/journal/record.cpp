#include "journal/record.hpp"

#include <algorithm>
#include <charconv>

#include "core/ensure.hpp"
#include "seal/digest_each.hpp"

namespace journal {

static constexpr std::size_t route_bytes_max = 200;

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

static constexpr char hex_digits[] = "0123456789abcdef";

static void put_hex(char* to, const std::uint8_t* from, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        *to++ = hex_digits[from[i] >> 4];
        *to++ = hex_digits[from[i] & 15];
    }
}

// The salt is SHA-256 of the key and the ordinal, both of fixed length: one block, and nothing of
// another record's salt follows from it.
std::vector<Salt> salts(std::string_view key, std::uint64_t first_record, std::size_t count) {
    ENSURE(key.size() == 32);
    std::string ordinals(8 * count, '\0');
    std::vector<seal::Prefixed> texts(count);
    for (std::size_t i = 0; i < count; ++i) {
        for (unsigned k = 0; k < 8; ++k)
            ordinals[8 * i + k] = static_cast<char>((first_record + i) >> (56 - 8 * k));
        texts[i] = {key, std::string_view(ordinals).substr(8 * i, 8)};
    }
    const std::vector<seal::Hash> hashes = seal::sha256_each(texts);
    std::vector<Salt> made(count);
    for (std::size_t i = 0; i < count; ++i)
        put_hex(made[i].data(), hashes[i].data(), made[i].size() / 2);
    return made;
}

std::vector<seal::Hash> bytes_digests(std::string_view key, std::uint64_t first_record,
                                      const std::vector<std::string_view>& records) {
    std::vector<seal::Hash> digests;
    digests.reserve(records.size());
    std::vector<seal::Prefixed> texts;
    for (std::size_t begin = 0; begin < records.size(); begin += at_once) {
        const std::size_t count = std::min(at_once, records.size() - begin);
        const std::vector<Salt> heads = salts(key, first_record + begin, count);
        texts.resize(count);
        for (std::size_t i = 0; i < count; ++i)
            texts[i] = {{heads[i].data(), heads[i].size()}, records[begin + i]};
        const auto more = seal::sha256_each(texts);
        digests.insert(digests.end(), more.begin(), more.end());
    }
    return digests;
}

void put_opening(std::string& out, const Salt& salt, const RecordWords& words) {
    out += "{\"salt\":\"";
    out.append(salt.data(), salt.size());
    put(out, "\",\"record\":", words.record);
    put(out, ",\"part\":", words.part);
    put(out, ",\"begin\":", words.begin);
    put(out, ",\"end\":", words.end);
    if (words.bytes != nullptr) {
        char digest[64];
        put_hex(digest, words.bytes->data(), words.bytes->size());
        out += ",\"bytes_sha256\":\"";
        out.append(digest, sizeof digest);
        out += '"';
    }
    put(out, ",\"document\":", words.document);
    out += words.accepted ? ",\"accepted\":true," : ",\"accepted\":false,";
    out += words.route;
    out += ",\"codes\":";
    out += words.codes;
    out += '}';
}

std::vector<seal::Hash> leaves_of(const std::vector<std::string_view>& openings) {
    std::vector<seal::Prefixed> texts;
    texts.reserve(openings.size());
    for (const std::string_view text : openings) texts.push_back({{"\0", 1}, text});
    return seal::sha256_each(texts);
}

// Level by level, which gives the tree of RFC 6962: a last node without a neighbour moves up.
seal::Hash root_of_leaves(std::vector<seal::Hash> leaves) {
    if (leaves.empty()) return seal::empty_root();
    std::vector<seal::Prefixed> pairs;
    while (leaves.size() > 1) {
        const std::size_t above = leaves.size() / 2;
        for (std::size_t begin = 0; begin < above; begin += at_once) {
            pairs.resize(std::min(at_once, above - begin));
            for (std::size_t i = 0; i < pairs.size(); ++i)
                pairs[i] = {"\1",
                            {reinterpret_cast<const char*>(leaves[2 * (begin + i)].data()), 64}};
            const auto nodes = seal::sha256_each(pairs);
            std::copy(nodes.begin(), nodes.end(),
                      leaves.begin() + static_cast<std::ptrdiff_t>(begin));
        }
        if (leaves.size() % 2 != 0) leaves[above] = leaves.back();
        leaves.resize(above + leaves.size() % 2);
    }
    return leaves.front();
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
