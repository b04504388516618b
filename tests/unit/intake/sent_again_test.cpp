#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "core/fault.hpp"
#include "io/file_system.hpp"
#include "landing_support.hpp"

namespace fs = std::filesystem;
using landing_support::Partner;

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
    std::vector<intake::FoundKind> kinds;

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
            kinds.push_back(claim.kind);
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
    void restart() {
        std::vector<core::Fault> faults;
        const auto left = intake::unfinished(claims, folder.parent_path(), faults);
        if (!faults.empty()) throw core::Fault(faults.front());
        collect(left);
    }
    void receive(std::int64_t seconds_later = 0) {
        for (const intake::Found& found : look(10'000, seconds_later).found)
            if (auto claim = take(found)) collect({*claim});
    }
    // False where nothing was left to break.
    bool killed(int renames, std::int64_t seconds_later = 0) {
        const Broken broken(renames, never);
        try {
            receive(seconds_later);
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
                    // What its sender replaced by nothing is not lost.
                    if (again == one && renames > 0) CHECK(sender.claimed.size() == 2);
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

TEST_CASE(
    "A set that is sent again over one that lies there is taken when GO comes, or it is quiet") {
    const std::vector<std::string> set = {"FI." + resent + "1.1", "FS." + resent + "1.1",
                                          "GO." + resent + "1"};
    intake::LandingLimits limits;
    limits.together_seconds = 0;
    for (std::size_t again = 1; again <= set.size(); ++again) {
        CAPTURE(again);
        Sender sender;
        sender.send("old");
        for (const std::string& name : set) sender.put(name);
        sender.send("new");
        for (std::size_t i = 0; i < again; ++i) sender.put(set[i]);
        const auto found = [&](std::int64_t seconds_later) {
            core::Instant now = io::now();
            now.microseconds += seconds_later * 1'000'000;
            return intake::look(sender.folder, "000123", limits, now);
        };
        if (again < set.size()) {
            CHECK(found(0).found.empty());
            CHECK(found(0).waiting.size() == 1);
            CHECK(found(limits.sent_again_seconds).found.size() == 1);
            // The clock was set back since: nobody writes it now.
            CHECK(found(-2 * 3600).found.size() == 1);
            CHECK(found(-60).found.empty());
            // Who goes on changing it does so in vain.
            limits.half_set_hours_max = 0;
            CHECK(found(0).found.size() == 1);
            limits.half_set_hours_max = 24;
            // What is sent together, in whatever order, is one set.
            limits.together_seconds = 10;
            CHECK(found(0).found.size() == 1);
            limits.together_seconds = 0;
            for (const std::string& name : set) sender.put(name);
        }
        REQUIRE(found(0).found.size() == 1);
        sender.collect({sender.take(found(0).found[0]).value()});
        CHECK(sender.claimed ==
              std::vector<std::pair<std::string, std::string>>{{"FI FS GO ", "new"}});
    }
}

TEST_CASE(
    "A member that is sent again between the look and the claim leaves the set where it lies") {
    Sender sender;
    sender.send("old");
    sender.put_set(1);
    const auto seen = sender.look();
    REQUIRE(seen.found.size() == 1);
    sender.send("new");
    sender.put("FI." + resent + "1.1");
    CHECK(!sender.take(seen.found[0]));
    CHECK(sender.left().size() == 3);
    for (const char* name : {"FS.", "GO."})
        sender.put(name + resent + (name[0] == 'F' ? "1.1" : "1"));
    sender.receive();
    CHECK(sender.claimed == std::vector<std::pair<std::string, std::string>>{{"FI FS GO ", "new"}});
}

TEST_CASE("Half a claim whose other members changed waits for GO, and is half a set without") {
    constexpr std::int64_t late = 90'000;
    for (int renames = 1; renames <= 5; ++renames)
        for (int more = 0; more <= 8; ++more) {
            CAPTURE(renames);
            CAPTURE(more);
            Sender sender;
            sender.send("old");
            for (const char* name : {"FI", "FS"})
                for (const char* number : {"2.1", "2.2"})
                    sender.put(name + ("." + resent) + number);
            sender.put("GO." + resent + "2");
            REQUIRE(sender.killed(renames));
            sender.send("old");
            for (const std::string& name : sender.left())
                chmod((sender.folder / "IN" / name).c_str(), 0640);
            sender.restart();
            const bool waits = renames < 5;
            if (waits) {
                sender.receive();
                CHECK(sender.claimed.empty());
                // Nobody sends anything more: it is too old, and killed while it is refused.
                if (sender.killed(more, late)) sender.restart();
                for (int turn = 0; turn < 2; ++turn) sender.receive(late);
            }
            // GO came before what lies there was put. It is kept with it, so that this is told.
            CHECK(sender.claimed ==
                  std::vector<std::pair<std::string, std::string>>{{"FI FI FS FS GO ", "old"}});
            CHECK(sender.kinds == std::vector<intake::FoundKind>{waits ? intake::FoundKind::half_set
                                                                       : intake::FoundKind::set});
            CHECK(sender.left().empty());
            CHECK(fs::is_empty(sender.claims));
        }
}

TEST_CASE("A folder in the place of a member of a claim that is given back stops nobody") {
    Sender sender;
    sender.send("old");
    for (const char* number : {"2.1", "2.2"}) sender.put("FI." + resent + number);
    sender.put("GO." + resent + "2");
    REQUIRE(sender.killed(2));  // GO and FI.1
    const fs::path half = fs::directory_iterator(sender.claims)->path();
    fs::remove(half / ("FI." + resent + "2.1"));
    fs::create_directories(half / ("FI." + resent + "2.1") / "deeper");
    sender.send("new");
    for (const char* number : {"2.1", "2.2"}) sender.put("FI." + resent + number);
    sender.put("GO." + resent + "2");
    sender.restart();
    sender.receive();
    CHECK(sender.claimed == std::vector<std::pair<std::string, std::string>>{{"FI FI GO ", "new"}});
    CHECK(fs::is_empty(sender.claims));
}

TEST_CASE(
    "A member that is taken back and put again while it is moved ends nothing, loses nothing") {
    Sender sender;
    sender.send("old");
    sender.put_set(1);
    const auto seen = sender.look();
    REQUIRE(seen.found.size() == 1);
    static fs::path place;
    place = sender.folder / "IN";
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
    CHECK_NOTHROW(sender.take(seen.found[0]));
    io::use_file_system(io::kernel());
    sender.restart();
    sender.send("x");
    sender.put_set(1);
    sender.receive();
    REQUIRE(!sender.claimed.empty());
    CHECK(sender.claimed.back() == std::pair<std::string, std::string>{"FI FS GO ", "x"});
    CHECK(sender.left().empty());
    CHECK(fs::is_empty(sender.claims));
}
