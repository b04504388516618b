#include "seal/keys.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/fault.hpp"
#include "openssl_side.hpp"
#include "seal/cms_verify.hpp"

static const core::Instant now = *core::parse_instant("2026-05-04T10:00:00Z");

TEST_CASE("An installation makes its keys once, for itself alone") {
    TemporaryFolder home;
    const auto folder = home.path / "keys";
    seal::create_keys(folder, {}, now);
    CHECK(std::filesystem::status(folder).permissions() == std::filesystem::perms(0700));
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        CHECK(entry.status().permissions() == std::filesystem::perms(0600));
        ++files;
    }
    CHECK(files == 8);
    const seal::Keys first = seal::Keys::load(folder);
    seal::create_keys(folder, {}, now);
    CHECK(seal::Keys::load(folder).public_chain() == first.public_chain());
    CHECK(seal::Keys::load(folder).log().verifier().text() == first.log().verifier().text());
    CHECK(first.chain().size() == 2);
    CHECK(first.public_chain().find("PRIVATE") == std::string::npos);

    CHECK(seal::key_complaints(folder, now).empty());
    CHECK(seal::key_complaints(folder, {now.microseconds + 1100LL * 86'400'000'000}).size() == 1);
    CHECK(seal::key_complaints(folder, {now.microseconds - 86'400'000'000}).size() == 2);
}

TEST_CASE("Keys that others can read, that are missing or mixed up are faults") {
    TemporaryFolder home, other;
    seal::create_keys(home.path / "keys", {}, now);
    seal::create_keys(other.path / "keys", {}, now);
    const auto key = home.path / "keys/signer.key";
    ::chmod(key.c_str(), 0640);
    CHECK_THROWS_AS(seal::Keys::load(home.path / "keys"), core::Fault);
    ::chmod(key.c_str(), 0600);
    CHECK_NOTHROW(seal::Keys::load(home.path / "keys"));
    spew(key, slurp(other.path / "keys/signer.key"));
    CHECK_THROWS_AS(seal::Keys::load(home.path / "keys"), core::Fault);
    std::filesystem::remove(key);
    CHECK_THROWS_AS(seal::Keys::load(home.path / "keys"), core::Fault);
    CHECK(seal::key_complaints(home.path / "keys", now).size() == 1);
    ::chmod((other.path / "keys").c_str(), 0755);
    CHECK_THROWS_AS(seal::Keys::load(other.path / "keys"), core::Fault);
    CHECK_THROWS_AS(seal::create_keys(other.path / "more", {"a name"}, now), core::Fault);
}

TEST_CASE("Our signatures verify by our own rules, and carry the journal's proof") {
    TemporaryFolder home;
    seal::create_keys(home.path / "keys", {}, now);
    const seal::Keys keys = seal::Keys::load(home.path / "keys");
    std::filesystem::create_directories(home.path / "trust/ca");
    spew(home.path / "trust/ca/ours.pem", slurp(home.path / "keys/ca.pem"));
    const seal::TrustStore trust = seal::TrustStore::load(home.path / "trust");

    const std::string content = "an answer", proof = "c2sp.org/tlog-proof@v1\nindex 0\n\n";
    const std::string der = keys.signer().sign(seal::sha256(content), now, proof);
    for (const auto lines : {seal::SignatureLines::one, seal::SignatureLines::cr,
                             seal::SignatureLines::lf, seal::SignatureLines::crlf}) {
        const std::string fs = seal::signature_text(der, lines);
        const auto verdict = seal::verify_signature(
            fs,
            {{seal::DigestAlgorithm::sha256, seal::digest(seal::DigestAlgorithm::sha256, content)}},
            trust, {{keys.chain()[0].der, {}, {}}}, {now, *core::parse_date("2026-05-04")});
        CHECK_MESSAGE(verdict.good(), verdict.reason);
        CHECK(verdict.claimed_at == now);
        CHECK(verdict.has_unsigned_attributes);
        CHECK(seal::journal_proof(fs) == proof);
    }
    CHECK_FALSE(seal::journal_proof(keys.signer().sign(seal::sha256(content), now)));
    CHECK_FALSE(seal::journal_proof("nonsense"));
}

TEST_CASE("The thousandth signature is as good as the first, also with time in another form") {
    TemporaryFolder home;
    seal::create_keys(home.path / "keys", {}, now);
    const seal::Keys keys = seal::Keys::load(home.path / "keys");
    std::filesystem::create_directories(home.path / "trust/ca");
    spew(home.path / "trust/ca/ours.pem", slurp(home.path / "keys/ca.pem"));
    const seal::TrustStore trust = seal::TrustStore::load(home.path / "trust");
    // Lengths of one, two and three bytes; and from 2050 on ASN.1 writes a year with four digits.
    const core::Instant late = *core::parse_instant("2050-05-04T10:00:00Z");
    for (const std::size_t proof_bytes :
         std::initializer_list<std::size_t>{0, 1, 100, 200, 300, 5'000, 70'000})
        for (const core::Instant at : {now, {now.microseconds + 3'600'000'000}, late}) {
            const std::string content = "answer " + std::to_string(proof_bytes);
            const std::string proof(proof_bytes, 'p');
            const std::string der = keys.signer().sign(seal::sha256(content), at, proof);
            const auto digest = seal::digest(seal::DigestAlgorithm::sha256, content);
            const auto verdict = seal::verify_signature(
                der, {{seal::DigestAlgorithm::sha256, digest}}, trust,
                {{keys.chain()[0].der, {}, {}}}, {now, *core::parse_date("2026-05-04")});
            CHECK_MESSAGE(verdict.good(), verdict.reason);
            CHECK(verdict.claimed_at == at);
            CHECK(seal::journal_proof(der).value_or("") == proof);
        }
}

TEST_CASE("openssl cms -verify accepts our signatures and refuses other content") {
    NEEDS_OPENSSL();
    TemporaryFolder home;
    const std::string at = home.path.native();
    // openssl judges the certificate today, so these keys are made today.
    seal::create_keys(home.path / "keys", {}, {std::time(nullptr) * 1'000'000LL});
    const seal::Keys keys = seal::Keys::load(home.path / "keys");
    const std::string content = "bytes\r\nthat must not change\n";
    spew(home.path / "FO", content);
    spew(home.path / "other", content + "x");
    const std::string der =
        keys.signer().sign(seal::sha256(content), {std::time(nullptr) * 1'000'000LL}, "a proof");
    spew(home.path / "FS.der", der);
    spew(home.path / "FS.one", seal::signature_text(der));
    spew(home.path / "FS.pem", "-----BEGIN CMS-----\n" +
                                   seal::signature_text(der, seal::SignatureLines::lf) +
                                   "-----END CMS-----\n");
    const std::string verify =
        "openssl cms -verify -binary -CAfile '" + at + "/keys/ca.pem' -out /dev/null ";
    CHECK(shell(verify + "-inform DER -in '" + at + "/FS.der' -content '" + at + "/FO'"));
    CHECK(shell(verify + "-inform PEM -in '" + at + "/FS.pem' -content '" + at + "/FO'"));
    CHECK(shell("base64 -d '" + at + "/FS.one' | " + verify + "-inform DER -content '" + at +
                "/FO'"));
    CHECK_FALSE(shell(verify + "-inform DER -in '" + at + "/FS.der' -content '" + at + "/other'"));
    CHECK(shell(verify + "-cades -inform DER -in '" + at + "/FS.der' -content '" + at + "/FO'"));
}

TEST_CASE("A pseudonym is stable under one key and says nothing under another") {
    CHECK(seal::pseudonym("key", "85073003328") == seal::pseudonym("key", "85073003328"));
    CHECK(seal::pseudonym("key", "85073003328") != seal::pseudonym("key2", "85073003328"));
    CHECK(seal::pseudonym("key", "85073003328").size() == 32);
}
