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

#include "core/fault.hpp"
#include "intake/landing.hpp"
#include "io/file_system.hpp"
#include "io/zone.hpp"

namespace {

namespace fs = std::filesystem;

struct Partner {
    fs::path folder, claims;
    Partner() {
        std::string name = (fs::temp_directory_path() / "sluice-landing-XXXXXX").string();
        folder = mkdtemp(name.data());
        claims = folder / "claims";
        fs::create_directories(claims);
        fs::create_directories(folder / "IN");
    }
    ~Partner() { fs::remove_all(folder); }
    void put(const std::string& name) const { std::ofstream(folder / "IN" / name) << "x"; }
    void put_set(int number) const {
        const std::string sequence = std::to_string(10'000 + number);
        for (const std::string prefix : {"FI.", "FS."})
            put(prefix + "DMFA.000123.20260401." + sequence + ".R.1.1");
        put("GO.DMFA.000123.20260401." + sequence + ".R.1");
    }
    std::optional<intake::Claim> take(intake::Found found) const {
        found.partner = folder.filename().string();
        return intake::Claimer(folder.parent_path(), claims).take(found);
    }
    std::set<std::string> left() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder / "IN"))
            names.insert(entry.path().filename().string());
        return names;
    }
    intake::Landing look(std::size_t found_max = 10'000, std::int64_t seconds_later = 0) const {
        intake::LandingLimits limits;
        limits.found_max = found_max;
        core::Instant now = io::now();
        now.microseconds += seconds_later * 1'000'000;
        return intake::look(folder, "000123", limits, now);
    }
};

}  // namespace

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

