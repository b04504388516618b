#include <doctest/doctest.h>

#include "seal/note.hpp"

using seal::Checkpoint;
using seal::LogProof;
using seal::NoteSigner;
using seal::VerifierKey;

static const std::string secret(32, 'k');

TEST_CASE("Ed25519 signs as RFC 8032 section 7.1 says") {
    std::string key, message, expected;
    REQUIRE(
        seal::from_hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", key));
    REQUIRE(seal::from_hex("af82", message));
    REQUIRE(
        seal::from_hex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                       "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
                       expected));
    const NoteSigner signer("test.example", key);
    CHECK(signer.sign_raw(message) == expected);
    CHECK(seal::ed25519_verify(signer.verifier().key, message, expected));
    CHECK_FALSE(seal::ed25519_verify(signer.verifier().key, "other", expected));
}

TEST_CASE("The notes and keys that Go's note package documents are read") {
    // From the documentation of golang.org/x/mod/sumdb/note.
    const auto key =
        VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    REQUIRE(key);
    const std::string note =
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\xE2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/"
        "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    CHECK(seal::open_note(note, {*key}));
    std::string altered = note;
    altered[3] = 'Y';
    CHECK_FALSE(seal::open_note(altered, {*key}));
}

TEST_CASE("Keys are written and read, and a wrong id is refused") {
    const NoteSigner signer("log.example", secret);
    const std::string text = signer.verifier().text();
    REQUIRE(VerifierKey::parse(text));
    CHECK(VerifierKey::parse(text)->key == signer.verifier().key);
    std::string other = text;
    other[12] = other[12] == '0' ? '1' : '0';
    CHECK_FALSE(VerifierKey::parse(other));
    CHECK_FALSE(VerifierKey::parse("log.example"));
    CHECK_FALSE(VerifierKey::parse("a b+" + text.substr(12)));
}

TEST_CASE("A note opens with its key, whoever else has signed, and not without") {
    const NoteSigner signer("log.example", secret),
        witness("witness.example", std::string(32, 'w'));
    const std::string text = "first\n\nthird\n", note = signer.sign(text);
    CHECK(seal::open_note(note, {signer.verifier()}) == text);
    CHECK_FALSE(seal::open_note(note, {witness.verifier()}));
    const std::string both = note + witness.sign(text).substr(text.size() + 1);
    CHECK(seal::open_note(both, {signer.verifier()}) == text);
    CHECK(seal::open_note(both, {witness.verifier(), signer.verifier()}) == text);
    // A wrong signature of a key we know spoils the note, even beside a good one.
    const std::string spoilt = note + witness.sign("other\n").substr(7);
    CHECK(seal::open_note(spoilt, {signer.verifier()}));
    CHECK_FALSE(seal::open_note(spoilt, {signer.verifier(), witness.verifier()}));
    for (const std::string& bad :
         {std::string(), text, note.substr(0, note.size() - 1), note + "x\n", "\t" + note})
        CHECK_FALSE(seal::open_note(bad, {signer.verifier()}));
}

TEST_CASE("Checkpoints are read as strictly as they are written") {
    Checkpoint checkpoint;
    checkpoint.origin = "log.example";
    checkpoint.size = 20852163;
    checkpoint.root = seal::sha256("x");
    const std::string text = checkpoint.text();
    REQUIRE(Checkpoint::parse(text));
    CHECK(Checkpoint::parse(text)->text() == text);
    CHECK(Checkpoint::parse(text + "extension\n")->extensions.size() == 1);
    const std::string root = seal::base64(seal::bytes_of(checkpoint.root));
    for (const std::string& bad :
         {"\n1\n" + root + "\n", "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n", "o\n1\n" + root,
          "o\n1\n" + root + "\n\n", std::string("o\n1\nAAAA\n"), std::string("o\n"),
          "o\n18446744073709551616\n" + root + "\n"})
        CHECK_FALSE_MESSAGE(Checkpoint::parse(bad), bad);
}

TEST_CASE("A log proof convinces only of its own entry and only with the log's key") {
    const NoteSigner signer("log.example", secret);
    seal::Frontier frontier;
    std::vector<seal::Hash> leaves;
    for (int i = 0; i < 2; ++i) {
        leaves.push_back(seal::leaf_hash(std::to_string(i)));
        frontier.append(leaves.back());
    }
    LogProof proof;
    proof.extra = std::string("\0opening", 8);
    proof.index = 1;
    proof.hashes = {leaves[0]};
    proof.checkpoint = signer.sign(Checkpoint{"log.example", 2, frontier.root(), {}}.text());
    const auto read = LogProof::parse(proof.text());
    REQUIRE(read);
    CHECK(read->text() == proof.text());
    CHECK(read->extra == proof.extra);
    CHECK(seal::verify_log_proof(*read, leaves[1], {signer.verifier()}));
    CHECK_FALSE(seal::verify_log_proof(*read, leaves[0], {signer.verifier()}));
    CHECK_FALSE(seal::verify_log_proof(*read, leaves[1], {}));
    proof.extra.clear();
    CHECK(LogProof::parse(proof.text())->text() == proof.text());
    CHECK_FALSE(LogProof::parse("c2sp.org/tlog-proof@v2\nindex 0\n\n"));
    CHECK_FALSE(LogProof::parse("c2sp.org/tlog-proof@v1\nindex 00\n\n"));
    CHECK_FALSE(LogProof::parse("c2sp.org/tlog-proof@v1\nindex 0\n"));
}
