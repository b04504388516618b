#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>

#include "io/frames.hpp"
#include "io/markup_search.hpp"

namespace {

using Random = std::mt19937;

std::string unpacked(const std::string& frame, std::size_t bytes) {
    std::string back;
    REQUIRE(io::decompress_frame(frame, back, bytes) == io::Unpacked::ok);
    return back;
}

bool comes_back(const std::string& text) {
    std::string frame;
    io::compress_frame(text, frame);
    return unpacked(frame, text.size()) == text;
}

// Records whose elements are sometimes left out, of at least so many bytes.
std::string records(Random& random, std::size_t bytes) {
    const std::string names[] = {"INSS", "WorkerName", "ContributionCalculationBasis",
                                 "ContributionAmount", "Nm"};
    std::string text = "<Form>";
    while (text.size() < bytes) {
        text += "<NaturalPerson>";
        for (const std::string& name : names) {
            if (random() % 4 == 0) continue;
            text.append("<").append(name).append(">").append(std::to_string(random() % 100'000));
            text.append("</").append(name).append(">");
        }
        text += "</NaturalPerson>";
    }
    return text;
}

}  // namespace

TEST_CASE("Records come back as they were packed, at every length around the ends of blocks") {
    Random random(1);
    const std::string text = records(random, 400'000);
    for (const std::size_t edge : {65'536U, 131'072U, 262'144U, 393'216U})
        for (std::size_t length = edge - 150; length <= edge + 150; length += 7)
            REQUIRE(comes_back(text.substr(0, length)));
}

TEST_CASE("Whatever looks like markup comes back as it was packed") {
    const std::string alphabets[] = {"<",   "<>",        "><", "<a>/",
                                     "<\n", "</>ab \"=", "<x", std::string("\0<>\xff", 4)};
    for (unsigned seed = 0; seed < 24; ++seed) {
        Random random(seed);
        const std::string& alphabet = alphabets[seed % std::size(alphabets)];
        std::string text;
        while (text.size() < 300'000) {
            // New bytes, and pieces of what there is already, near and far.
            for (std::size_t i = random() % 40 + 1; i > 0; --i)
                text += alphabet[random() % alphabet.size()];
            const std::size_t from = random() % text.size();
            text += std::string(text, from, random() % 400);
        }
        CAPTURE(seed);
        REQUIRE(comes_back(text));
    }
}

TEST_CASE("Markup that begins far from where it was seen last comes back") {
    Random random(3);
    std::string text = records(random, 200'000);
    text += std::string(3 << 20, 'v');
    text += text.substr(0, 200'000);
    CHECK(comes_back(text));
}

TEST_CASE("A frame of records takes no more than libzstd alone would need at a higher level") {
    Random random(2);
    const std::string text = records(random, 1 << 20);
    std::string packed, by_libzstd;
    io::compress_frame(text, packed);
    io::compress_frame(text, by_libzstd, 2);
    CHECK(packed.size() <= by_libzstd.size());
}

TEST_CASE("Text without markup is left to libzstd") {
    Random random(4);
    std::string words, prose, packed;
    for (int i = 0; i < 2000; ++i) words += static_cast<char>('a' + random() % 20);
    while (prose.size() < 400'000) {
        prose += words.substr(random() % 1990, 8);
        prose += prose.size() % 3000 < 20 ? "<p>" : " ";
    }
    io::compress_frame(prose, packed);
    CHECK(packed.size() < prose.size() / 2);
    CHECK(unpacked(packed, prose.size()) == prose);
}

TEST_CASE("Registers of 16 and of 32 bytes find the same repetitions") {
    if (!io::has_wide_registers()) {
        MESSAGE("skipped: this processor has none of 32 bytes");
        return;
    }
    const auto same = [](const std::string& text) {
        io::MarkupSearch narrow, wide;
        const bool found = io::find_markup_sse2(narrow, text);
        if (found != io::find_markup_avx2(wide, text)) return false;
        const auto parts = [](const ZSTD_Sequence& s) {
            return std::tuple(s.offset, s.litLength, s.matchLength);
        };
        return std::equal(
            narrow.sequences.begin(), narrow.sequences.end(), wide.sequences.begin(),
            wide.sequences.end(),
            [&](const ZSTD_Sequence& a, const ZSTD_Sequence& b) { return parts(a) == parts(b); });
    };
    for (unsigned seed = 0; seed < 40; ++seed) {
        Random random(seed);
        std::string text = records(random, 140'000 + random() % 200'000);
        REQUIRE(same(text));
        for (int i = 0; i < 200; ++i) text[random() % text.size()] = "<>/ a\xff"[random() % 6];
        REQUIRE(same(text));
    }
}
