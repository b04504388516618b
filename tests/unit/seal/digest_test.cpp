#include <doctest/doctest.h>

#include "seal/digest.hpp"

using seal::DigestAlgorithm;

TEST_CASE("SHA-2 gives the digests of FIPS 180-4") {
    CHECK(seal::hex(seal::sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(seal::hex(seal::digest(DigestAlgorithm::sha384, "abc")) ==
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
          "8086072ba1e7cc2358baeca134c825a7");
    CHECK(seal::hex(seal::digest(DigestAlgorithm::sha512, "abc")) ==
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("A digest saved at any length goes on as if never interrupted") {
    const std::string text(300, 'x');
    for (const auto algorithm :
         {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
        for (std::size_t cut = 0; cut <= text.size(); cut += 1) {
            seal::Digest first(algorithm);
            first.update(std::string_view(text).substr(0, cut));
            seal::Digest second(algorithm);
            REQUIRE(second.restore(first.save()));
            second.update(std::string_view(text).substr(cut));
            REQUIRE(second.value() == seal::digest(algorithm, text));
        }
    }
}

TEST_CASE("The saved length survives beyond 4 GiB") {
    seal::Sha256 running;
    const std::string block(1 << 20, 'a');
    // 64-byte blocks leave nothing open, so only words and length are in the saved state.
    for (int i = 0; i < 4; ++i) running.update(block);
    std::string saved = running.save();
    const std::uint64_t length = (std::uint64_t{5} << 30);
    for (std::size_t i = 0; i < 8; ++i)
        saved[saved.size() - 1 - i] = static_cast<char>(length >> (8 * i) & 0xff);
    seal::Sha256 restored;
    REQUIRE(restored.restore(saved));
    CHECK(restored.bytes() == length);
    CHECK(restored.save() == saved);
}

TEST_CASE("A state that was not saved by us is refused") {
    seal::Sha256 running;
    running.update("abc");
    const std::string saved = running.save();
    seal::Sha256 other;
    CHECK_FALSE(other.restore(""));
    CHECK_FALSE(other.restore(saved.substr(0, saved.size() - 1)));
    CHECK_FALSE(other.restore(saved + "x"));
    CHECK_FALSE(seal::Digest(DigestAlgorithm::sha512).restore(saved));
    CHECK(other.value() == seal::sha256(""));
}

TEST_CASE("HMAC-SHA256 gives the values of RFC 4231") {
    CHECK(seal::hex(seal::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("Base64 has one form for each text") {
    for (const auto& [plain, coded] : {std::pair{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"}}) {
        std::string back = "untouched";
        CHECK(seal::base64(plain) == coded);
        CHECK(seal::from_base64(coded, back));
        CHECK(back == plain);
    }
    std::string out;
    for (const char* bad :
         {"Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm9_"})
        CHECK_FALSE_MESSAGE(seal::from_base64(bad, out), bad);
}

TEST_CASE("Hex reads both cases and nothing else") {
    std::string bytes;
    CHECK(seal::from_hex("00fFaB", bytes));
    CHECK(bytes == std::string("\x00\xff\xab", 3));
    CHECK_FALSE(seal::from_hex("0", bytes));
    CHECK_FALSE(seal::from_hex("0g", bytes));
}
