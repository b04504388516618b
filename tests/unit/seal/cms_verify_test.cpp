#include "seal/cms_verify.hpp"

#include <doctest/doctest.h>

#include "core/fault.hpp"
#include "openssl_side.hpp"

using seal::DigestAlgorithm;
using seal::SignatureVerdict;

namespace {

const std::string content = "<DmfAOriginal>\r\n\xC3\xA9 and bytes \x01\n</DmfAOriginal>";

seal::Reception received(const char* at = "2026-05-04T10:00:00Z") {
    return {*core::parse_instant(at), *core::parse_date(std::string(at).substr(0, 10))};
}

std::vector<seal::RegisteredCertificate> registered(const std::vector<std::string>& names) {
    std::vector<seal::RegisteredCertificate> list;
    for (const std::string& name : names)
        list.push_back(seal::register_certificate(openssl_side().certificate(name)));
    return list;
}

std::vector<seal::ContentDigest> digests_of(const std::string& text) {
    std::vector<seal::ContentDigest> digests;
    for (const auto a : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512})
        digests.push_back({a, seal::digest(a, text)});
    return digests;
}

seal::TrustStore trust() {
    return seal::TrustStore::load(openssl_side().folder.path / "trust");
}

// Verified as an FS over `content` of a partner whose certificate is `owner`.
SignatureVerdict verify(const std::string& fs, const std::string& owner,
                        const seal::SignaturePolicy& policy = {},
                        const std::string& over = content) {
    return seal::verify_signature(fs, digests_of(over), trust(), registered({owner}), received(),
                                  policy);
}

// openssl 3.0 signs with an RSA-PSS key in a way that it refuses itself unless it is told.
std::string pss_option(const std::string& name) {
    return name == "good-pss" ? " -keyopt rsa_padding_mode:pss" : "";
}

std::string codes(const SignatureVerdict& v) {
    return std::to_string(v.main_code) + "/" + std::to_string(v.explanatory_code) + "/" +
           std::to_string(v.answer_code);
}

}  // namespace

TEST_CASE("A good signature is good in every encoding of the channel") {
    NEEDS_OPENSSL();
    for (const char* lines : {"one", "cr", "lf", "crlf", "pem", "der"}) {
        const std::string fs = openssl_side().sign("good-ec", content, lines);
        REQUIRE(!fs.empty());
        const SignatureVerdict verdict = verify(fs, "good-ec");
        CHECK_MESSAGE(verdict.good(), lines, ": ", verdict.reason);
        CHECK(codes(verdict) == "0/0/0");
        CHECK(verdict.claimed_at);
    }
}

TEST_CASE("Good keys and digests of every admitted kind verify, with and without attributes") {
    NEEDS_OPENSSL();
    for (const char* name : {"good-rsa", "good-pss", "good-ec", "good-ec384"}) {
        for (const char* attributes : {"", " -noattr"}) {
            for (const char* md : {"sha256", "sha384", "sha512"}) {
                // The command comes with sha256; a second -md replaces it.
                const std::string fs = openssl_side().sign(
                    name, content, "one", std::string("-md ") + md + attributes + pss_option(name));
                REQUIRE(!fs.empty());
                const auto peek = seal::peek_signature(fs);
                REQUIRE(peek.verdict.good());
                // Only the digest that the FS names is given.
                const std::vector<seal::ContentDigest> only{
                    {peek.algorithm, seal::digest(peek.algorithm, content)}};
                const auto verdict =
                    seal::verify_signature(fs, only, trust(), registered({name}), received());
                CHECK_MESSAGE(verdict.good(), name, md, attributes, ": ", verdict.reason);
                const auto wrong = verify(fs, name, {}, content + "x");
                CHECK_MESSAGE(wrong.main_code == 11, name, md, attributes);
                CHECK(wrong.explanatory_code == (*attributes != 0 ? 1203 : 1205));
            }
        }
    }
    const std::string pss =
        openssl_side().sign("good-rsa", content, "one", "-keyopt rsa_padding_mode:pss");
    CHECK(verify(pss, "good-rsa").good());
    const std::string bare =
        openssl_side().sign("good-rsa", content, "one", "-keyopt rsa_padding_mode:pss -noattr");
    CHECK_MESSAGE(verify(bare, "good-rsa").good(), verify(bare, "good-rsa").reason);
}

