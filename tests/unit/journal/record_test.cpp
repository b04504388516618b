#include <doctest/doctest.h>

#include "journal/evidence.hpp"
#include "journal/record.hpp"
#include "seal/digest.hpp"

namespace {

std::string opening(std::string_view key, const journal::RecordWords& words) {
    std::string text;
    journal::put_opening(text, journal::salts(key, words.record, 1).front(), words);
    return text;
}

std::vector<seal::Hash> leaves_of(std::string_view key, std::size_t count) {
    std::vector<seal::Hash> leaves;
    for (std::size_t i = 0; i < count; ++i) {
        journal::RecordWords words;
        words.record = i + 1;
        words.route = "\"recipients\":[],\"withheld\":[]";
        words.codes = "[]";
        leaves.push_back(seal::leaf_hash(opening(key, words)));
    }
    return leaves;
}

}  // namespace

TEST_CASE("each record has a salt of its own, and each file another key") {
    const std::string secret(32, 'x');
    const std::string one = journal::file_key(secret, "DMFA.000101.20260401.00001.R", 1);
    const std::string other = journal::file_key(secret, "DMFA.000101.20260401.00001.R", 2);
    CHECK(one.size() == 32);
    CHECK(one != other);
    journal::RecordWords words;
    words.record = 7;
    words.route = "\"recipients\":[]";
    words.codes = "[]";
    const std::string text = opening(one, words);
    CHECK(text.substr(0, 9) == "{\"salt\":\"");
    const std::string block = one + std::string(7, '\0') + '\7';
    CHECK(journal::member(text, "salt") == seal::hex(seal::sha256(block)).substr(0, 32));
    words.record = 8;
    CHECK(journal::member(opening(one, words), "salt") != journal::member(text, "salt"));
}

TEST_CASE("an opening that tells of the record's bytes does so by a salted digest") {
    const std::string key(32, 'k');
    const std::vector<std::string_view> records = {"<A>1</A>", "<A>2</A>", ""};
    const auto digests = journal::bytes_digests(key, 7, records);
    journal::RecordWords words;
    words.record = 8;
    words.route = "\"recipients\":[]";
    words.codes = "[]";
    CHECK(journal::member(opening(key, words), "bytes_sha256").empty());
    words.bytes = &digests[1];
    const std::string text = opening(key, words);
    CHECK(journal::member(text, "bytes_sha256") ==
          seal::hex(seal::sha256(journal::member(text, "salt") + "<A>2</A>")));
    CHECK(digests != journal::bytes_digests(std::string(32, 'l'), 7, records));
    CHECK(digests[1] == journal::bytes_digests(key, 8, {records[1]}).front());
}

TEST_CASE("the root over leaves made at once is that of the growing tree") {
    for (std::size_t count = 0; count < 3'000; count += count < 70 ? 1 : 613) {
        std::vector<std::string> texts;
        seal::Frontier frontier;
        for (std::size_t i = 0; i < count; ++i) {
            texts.push_back(std::string(i % 300, 'x') + std::to_string(i));
            frontier.append(seal::leaf_hash(texts.back()));
        }
        const auto leaves = journal::leaves_of({texts.begin(), texts.end()});
        CHECK(journal::root_of_leaves(leaves) == frontier.root());
    }
}

TEST_CASE("one record is opened without its neighbours") {
    const std::string key(32, 'k');
    const auto leaves = leaves_of(key, 13);
    const seal::Hash root = journal::root_of_leaves(leaves);
    for (std::uint64_t i = 0; i < leaves.size(); ++i)
        CHECK(seal::verify_inclusion(leaves[i], i, leaves.size(), journal::path_of_leaf(leaves, i),
                                     root));
    CHECK_FALSE(seal::verify_inclusion(leaves[3], 4, leaves.size(),
                                       journal::path_of_leaf(leaves, 4), root));
}

TEST_CASE("a long list of recipients is committed to by its digest") {
    const auto brief = journal::route_words("\"recipients\":[\"400001\"]");
    CHECK(brief.full.empty());
    CHECK(brief.committed == "\"recipients\":[\"400001\"]");
    const std::string text = "\"recipients\":[" + std::string(300, '4') + "]";
    const auto longer = journal::route_words(text);
    CHECK(longer.full == text);
    CHECK(longer.committed == "\"route_sha256\":\"" + seal::hex(seal::sha256(text)) + '"');
}

TEST_CASE("a proof is examined down to the record, and each lie in it is named") {
    const seal::NoteSigner signer("sluice.example", std::string(32, 'k'));
    const std::string key(32, 'k');
    const auto leaves = leaves_of(key, 5);
    const std::string body = "{\"first\":0,\"roots\":[{\"slice\":0,\"root\":\"" +
                             seal::hex(journal::root_of_leaves(leaves)) + "\"}]}";
    const std::string leaf = "{\"index\":1,\"kind\":\"slice\",\"body_sha256\":\"" +
                             seal::hex(seal::sha256(body)) + "\"}";
    const seal::Hash first = seal::leaf_hash("zero"), second = seal::leaf_hash(leaf);
    seal::Checkpoint checkpoint{"sluice.example", 2, seal::node_hash(first, second), {}};
    journal::Evidence evidence;
    evidence.leaf = leaf;
    evidence.body = body;
    journal::RecordWords words;
    words.record = 3;
    words.route = "\"recipients\":[],\"withheld\":[]";
    words.codes = "[]";
    evidence.record = {0, 2, 5, opening(key, words), "", journal::path_of_leaf(leaves, 2)};
    seal::LogProof proof;
    proof.index = 1;
    proof.hashes = {first};
    proof.checkpoint = signer.sign(checkpoint.text());
    std::string expected;
    SUBCASE("the truth") {}
    SUBCASE("another record") {
        evidence.record->opening[50] ^= 1;
        expected = "the record is not the one that was committed to";
    }
    SUBCASE("another body") {
        evidence.body[3] ^= 1;
        expected = "the body is not that of the entry";
    }
    SUBCASE("another leaf") {
        evidence.leaf[20] ^= 1;
        expected = "the entry is not in the tree of the checkpoint";
    }
    SUBCASE("another place") {
        proof.index = 0;
        expected = "the entry is not in the tree of the checkpoint";
    }
    SUBCASE("another slice") {
        evidence.record->slice = 1;
        expected = "the entry holds no root for the slice of the record";
    }
    SUBCASE("another key") {
        proof.checkpoint =
            seal::NoteSigner("sluice.example", std::string(32, 'z')).sign(checkpoint.text());
        expected = "the checkpoint is not signed by this key";
    }
    proof.extra = evidence.text();
    const auto read = seal::LogProof::parse(proof.text());
    REQUIRE(read.has_value());
    CHECK(journal::examine(*read, {signer.verifier()}).problem == expected);
}
