#include "io/sync_group.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "../temporary_folder.hpp"
#include "core/fault.hpp"
#include "power_loss.hpp"

namespace {

struct Place {
    TemporaryFolder at;
    Place() {
        for (const char* name : {"staging", "OUT1", "OUT2"})
            std::filesystem::create_directory(at.path / name);
    }
    std::filesystem::path out(int i) const {
        return at.path / (i % 2 == 0 ? "OUT1" : "OUT2") / ("FO" + std::to_string(i));
    }
};

}  // namespace

TEST_CASE("A group is durable with a handful of flushes, however many its files") {
    for (const int count : {1, 3, 200}) {
        const Place place;
        TemporaryFolder after;
        power_loss::Scope scope(place.at.path);
        io::SyncGroup group(place.at.path / "staging", 4);
        for (int i = 0; i < count; ++i) group.add(place.out(i), "answer " + std::to_string(i));
        CHECK_FALSE(std::filesystem::exists(place.out(0)));  // no partner sees half a file
        group.publish();
        CHECK(power_loss::model().fsyncs + power_loss::model().syncfss <= 6);
        power_loss::after_power_loss(after.path);
        for (int i = 0; i < count; ++i)
            REQUIRE(power_loss::content(after.path / (i % 2 == 0 ? "OUT1" : "OUT2") /
                                        ("FO" + std::to_string(i))) ==
                    "answer " + std::to_string(i));
        CHECK(std::filesystem::is_empty(place.at.path / "staging"));
    }
}

TEST_CASE("Two thousand files do not use up the descriptors") {
    const Place place;
    power_loss::Scope scope(place.at.path);
    io::SyncGroup group(place.at.path / "staging");
    for (int i = 0; i < 2000; ++i) group.add(place.out(i), "x");
    std::size_t open = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        static_cast<void>(entry);
        ++open;
    }
    CHECK(open < 64);
    group.publish();
    CHECK(std::filesystem::exists(place.out(1999)));
}

TEST_CASE("Publishing a group again is harmless, and other content under the name is a fault") {
    const Place place;
    for (int round = 0; round < 2; ++round) {
        io::SyncGroup group(place.at.path / "staging");
        group.add(place.out(0), "same");
        group.publish();
    }
    io::SyncGroup group(place.at.path / "staging");
    group.add(place.out(0), "other");
    CHECK_THROWS_AS(group.publish(), core::Fault);
    CHECK(io::read_file(place.out(0)) == "same");
}

TEST_CASE("Wherever a group fails, each file is whole or absent and doing it again completes it") {
    for (int fail_at = 0; fail_at < 40; ++fail_at) {
        const Place place;
        const auto draft = place.at.path / "draft";
        power_loss::Scope scope(place.at.path);
        io::write_file(draft, "drafted");
        {
            power_loss::model().calls_left = fail_at;
            try {
                io::SyncGroup group(place.at.path / "staging", 4);
                for (int i = 0; i < 5; ++i) group.add(place.out(i), "answer");
                group.add_existing(draft, place.out(9));
                group.publish();
            } catch (const core::Fault&) {
            }
            power_loss::model().calls_left = -1;
        }
        for (int i = 0; i < 5; ++i)
            if (const auto text = io::find_file(place.out(i))) REQUIRE(*text == "answer");
        // A draft is never lost: it is under the one name or the other.
        REQUIRE((io::find_file(draft) || io::find_file(place.out(9))));
        io::SyncGroup again(place.at.path / "staging", 4);
        for (int i = 0; i < 5; ++i) again.add(place.out(i), "answer");
        if (io::facts(draft)) again.add_existing(draft, place.out(9));
        again.publish();
        REQUIRE(io::read_file(place.out(4)) == "answer");
        REQUIRE(io::read_file(place.out(9)) == "drafted");
    }
}