TEST_CASE("Each bad signature has its codes") {
    NEEDS_OPENSSL();
    const auto by = [](const std::string& name, const std::string& options = "") {
        return openssl_side().sign(name, content, "one", options);
    };
    CHECK(codes(verify(by("expired"), "expired")) == "11/1207/125");
    CHECK(codes(verify(by("future"), "future")) == "11/1207/125");
    CHECK(codes(verify(by("revoked"), "revoked")) == "10/10/125");
    CHECK(codes(verify(by("weak"), "weak")) == "3/3005/125");
    CHECK(codes(verify(by("nosign"), "nosign")) == "6/1019/125");
    CHECK(codes(verify(by("stranger"), "stranger")) == "10/1104/125");
    CHECK(codes(verify(by("other"), "good-ec")) == "10/0/153");
    CHECK(codes(verify(by("good-rsa", "-md sha1"), "good-rsa")) == "3/3002/125");
    CHECK(codes(verify(by("good-rsa", "-md md5"), "good-rsa")) == "3/3002/125");
    CHECK(codes(verify(by("good-ec", "-nodetach"), "good-ec")) == "1/8/125");
    CHECK(codes(verify(by("good-ec", "-nocerts"), "other")) == "5/14/125");
    const std::string certs = (openssl_side().folder.path / "certs/").native();
    CHECK(
        codes(verify(by("good-ec", "-signer " + certs + "other.pem -inkey " + certs + "other.key"),
                     "good-ec")) == "1/11/125");
    CHECK(codes(verify("", "good-ec")) == "1/1/125");
    CHECK(codes(verify("hello", "good-ec")) == "1/1/125");
    CHECK(codes(verify(std::string(1 << 20, 'M'), "good-ec")) == "9/0/125");
}

TEST_CASE("A signer known from registration alone need not send its certificate") {
    NEEDS_OPENSSL();
    const std::string fs = openssl_side().sign("good-ec", content, "one", "-nocerts");
    const auto verdict = verify(fs, "good-ec");
    CHECK_MESSAGE(verdict.good(), verdict.reason);
}

TEST_CASE("A registered certificate counts only on its days") {
    NEEDS_OPENSSL();
    const std::string fs = openssl_side().sign("good-ec", content, "one");
    auto list = registered({"good-ec"});
    const auto on = [&](const char* from, const char* to) {
        list[0].from = core::parse_date(from);
        list[0].to = core::parse_date(to);
        return seal::verify_signature(fs, digests_of(content), trust(), list, received())
            .answer_code;
    };
    CHECK(on("2026-05-04", "2026-05-04") == 0);
    CHECK(on("2026-05-05", "") == 153);
    CHECK(on("", "2026-05-03") == 153);
    CHECK(on("", "") == 0);
}

TEST_CASE("Revocation and validity are judged at the reception, not today") {
    NEEDS_OPENSSL();
    const auto judged = [](const std::string& name, const char* at) {
        const std::string fs = openssl_side().sign(name, content, "one");
        const auto verdict = seal::verify_signature(fs, digests_of(content), trust(),
                                                    registered({name}), received(at));
        return codes(verdict);
    };
    CHECK(judged("revoked", "2020-12-31T23:59:59Z") == "0/0/0");
    CHECK(judged("revoked", "2021-01-01T00:00:00Z") == "10/10/125");
    CHECK(judged("expired", "2020-06-01T00:00:00Z") == "0/0/0");
    CHECK(judged("good-ec", "2050-01-01T00:00:00Z") == "11/1207/125");
}

TEST_CASE("What to do about missing and expired revocation lists is a named policy") {
    NEEDS_OPENSSL();
    TemporaryFolder bare;
    std::filesystem::copy(openssl_side().folder.path / "trust/ca", bare.path / "ca");
    const seal::TrustStore without = seal::TrustStore::load(bare.path);
    const std::string fs = openssl_side().sign("good-ec", content, "one");
    seal::SignaturePolicy policy;
    const auto verdict = [&](const seal::TrustStore& store) {
        return seal::verify_signature(fs, digests_of(content), store, registered({"good-ec"}),
                                      received(), policy)
            .good();
    };
    CHECK(verdict(without));
    policy.missing_crl = seal::MissingCrl::refuse;
    CHECK_FALSE(verdict(without));
    CHECK(verdict(trust()));

    // The lists of the test authority made anew, long expired.
    const std::filesystem::path work = openssl_side().folder.path / "ca";
    std::filesystem::create_directories(bare.path / "crl");
    for (const char* name : {"root", "issuing"})
        REQUIRE(shell("openssl ca -config '" + (work / name / "config").native() +
                      "' -gencrl -crl_lastupdate 20210102000000Z -crl_nextupdate 20220101000000Z"
                      " -out '" +
                      (bare.path / "crl" / name).native() + ".pem'"));
    const seal::TrustStore expired = seal::TrustStore::load(bare.path);
    REQUIRE(expired.revocation_lists().size() == 2);
    CHECK_FALSE(verdict(expired));
    policy.expired_crl = seal::ExpiredCrl::accept;
    CHECK(verdict(expired));
}

