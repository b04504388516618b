// RFC 3161 with the openssl command line as the authority, and CAdES-T over our own signatures.
#include "seal/time_stamp.hpp"

#include <doctest/doctest.h>

#include "core/instant.hpp"
#include "openssl_side.hpp"
#include "seal/certificate.hpp"
#include "seal/cms_sign.hpp"
#include "seal/keys.hpp"

namespace {

struct Authority {
    TemporaryFolder folder;
    bool there = false;

    Authority() {
        const char* source = std::getenv("SLUICE_SOURCE");
        if (source == nullptr) return;
        there = shell("'" + std::string(source) + "/scripts/make-test-tsa' '" +
                      folder.path.native() + "'");
    }
    seal::TimeStampTrust trust() const { return seal::TimeStampTrust::load(folder.path / "trust"); }
    std::string answer(const std::string& query, const char* by = "answer") const {
        spew(folder.path / "q", query);
        const std::string place = "'" + folder.path.native() + "/";
        shell("(" + place + by + "' < " + place + "q' > " + place + "r')");
        return slurp(folder.path / "r");
    }
};

const Authority& authority() {
    static const Authority one;
    return one;
}

struct Signing {
    TemporaryFolder folder;
    seal::Keys keys;
    Signing() : keys(make(folder.path / "keys")) {}
    static seal::Keys make(const std::filesystem::path& at) {
        seal::create_keys(at, {}, *core::parse_instant("2026-01-01T00:00:00Z"));
        return seal::Keys::load(at);
    }
    std::string fs(const std::string& content, bool stamped) {
        seal::Signer signer =
            seal::Signer::load(folder.path / "keys/signer.key", folder.path / "keys/signer.pem");
        if (stamped)
            signer.set_time_stamper([](const seal::Hash& imprint) {
                const auto asked = seal::time_stamp_request(imprint);
                const auto stamp =
                    seal::check_response(authority().answer(asked.der), asked, authority().trust());
                CHECK_MESSAGE(stamp.good(), stamp.reason);
                return stamp.token;
            });
        return signer.sign(seal::sha256(content), *core::parse_instant("2026-02-01T10:00:00Z"));
    }
    bool openssl_accepts(const std::string& der, const std::string& content,
                         const std::string& options) {
        spew(folder.path / "fs", der);
        spew(folder.path / "content", content);
        spew(folder.path / "chain", keys.public_chain());
        const std::string at = folder.path.native();
        return shell("openssl cms -verify -binary -inform DER -attime 1769940000 -in '" + at +
                     "/fs' -content '" + at + "/content' -CAfile '" + at + "/chain' " + options +
                     " -out /dev/null");
    }
};

}  // namespace

TEST_CASE("our signatures are CAdES-BES: they name the certificate, and openssl -cades agrees") {
    NEEDS_OPENSSL();
    Signing signing;
    const std::string der = signing.fs("content", false);
    CHECK(signing.openssl_accepts(der, "content", ""));
    CHECK(signing.openssl_accepts(der, "content", "-cades"));
    CHECK_FALSE(signing.openssl_accepts(der, "other", "-cades"));
    CHECK_FALSE(seal::time_stamp_token(der).has_value());
}

TEST_CASE("a signature with a time-stamp is still a good signature, and its token covers it") {
    if (!authority().there) return;
    Signing signing;
    const std::string der = signing.fs("content", true);
    CHECK(signing.openssl_accepts(der, "content", "-cades"));
    const auto token = seal::time_stamp_token(seal::signature_text(der));
    REQUIRE(token.has_value());
    const auto imprint = seal::time_stamp_imprint(der);
    const auto stamp = seal::check_token(*token, imprint, authority().trust());
    CHECK_MESSAGE(stamp.good(), stamp.reason);
    CHECK(stamp.policy == "1.2.3.4.1");
    CHECK(stamp.authority == "CN=Test stamps good");
    CHECK(stamp.at.microseconds > 0);
    // openssl itself agrees: the token over the digest of the signature value.
    spew(authority().folder.path / "token", *token);
    CHECK(shell("openssl ts -verify -token_in -in '" + authority().folder.path.native() +
                "/token' -digest " + seal::hex(imprint) + " -CAfile '" +
                authority().folder.path.native() + "/trust/tsa.pem'"));
}

TEST_CASE("a token moved to another signature does not hold") {
    if (!authority().there) return;
    Signing signing;
    const std::string first = signing.fs("content", true), second = signing.fs("content", true);
    const auto token = seal::time_stamp_token(first);
    REQUIRE(token.has_value());
    CHECK_FALSE(
        seal::check_token(*token, seal::time_stamp_imprint(second), authority().trust()).good());
}

TEST_CASE("an old answer, a strange authority, another policy and noise are refused with words") {
    if (!authority().there) return;
    const seal::Hash imprint = seal::sha256("what is stamped");
    const auto trust = authority().trust();
    const auto asked = seal::time_stamp_request(imprint);
    const std::string answer = authority().answer(asked.der);
    CHECK(seal::check_response(answer, asked, trust).good());
    // The same imprint asked again wants a new answer: the nonce differs.
    const auto again = seal::time_stamp_request(imprint);
    CHECK_FALSE(seal::check_response(answer, again, trust).good());
    CHECK_FALSE(
        seal::check_response(authority().answer(asked.der, "strange"), asked, trust).good());
    const auto policy = seal::time_stamp_request(imprint, "1.2.3.4.5");
    const auto under = seal::check_response(authority().answer(policy.der), policy, trust);
    CHECK_MESSAGE(under.good(), under.reason);
    CHECK(under.policy == "1.2.3.4.5");
    CHECK_FALSE(seal::check_response(answer, policy, trust).good());
    const auto unknown = seal::time_stamp_request(imprint, "1.2.3.4.99");
    const auto refusal = seal::check_response(authority().answer(unknown.der), unknown, trust);
    CHECK(refusal.reason == "the authority answered with status 2");
    CHECK_FALSE(seal::check_response("", asked, trust).good());
    CHECK_FALSE(seal::check_response("noise", asked, trust).good());
    CHECK_FALSE(seal::check_response(answer, asked, seal::TimeStampTrust::of({})).good());
    for (std::size_t at = 0; at < answer.size(); at += 7) {
        std::string bent = answer;
        bent[at] = static_cast<char>(bent[at] ^ 1);
        const auto stamp = seal::check_response(bent, asked, trust);
        // A bit outside of what is signed may still be harmless, but never another imprint.
        if (stamp.good()) CHECK(seal::check_token(stamp.token, imprint, trust).good());
    }
}
