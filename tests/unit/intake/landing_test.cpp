#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "io/file_system.hpp"
#include "landing_support.hpp"

namespace fs = std::filesystem;
using landing_support::Partner;

TEST_CASE("However few sets are asked for, each one found is whole") {
    Partner partner;
    for (int i = 0; i < 50; ++i) partner.put_set(i);
    for (const std::size_t few : {std::size_t{1}, std::size_t{7}, std::size_t{500}}) {
        const auto landing = partner.look(few);
        CHECK(landing.found.size() == std::min<std::size_t>(few, 50));
        for (const intake::Found& found : landing.found) CHECK(found.names.size() == 3);
        CHECK(landing.cut.count("IN") == (few < 50 ? 1 : 0));
    }
}

TEST_CASE("However many sets are asked for, each one has the same place in its folder") {
    Partner partner;
    for (int i = 0; i < 50; ++i) partner.put_set(i);
    std::map<std::size_t, std::vector<std::string>> places;
    for (const intake::Found& found : partner.look().found) places[found.place] = found.names;
    CHECK(places.size() == 50);
    CHECK(places.rbegin()->first == 50);
    for (const intake::Found& found : partner.look(20).found) {
        CHECK(found.place <= 20);
        CHECK(places.at(found.place) == found.names);
    }
}

TEST_CASE("Half a set waits, and is found when it is too old") {
    Partner partner;
    partner.put("FI.DMFA.000123.20260401.00001.R.1.1");
    CHECK(partner.look().found.empty());
    CHECK(partner.look().waiting.size() == 1);
    const auto late = partner.look(10, 25 * 3600);
    REQUIRE(late.found.size() == 1);
    CHECK(late.found[0].kind == intake::FoundKind::half_set);
}

TEST_CASE("What is not a regular file of its own is told apart, and nothing is followed") {
    Partner partner;
    fs::create_symlink("/etc/passwd",
                       partner.folder / "IN" / "FI.DMFA.000123.20260401.00001.R.1.1");
    REQUIRE(mkfifo((partner.folder / "IN" / "FI.DMFA.000123.20260401.00002.R.1.1").c_str(), 0600) ==
            0);
    fs::create_directory(partner.folder / "IN" / "GO.DMFA.000123.20260401.00003.R.1");
    partner.put("FI.DMFA.000123.20260401.00004.R.1.1");
    fs::create_hard_link(partner.folder / "IN" / "FI.DMFA.000123.20260401.00004.R.1.1",
                         partner.folder / "elsewhere");
    const auto landing = partner.look();
    CHECK(landing.found.size() == 4);
    for (const intake::Found& found : landing.found)
        CHECK(found.kind == intake::FoundKind::foreign);
}

TEST_CASE("A claim takes the set out of the sender's reach and is found again after a crash") {
    Partner partner;
    partner.put_set(1);
    const auto landing = partner.look();
    REQUIRE(landing.found.size() == 1);
    const auto claim = partner.take(landing.found[0]);
    REQUIRE(claim);
    const intake::Claim& taken = *claim;
    CHECK(taken.names.size() == 3);
    CHECK(fs::is_empty(partner.folder / "IN"));
    bool seen = false;
    for (const auto& entry : fs::directory_iterator(partner.claims))
        seen = seen || entry.path().filename() == taken.key;
    CHECK(seen);
    intake::remove_claim(partner.claims, taken);
    CHECK(fs::is_empty(partner.claims));
}

TEST_CASE("A folder that a sender planted is removed however deep it is") {
    Partner partner;
    fs::path deep = partner.folder / "IN" / "planted";
    for (int level = 0; level < 200; ++level) {
        fs::create_directories(deep);
        std::ofstream(deep / "1") << "x";
        fs::create_symlink(partner.folder, deep / "link");
        deep /= "d";
    }
    const auto landing = partner.look();
    REQUIRE(landing.found.size() == 1);
    const auto claim = partner.take(landing.found[0]);
    REQUIRE(claim);
    rlimit usual{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &usual) == 0);
    const rlimit few{64, usual.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
    CHECK_NOTHROW(intake::remove_claim(partner.claims, *claim));
    setrlimit(RLIMIT_NOFILE, &usual);
    CHECK(fs::is_empty(partner.claims));
    CHECK(fs::exists(partner.folder / "IN"));
}

TEST_CASE(
    "A set that its sender replaced since the look is left alone, and the next look takes it") {
    const std::string id = "DMFA.000123.20260401.10001.R", go = "GO." + id + ".1";
    const std::vector<std::vector<std::string>> before = {{"FI." + id + ".1.1"},
                                                          {"FI." + id + ".1.1"},
                                                          {"FI." + id + ".2.1",
                                                           "FI." + id + ".2.2"}},
                                                after = {{"FI." + id + ".1.1", "FS." + id + ".1.1"},
                                                         {"FI." + id + ".2.1", "FI." + id + ".2.2"},
                                                         {"FI." + id + ".1.1"}};
    for (std::size_t i = 0; i < before.size(); ++i)
        for (const bool complete : {true, false}) {
            CAPTURE(i);
            Partner partner;
            for (const std::string& name : before[i]) partner.put(name);
            partner.put(go);
            const auto seen = partner.look();
            REQUIRE(seen.found.size() == 1);
            fs::rename(partner.folder / "IN" / go, partner.folder / "old");
            for (const std::string& name : before[i]) fs::remove(partner.folder / "IN" / name);
            for (const std::string& name : after[i]) partner.put(name);
            if (complete) partner.put(go);
            const auto lies = partner.left();
            CHECK(!partner.take(seen.found[0]));
            CHECK(partner.left() == lies);
            CHECK(fs::is_empty(partner.claims));
            if (!complete) partner.put(go);
            const auto again = partner.look();
            REQUIRE(again.found.size() == 1);
            const auto claim = partner.take(again.found[0]);
            REQUIRE(claim);
            CHECK(claim->names.size() == after[i].size() + 1);
            CHECK(partner.left().empty());
        }
}

TEST_CASE(
    "A set whose files were replaced under its GO is claimed with all that the next look sees") {
    Partner partner;
    partner.put_set(1);
    const auto seen = partner.look();
    REQUIRE(seen.found.size() == 1);
    const std::string id = "DMFA.000123.20260401.10001.R.";
    fs::remove(partner.folder / "IN" / ("FI." + id + "1.1"));
    for (const std::string part : {"2.1", "2.2"}) partner.put("FI." + id + part);
    partner.put("FI.DMFA.000123.20260401.10002.R.1.1");
    CHECK(!partner.take(seen.found[0]));
    const auto again = partner.look();
    REQUIRE(again.found.size() == 1);
    const auto claim = partner.take(again.found[0]);
    REQUIRE(claim);
    CHECK(claim->names == std::vector<std::string>{"FI." + id + "2.1", "FI." + id + "2.2",
                                                   "FS." + id + "1.1", "GO." + id + "1"});
    CHECK(partner.left().size() == 1);
}

TEST_CASE("Half a set that became whole since the look is left to the next one") {
    Partner partner;
    partner.put("FI.DMFA.000123.20260401.00001.R.1.1");
    const auto late = partner.look(10, 25 * 3600);
    REQUIRE(late.found.size() == 1);
    partner.put("GO.DMFA.000123.20260401.00001.R.1");
    CHECK(!partner.take(late.found[0]));
    CHECK(partner.left().size() == 2);
}
