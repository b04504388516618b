#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "intake/landing_zone.hpp"
#include "io/zone.hpp"

namespace {

namespace fs = std::filesystem;
using intake::Claim;

// Two partners' folders, made the same way each time.
struct Zone {
    fs::path root;
    Zone() {
        std::string name = (fs::temp_directory_path() / "sluice-zone-XXXXXX").string();
        root = mkdtemp(name.data());
        fs::create_directories(root / "claims");
    }
    ~Zone() { fs::remove_all(root); }
    fs::path in(const std::string& partner) const { return root / "partners" / partner / "IN"; }
    void put(const std::string& partner, const std::string& name) const {
        fs::create_directories(in(partner));
        std::ofstream(in(partner) / name) << "x";
    }
    void put_set(const std::string& partner, int number) const {
        const std::string id =
            ".DMFA." + partner + ".20260401." + std::to_string(10'000 + number) + ".R.1";
        put(partner, "FI" + id + ".1");
        put(partner, "GO" + id);
    }
    // The sets of a folder appear in the order against that in which it lists them.
    void age(const std::string& partner) const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(in(partner)))
            if (entry.path().filename().string().rfind("GO.DMFA", 0) == 0)
                names.insert(names.begin(), entry.path().string());
        core::Instant last{0};
        for (const std::string& each : names) {
            // The kernel's clock goes in ticks: each in one of its own.
            do chmod(each.c_str(), 0640);
            while (io::facts(each)->changed <= last);
            last = io::facts(each)->changed;
        }
    }
    // Partners `000123` with sets in plenty, misnamed ones and objects that are none.
    void crowd() const {
        const std::string partner = "000123";
        for (int i = 0; i < 2; ++i) put(partner, "GO.BAD" + std::to_string(i));
        fs::create_symlink("/nowhere", in(partner) / "link");
        for (int i = 0; i < 12; ++i) put_set(partner, i);
        age(partner);
    }
    intake::LandingZone zone() const {
        return {root / "partners", root / "claims", intake::LandingLimits{}};
    }
    std::vector<Claim> left() const {
        std::vector<core::Fault> faults;
        auto list = intake::unfinished(root / "claims", root / "partners", faults);
        CHECK(faults.empty());
        return list;
    }
    void settle(const std::vector<Claim>& claims) const {
        for (const Claim& claim : claims) intake::remove_claim(root / "claims", claim);
    }
};

using Batches = std::vector<std::vector<std::string>>;

std::vector<std::string> names_of(const std::vector<Claim>& claims) {
    std::vector<std::string> names;
    for (const Claim& claim : claims) names.push_back(claim.names.back());
    return names;
}

constexpr std::size_t files_max = 5;

// All batches, the first of which goes on from what is claimed already.
Batches batches(const Zone& zone) {
    Batches all;
    intake::LandingZone landing = zone.zone();
    for (std::vector<Claim> claims = zone.left();; claims.clear()) {
        landing.fill(files_max, io::now(), claims);
        if (claims.empty()) return all;
        all.push_back(names_of(claims));
        zone.settle(claims);
    }
}

}  // namespace

TEST_CASE("After a kill among misnamed objects and sets the same batches are drawn") {
    const Zone unbroken;
    unbroken.crowd();
    const Batches expected = batches(unbroken);
    REQUIRE(expected.size() == 3);
    for (std::size_t claimed = 1; claimed < files_max; ++claimed) {
        CAPTURE(claimed);
        const Zone zone;
        zone.crowd();
        const auto landing =
            intake::look(zone.root / "partners" / "000123", "000123", {}, io::now());
        intake::Claimer claimer(zone.root / "partners", zone.root / "claims");
        for (std::size_t i = 0; i < claimed; ++i)
            for (const intake::Found& found : landing.found)
                if (found.names.back() == expected[0][i]) REQUIRE(claimer.take(found));
        CHECK(batches(zone) == expected);
    }
}

TEST_CASE("A batch of which everything was taken back does not end a reception") {
    const Zone zone;
    for (int i = 0; i < 12; ++i) zone.put_set("000123", i);
    intake::LandingZone landing = zone.zone();
    std::vector<Claim> claims;
    landing.fill(files_max, io::now(), claims);
    zone.settle(claims);
    CHECK(claims.size() == files_max);
    // All but one are taken back, behind the look.
    const std::string kept = [&] {
        std::string last;
        for (const auto& entry : fs::directory_iterator(zone.in("000123")))
            if (entry.path().filename().string().rfind("GO.", 0) == 0) last = entry.path().string();
        return last;
    }();
    for (const auto& entry : fs::directory_iterator(zone.in("000123")))
        if (entry.path() != kept) fs::remove(entry.path());
    claims.clear();
    landing.fill(files_max, io::now(), claims);
    REQUIRE(claims.size() == 1);
    CHECK(fs::path(kept).filename() == claims[0].names.back());
    claims.clear();
    landing.fill(files_max, io::now(), claims);
    CHECK(claims.empty());
}
