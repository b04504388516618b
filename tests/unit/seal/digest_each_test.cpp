#include <doctest/doctest.h>

#include <string>

#include "seal/digest_each.hpp"

TEST_CASE("digests of many texts are those of each, whatever their lengths and number") {
    std::string bytes;
    for (unsigned i = 0; bytes.size() < 100'000; ++i)
        bytes += static_cast<char>(i * 2654435761U >> 13);
    const std::string_view all = bytes;
    for (std::size_t count = 0; count < 40; ++count) {
        CAPTURE(count);
        std::vector<seal::Prefixed> texts;
        for (std::size_t i = 0; i < count; ++i)
            texts.push_back({all.substr(i, (i * 37) % 150),
                             all.substr(i * 1000, (i * 131 + count * 17) % 700)});
        const auto digests = seal::sha256_each(texts);
        REQUIRE(digests.size() == count);
        for (std::size_t i = 0; i < count; ++i)
            CHECK(digests[i] ==
                  seal::sha256(std::string(texts[i].head) + std::string(texts[i].text)));
    }
}

TEST_CASE("every length of a text around the ends of blocks gets its own padding") {
    const std::string bytes(300, 'a');
    std::vector<seal::Prefixed> texts;
    for (std::size_t head = 0; head < 3; ++head)
        for (std::size_t size = 0; size < 200; ++size)
            texts.push_back({std::string_view(bytes).substr(0, head * 63),
                             std::string_view(bytes).substr(0, size)});
    const auto digests = seal::sha256_each(texts);
    for (std::size_t i = 0; i < texts.size(); ++i)
        CHECK(digests[i] ==
              seal::sha256(std::string(texts[i].head.size() + texts[i].text.size(), 'a')));
}