TEST_CASE("A set whose files were replaced under its GO is claimed with all that lies there") {
    Partner partner;
    partner.put_set(1);
    const auto seen = partner.look();
    REQUIRE(seen.found.size() == 1);
    const std::string id = "DMFA.000123.20260401.10001.R.";
    fs::remove(partner.folder / "IN" / ("FI." + id + "1.1"));
    for (const std::string part : {"2.1", "2.2"}) partner.put("FI." + id + part);
    partner.put("FI.DMFA.000123.20260401.10002.R.1.1");
    const auto claim = partner.take(seen.found[0]);
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

namespace {

// What a crash leaves: from then on every call fails.
struct Broken {
    Broken(int renames, int unlinks) {
        renames_left = renames;
        unlinks_left = unlinks;
        static const io::FileSystem table = [] {
            io::FileSystem made = io::kernel();
            made.renameat2 = [](int a, const char* b, int c, const char* d, unsigned flags) {
                if (renames_left-- > 0) return io::kernel().renameat2(a, b, c, d, flags);
                errno = EIO;
                return -1;
            };
            made.unlinkat = [](int folder, const char* name, int flags) {
                if (unlinks_left-- > 0) return io::kernel().unlinkat(folder, name, flags);
                errno = EIO;
                return -1;
            };
            return made;
        }();
        io::use_file_system(table);
    }
    ~Broken() { io::use_file_system(io::kernel()); }
    Broken(const Broken&) = delete;
    Broken& operator=(const Broken&) = delete;
    static inline int renames_left = 0, unlinks_left = 0;
};

constexpr int never = 1 << 20;

const std::string resent = "DMFA.000123.20260401.10001.R.";

// A sender who puts the same set again, and what is claimed of all that he sent.
struct Sender : Partner {
    std::string sending;                                       // what he writes into each file
    std::vector<std::pair<std::string, std::string>> claimed;  // names and contents of each claim

    // Later than all before, as it is where a restart lies between.
    void send(const std::string& words) {
        const core::Instant before = tick();
        while (tick() == before) continue;
        sending = words;
    }
    core::Instant tick() const {
        chmod(folder.c_str(), 0700);
        return io::facts(folder)->changed;
    }
    void put(const std::string& name) const { std::ofstream(folder / "IN" / name) << sending; }
    void collect(const std::vector<intake::Claim>& taken) {
        for (const intake::Claim& claim : taken) {
            std::string names, contents;
            for (const std::string& name : claim.names) {
                names += name.substr(0, 2) + " ";
                std::string one;
                std::ifstream(claims / claim.key / name) >> one;
                if (contents.find(one) == std::string::npos) contents += one;
            }
            claimed.emplace_back(names, contents);
            intake::remove_claim(claims, claim);
        }
    }
    // As the next command begins.
    void restart() { collect(intake::unfinished(claims, folder.parent_path())); }
    void receive() {
        for (const intake::Found& found : look().found)
            if (auto claim = take(found)) collect({*claim});
    }
    // False where nothing was left to break.
    bool killed(int renames) {
        const Broken broken(renames, never);
        try {
            receive();
        } catch (const core::Fault&) {
            return true;
        }
        return false;
    }
};

}  // namespace

TEST_CASE("A set that is sent again while its claim lies half made is never mixed with it") {
    const std::vector<std::string> two = {"FI." + resent + "2.1", "FS." + resent + "2.1",
                                          "FI." + resent + "2.2", "FS." + resent + "2.2",
                                          "GO." + resent + "2"},
                                   one = {"FI." + resent + "1.1", "FS." + resent + "1.1",
                                          "GO." + resent + "1"};
    for (const auto& again : {two, one})
        for (int renames = 0; renames <= 5; ++renames)
            for (std::size_t before = 0; before <= again.size(); ++before)
                for (const int unlinks : {never, 0, 2}) {
                    CAPTURE(renames);
                    CAPTURE(before);
                    CAPTURE(again.size());
                    CAPTURE(unlinks);
                    Sender sender;
                    sender.send("old");
                    for (const std::string& name : two) sender.put(name);
                    REQUIRE(sender.killed(renames));
                    sender.send("new");
                    for (std::size_t i = 0; i < before; ++i) sender.put(again[i]);
                    try {  // killed again while it is given up
                        const Broken broken(never, unlinks);
                        sender.restart();
                    } catch (const core::Fault&) {
                        sender.restart();
                    }
                    for (std::size_t i = before; i < again.size(); ++i) sender.put(again[i]);
                    if (renames == 0 &&
                        again != two)  // it never was ours: he takes it back himself
                        for (const std::string& name : two) fs::remove(sender.folder / "IN" / name);
                    sender.receive();
                    REQUIRE(!sender.claimed.empty());
                    const std::string whole = again == two ? "FI FI FS FS GO " : "FI FS GO ";
                    CHECK(sender.claimed.back() ==
                          std::pair<std::string, std::string>{whole, "new"});
                    if (sender.claimed.size() == 2)
                        CHECK(sender.claimed.front() ==
                              std::pair<std::string, std::string>{"FI FI FS FS GO ", "old"});
                    CHECK(sender.claimed.size() <= 2);
                    CHECK(sender.left().empty());
                    CHECK(fs::is_empty(sender.claims));
                }
}

TEST_CASE("What is sent again behind a cancellation that lies half made is not cancelled with it") {
    const std::vector<std::string> set = {"FI." + resent + "1.1", "FS." + resent + "1.1",
                                          "GO." + resent + "1"};
    for (int renames = 1; renames <= 4; ++renames)
        for (std::size_t before = 0; before <= set.size(); ++before) {
            CAPTURE(renames);
            CAPTURE(before);
            Sender sender;
            sender.send("old");
            for (const std::string& name : set) sender.put(name);
            sender.put("TD." + resent + "1");
            REQUIRE(sender.killed(renames));
            sender.send("new");
            for (std::size_t i = 0; i < before; ++i) sender.put(set[i]);
            sender.restart();
            for (std::size_t i = before; i < set.size(); ++i) sender.put(set[i]);
            sender.receive();
            REQUIRE(sender.claimed.size() == 2);
            CHECK(sender.claimed[0].first.find("TD") != std::string::npos);
            CHECK(sender.claimed[0].second == "old");
            CHECK(sender.claimed[1] == std::pair<std::string, std::string>{"FI FS GO ", "new"});
            CHECK(sender.left().empty());
        }
}

TEST_CASE("A member that is taken back and put again while it is moved ends nothing") {
    Partner partner;
    partner.put_set(1);
    const auto seen = partner.look();
    REQUIRE(seen.found.size() == 1);
    static fs::path place;
    place = partner.folder / "IN";
    io::FileSystem table = io::kernel();
    table.renameat2 = [](int a, const char* b, int c, const char* d, unsigned flags) {
        const bool is_member = std::string(b).rfind("FS.", 0) == 0;
        if (is_member) fs::remove(place / b);
        const int done = io::kernel().renameat2(a, b, c, d, flags);
        if (is_member) std::ofstream(place / b) << "x";
        errno = done == 0 ? 0 : ENOENT;
        return done;
    };
    io::use_file_system(table);
    CHECK_NOTHROW(partner.take(seen.found[0]));
    io::use_file_system(io::kernel());
}
