#include "traces/pseudonym.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <set>
#include <string>

#include "core/fault.hpp"
#include "io/file.hpp"

namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() {
        char pattern[] = "/tmp/sluice-keys-XXXXXX";
        path = ::mkdtemp(pattern);
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
};

}  // namespace

TEST_CASE("a person has one pseudonym in a period, however the number is written") {
    const traces::PersonKey key("one secret");
    const auto one = traces::person_pseudonym(key, "85073003328");
    CHECK(one != 0);
    CHECK(traces::person_pseudonym(key, "85.07.30-033.28") == one);
    CHECK(traces::person_pseudonym(key, "85073003329") != one);
    CHECK(traces::person_pseudonym(traces::PersonKey("another"), "85073003328") != one);
    CHECK(traces::person_pseudonym(key, "") == 0);
    CHECK(traces::person_pseudonym(key, "unknown") == 0);
    CHECK(traces::person_pseudonym(key, "00000000000") == 0);
}

TEST_CASE("a hundred thousand neighbouring numbers share no pseudonym and no pattern") {
    const traces::PersonKey key("secret");
    std::set<std::uint64_t> seen;
    std::array<int, 64> ones{};
    for (int i = 1; i <= 100'000; ++i) {
        const auto value = traces::person_pseudonym(key, std::to_string(85000000000 + i));
        seen.insert(value);
        for (std::size_t bit = 0; bit < 64; ++bit) ones[bit] += (value >> bit & 1U) != 0 ? 1 : 0;
    }
    CHECK(seen.size() == 100'000);
    for (const int count : ones) CHECK(std::abs(count - 50'000) < 1'500);  // nine sigmas
}

TEST_CASE("the key of a year is made once, stays, and is for its owner alone") {
    const Folder folder;
    const traces::PeriodKeys keys(folder.path / "pseudonym");
    CHECK_FALSE(keys.find(2026));
    const auto one = traces::person_pseudonym(keys.make(2026), "85073003328");
    CHECK(traces::person_pseudonym(keys.make(2026), "85073003328") == one);
    CHECK(traces::person_pseudonym(*keys.find(2026), "85073003328") == one);
    CHECK(traces::person_pseudonym(keys.make(2027), "85073003328") != one);
    CHECK(keys.years() == std::vector<int>{2026, 2027});
    const auto file = folder.path / "pseudonym" / "2026.key";
    CHECK(io::facts(file)->mode == 0600);
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    CHECK_THROWS_AS(keys.find(2026), core::Fault);
}

TEST_CASE("a destroyed key is gone for good: nothing makes it again") {
    const Folder folder;
    const traces::PeriodKeys keys(folder.path);
    keys.make(2016);
    CHECK(keys.destroy(2016));
    CHECK_FALSE(keys.destroy(2016));
    CHECK(keys.destroyed(2016));
    CHECK_FALSE(keys.find(2016));
    CHECK_THROWS_AS(keys.make(2016), core::Fault);
    CHECK(keys.years().empty());
    CHECK_FALSE(io::facts(folder.path / "2016.key"));
}
