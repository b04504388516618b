#include "core/count_bytes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

TEST_CASE("bytes are counted at every length and every beginning") {
    std::string text;
    for (unsigned i = 0; i < 40'000; ++i) text += static_cast<char>(i * i * 7 + i / 3);
    text.replace(1'000, 9'000, std::string(9'000, '\n'));  // more than a lane holds
    for (const std::size_t from : {0U, 1U, 31U, 900U})
        for (const std::size_t length : {0U, 1U, 31U, 32U, 33U, 8'159U, 8'160U, 8'161U, 39'000U}) {
            const std::string_view part = std::string_view(text).substr(from, length);
            const auto lines = std::count(part.begin(), part.end(), '\n');
            CHECK(core::count_bytes(part, '\n') == static_cast<std::uint64_t>(lines));
            const auto inner = std::count_if(part.begin(), part.end(),
                                             [](char c) { return (c & '\xC0') == '\x80'; });
            const auto characters = part.size() - static_cast<std::uint64_t>(inner);
            CHECK(core::count_characters(part) == characters);
            const core::Counted all = core::count_text(part);
            CHECK(all.line_feeds == static_cast<std::uint64_t>(lines));
            CHECK(all.returns ==
                  static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\r')));
            CHECK(all.characters == characters);
        }
}