TEST_CASE("An issuing authority is trust enough, and a root where the chain is sent along") {
    NEEDS_OPENSSL();
    const auto judged = [](const std::string& authority, const std::string& name,
                           const std::string& options) {
        TemporaryFolder some;
        const auto all = openssl_side().folder.path / "trust";
        std::filesystem::create_directories(some.path / "ca");
        std::filesystem::copy(all / "ca" / authority, some.path / "ca");
        std::filesystem::copy(all / "crl", some.path / "crl");
        const std::string fs = openssl_side().sign(name, content, "one", options);
        return codes(seal::verify_signature(fs, digests_of(content),
                                            seal::TrustStore::load(some.path), registered({name}),
                                            received()));
    };
    const std::string chain =
        "-certfile " + (openssl_side().folder.path / "ca/issuing/ca.pem").native();
    CHECK(judged("issuing.pem", "good-ec", "") == "0/0/0");
    CHECK(judged("issuing.pem", "revoked", "") == "10/10/125");
    CHECK(judged("root.pem", "good-ec", chain) == "0/0/0");
    CHECK(judged("root.pem", "good-ec", "") == "10/1104/125");
    CHECK(judged("root.pem", "revoked", chain) == "10/10/125");
    CHECK(judged("issuing.pem", "stranger", "") == "10/1104/125");
}

TEST_CASE("A revoked issuing authority takes its certificates with it") {
    NEEDS_OPENSSL();
    TemporaryFolder own;
    const std::string at = own.path.native(), root = "'" + at + "/ca/root/config'";
    const char* source = std::getenv("SLUICE_SOURCE");
    REQUIRE(shell("'" + std::string(source) + "/scripts/make-test-ca' '" + at + "'"));
    REQUIRE(shell("openssl ca -config " + root + " -revoke '" + at + "/ca/issuing/ca.pem'"));
    REQUIRE(shell("sed -i 's/^R\\t\\([^\\t]*\\)\\t[^\\t]*/R\\t\\1\\t210101000000Z/' '" + at +
                  "/ca/root/index'"));
    REQUIRE(
        shell("openssl ca -config " + root +
              " -gencrl -crl_lastupdate 20210102000000Z -crl_nextupdate 20491231235959Z -out '" +
              at + "/trust/crl/root.pem'"));
    spew(own.path / "content", content);
    const std::string certs = at + "/certs/good-ec";
    REQUIRE(shell("'" + std::string(source) + "/scripts/sign-file' '" + certs + ".key' '" + certs +
                  ".pem' '" + at + "/content' '" + at + "/fs'"));
    const auto verdict = seal::verify_signature(
        slurp(own.path / "fs"), digests_of(content), seal::TrustStore::load(own.path / "trust"),
        {seal::register_certificate(certs + ".pem")}, received());
    CHECK(codes(verdict) == "10/10/125");
}

TEST_CASE("No byte of a signature can change unnoticed") {
    NEEDS_OPENSSL();
    const std::string der = openssl_side().sign("good-ec", content, "der");
    REQUIRE(verify(der, "good-ec").good());
    const seal::TrustStore store = trust();
    const auto owner = registered({"good-ec"});
    const auto digests = digests_of(content);
    std::size_t accepted = 0;
    for (std::size_t at = 0; at < der.size(); ++at) {
        std::string altered = der;
        altered[at] = static_cast<char>(altered[at] ^ 0x10);
        if (seal::peek_signature(altered).verdict.good() &&
            seal::verify_signature(altered, digests, store, owner, received()).good())
            ++accepted;
    }
    // What no signature covers: two version numbers, the advisory list of digests (9 bytes), and
    // the serial and issuer of the certificate sent along, for then the registered one is taken.
    CHECK(accepted <= 40);
    CHECK(codes(verify(der + "x", "good-ec")) == "1/21/125");
    CHECK_FALSE(verify(der.substr(0, der.size() - 1), "good-ec").good());
    const std::string text = openssl_side().sign("good-ec", content, "one");
    for (const std::string& garbage :
         {text + "=", text + "AAAA", text + " ", "\xEF\xBB\xBF" + text})
        CHECK_FALSE(verify(garbage, "good-ec").good());
}

TEST_CASE("Text that is no signature is refused without trouble") {
    for (const char* text :
         {"0", "0\x80", "MIIC", "-----BEGIN CMS-----", "-----BEGIN CMS-----\n-----END CMS-----",
          "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", "\r\n",
          "0\x84\xff\xff\xff\xff", "-----BEGIN CMS-----\nMAA=\n-----END PKCS7-----"})
        CHECK_FALSE_MESSAGE(seal::peek_signature(text).verdict.good(), text);
}

TEST_CASE("Trust that cannot be read is a fault, and no trust is none") {
    TemporaryFolder folder;
    CHECK(seal::TrustStore::load(folder.path).authorities().empty());
    std::filesystem::create_directory(folder.path / "ca");
    spew(folder.path / "ca/bad.pem", "not a certificate");
    CHECK_THROWS_AS(seal::TrustStore::load(folder.path), core::Fault);
}
