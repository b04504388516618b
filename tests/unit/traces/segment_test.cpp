#include "traces/segment.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <tuple>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "traces/builder.hpp"
#include "traces/merge.hpp"
#include "traces/pseudonym.hpp"

namespace fs = std::filesystem;
using namespace traces;

namespace {

struct Folder {
    Folder() {
        char pattern[] = "/tmp/sluice-traces-XXXXXX";
        path = ::mkdtemp(pattern);
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
};

bool in_order(const Trace& a, const Trace& b) {
    return std::tie(a.person, a.source.file, a.record, a.fate) <
           std::tie(b.person, b.source.file, b.record, b.fate);
}

// A world of traces, kept as plain values beside the segment that is made of them.
class World {
  public:
    explicit World(unsigned seed) : random_(seed), key_("secret of " + std::to_string(seed)) {}

    int number(int least, int greatest) {
        return std::uniform_int_distribution<int>(least, greatest)(random_);
    }
    std::uint64_t person(int i) const { return person_pseudonym(key_, std::to_string(1 + i)); }

    Source source(int i) {
        Source source;
        source.file = "DMFA.100101.20260401." + std::to_string(10000 + i) + ".R";
        source.attempt = i + 1;
        source.message = number(0, 1) == 0 ? "dmfa" : "dimona";
        source.sender = std::to_string(100101 + number(0, 2));
        source.user = "CN=" + source.sender;
        source.directory_version = "2026-04-01." + std::to_string(number(1, 2));
        source.received.microseconds = 1'000'000LL * i;
        source.sent.microseconds = 1'000'000LL * i + number(1, 100);
        source.closing_entry = 10 * i;
        source.first_record = number(0, 3) == 0 ? 1 + number(1, 1000) : 1;
        source.records = static_cast<std::uint64_t>(number(1, 300));
        return source;
    }
    Fate fate() {
        Fate fate;
        fate.recipient = std::to_string(200101 + number(0, 9));
        fate.quality = std::to_string(number(1, 3));
        if (number(0, 4) == 0) {
            fate.decision = number(0, 1) == 0 ? Decision::withheld : Decision::rejected;
            fate.reason = "A2 not authorised";
        } else {
            fate.authorisation = "A" + std::to_string(number(1, 5));
        }
        return fate;
    }
    Summary build(const fs::path& file, int from, int count, int persons,
                  const BuilderLimits& limits) {
        SegmentBuilder builder(file, 2026, limits);
        for (int i = from; i < from + count; ++i) {
            const Source one = source(i);
            builder.begin_source(one);
            for (std::uint64_t r = 0; r < one.records; ++r) {
                const std::uint64_t who = number(0, 9) == 0 ? 0 : person(number(0, persons - 1));
                std::vector<Fate> fates;
                for (int f = number(0, 3); f > 0; --f) fates.push_back(fate());
                for (const Fate& what : fates) {
                    const auto record = one.first_record + static_cast<std::int64_t>(r);
                    builder.add(who, record, builder.fate(what));
                    if (who != 0) all.push_back({who, record, one, what});
                }
            }
        }
        return builder.finish();
    }
    std::vector<Trace> slow(const std::function<bool(const Trace&)>& wanted) const {
        std::vector<Trace> found;
        std::copy_if(all.begin(), all.end(), std::back_inserter(found), wanted);
        std::sort(found.begin(), found.end(), in_order);
        return found;
    }
    std::vector<Trace> all;

  private:
    std::mt19937 random_;
    PersonKey key_;
};

std::vector<Trace> find(const Segment& segment, std::uint64_t person) {
    std::vector<Trace> found;
    segment.find(person, [&](const Trace& trace) { found.push_back(trace); });
    std::sort(found.begin(), found.end(), in_order);
    return found;
}

std::vector<Trace> everything(const Segment& segment) {
    std::vector<Trace> found;
    segment.scan([](const Source&) { return true; }, [](const Fate&) { return true; },
                 [&](const Trace& trace) { found.push_back(trace); });
    std::sort(found.begin(), found.end(), in_order);
    return found;
}

BuilderLimits little_memory() {
    BuilderLimits limits;
    limits.memory_bytes_max = 64 << 10;
    return limits;
}

}  // namespace

TEST_CASE("a segment gives back every trace that went in, however it was sorted") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        const Folder folder;
        World world(seed);
        const fs::path file = folder.path / "1.traces";
        const int persons = seed % 3 == 0 ? 3 : 2000;  // also persons of many blocks
        const auto summary = world.build(file, 0, static_cast<int>(seed) * 10, persons,
                                         seed % 2 == 0 ? little_memory() : BuilderLimits{});
        const Segment segment(file, summary.digest);
        segment.verify();
        CHECK(segment.summary() == summary);
        CHECK(summary.rows == world.all.size());
        CHECK(summary.bytes == fs::file_size(file));
        CHECK(everything(segment) == world.slow([](const Trace&) { return true; }));
        CHECK_FALSE(fs::exists(file.string() + ".runs"));
    }
}

TEST_CASE("any number of threads packs the same segment") {
    std::vector<Summary> made;
    for (const unsigned threads : {1U, 2U, 5U}) {
        const Folder folder;
        World world(21);
        BuilderLimits limits = little_memory();
        limits.threads = threads;
        made.push_back(world.build(folder.path / "s", 0, 200, 300, limits));
        Segment(folder.path / "s", made.back().digest).verify();
    }
    CHECK(made.front().rows > 5 * block_rows);
    CHECK(made[1] == made[0]);
    CHECK(made[2] == made[0]);
}

TEST_CASE("what is found of a person is what a slow search finds") {
    const Folder folder;
    World world(77);
    const auto summary = world.build(folder.path / "s", 0, 120, 40, little_memory());
    const Segment segment(folder.path / "s", summary.digest);
    CHECK(summary.rows > 3 * block_rows);
    for (int i = 0; i < 60; ++i) {  // from 40 on: nobody
        const auto who = world.person(i);
        CHECK(find(segment, who) == world.slow([&](const Trace& t) { return t.person == who; }));
    }
    for (const std::uint64_t nobody : {std::uint64_t{1}, ~std::uint64_t{0}})
        CHECK(find(segment, nobody).empty());
}

TEST_CASE("the other keys find what a slow search finds") {
    const Folder folder;
    World world(5);
    const auto summary = world.build(folder.path / "s", 0, 90, 500, {});
    const Segment segment(folder.path / "s", summary.digest);
    const auto by_sender = [](const Source& s) { return s.sender == "100102"; };
    const auto by_recipient = [](const Fate& f) { return f.recipient == "200104"; };
    std::vector<Trace> found;
    segment.scan(by_sender, by_recipient, [&](const Trace& t) { found.push_back(t); });
    std::sort(found.begin(), found.end(), in_order);
    const auto slow =
        world.slow([&](const Trace& t) { return by_sender(t.source) && by_recipient(t.fate); });
    CHECK(!slow.empty());
    CHECK(found == slow);
    CHECK(segment.count(by_sender, by_recipient) == slow.size());
    CHECK(segment.count(by_sender, [](const Fate&) { return false; }) == 0);
    CHECK(segment.count([](const Source&) { return false; }, by_recipient) == 0);
}

TEST_CASE("a segment without a trace can be read as well") {
    const Folder folder;
    const auto summary = SegmentBuilder(folder.path / "s", 2026, {}).finish();
    const Segment segment(folder.path / "s", summary.digest);
    segment.verify();
    CHECK(find(segment, 7).empty());
    CHECK(everything(segment).empty());
}

TEST_CASE("the same traces make the same bytes, whatever the memory") {
    const Folder folder;
    World one(9), other(9);
    const auto a = one.build(folder.path / "a", 0, 100, 300, {});
    const auto b = other.build(folder.path / "b", 0, 100, 300, little_memory());
    CHECK(a == b);
    CHECK(io::read_file(folder.path / "a") == io::read_file(folder.path / "b"));
}

TEST_CASE("any byte that is changed, and any end that is cut off, is found and the file named") {
    const Folder folder;
    World world(3);
    const fs::path file = folder.path / "0007.traces";
    const auto summary = world.build(file, 0, 60, 300, {});
    const std::string good = io::read_file(file);
    const auto complaint = [&](const std::string& bytes) -> std::string {
        io::write_file(file, bytes);
        try {
            const Segment segment(file, summary.digest);
            segment.verify();
            return "";
        } catch (const core::Fault& fault) {
            return fault.kind() == core::FaultKind::integrity ? fault.thing() : "other kind";
        }
    };
    CHECK(complaint(good).empty());
    for (int i = 0; i < 300; ++i) {
        std::string bad = good;
        const auto at =
            i < 80 ? bad.size() - 1 - static_cast<std::size_t>(i)
                   : static_cast<std::size_t>(world.number(0, static_cast<int>(bad.size()) - 1));
        bad[at] = static_cast<char>(bad[at] ^ (1 << (i % 8)));
        const std::string thing = complaint(bad);
        INFO("byte ", at);
        CHECK(thing.find("0007.traces") != std::string::npos);
    }
    for (std::size_t cut : {std::size_t{1}, std::size_t{48}, good.size() / 2, good.size()})
        CHECK(!complaint(good.substr(0, good.size() - cut)).empty());
}

TEST_CASE("another whole segment in the place of one is found by its digest") {
    const Folder folder;
    World world(3);
    const auto first = world.build(folder.path / "1", 0, 10, 30, {});
    const auto second = world.build(folder.path / "2", 10, 10, 30, {});
    CHECK_NOTHROW(Segment(folder.path / "2", second.digest));
    CHECK_THROWS_AS(Segment(folder.path / "2", first.digest), core::Fault);
}

TEST_CASE("merging keeps every trace and changes none") {
    const Folder folder;
    World world(21);
    std::vector<std::unique_ptr<Segment>> parts;
    std::vector<const Segment*> pointers;
    std::uint64_t bytes = 0;
    for (int i = 0; i < 7; ++i) {
        const fs::path file = folder.path / std::to_string(i);
        const auto summary = world.build(file, i * 40, i == 3 ? 0 : 40, 150, {});
        parts.push_back(std::make_unique<Segment>(file, summary.digest));
        pointers.push_back(parts.back().get());
        bytes += summary.bytes;
    }
    const auto summary = merge_segments(pointers, folder.path / "merged");
    const Segment merged(folder.path / "merged", summary.digest);
    merged.verify();
    CHECK(summary.bytes < bytes);
    CHECK(everything(merged) == world.slow([](const Trace&) { return true; }));
    for (int i = 0; i < 20; ++i) {
        const auto who = world.person(i);
        CHECK(find(merged, who) == world.slow([&](const Trace& t) { return t.person == who; }));
    }
    core::Instant from = world.all.front().source.sent, to = from;
    for (const Trace& trace : world.all) {
        from = std::min(from, trace.source.sent);
        to = std::max(to, trace.source.sent);
    }
    CHECK(summary.from <= from);
    CHECK(summary.to >= to);
}

TEST_CASE("segments of a like size and one period are merged, and large ones left alone") {
    MergeLimits limits;
    limits.segments = 4;
    limits.rows_max = 1000;
    std::vector<MergeCandidate> some{
        {1, 2025, 5, 1}, {2, 2026, 5, 1}, {3, 2026, 0, 2}, {4, 2026, 700, 3}};
    CHECK(choose_merges(some, limits).empty());
    some.push_back({5, 2026, 5000, 1});
    CHECK(choose_merges(some, limits).empty());
    some.push_back({6, 2026, 9, 1});
    const auto merges = choose_merges(some, limits);
    REQUIRE(merges.size() == 1);
    CHECK(merges[0] == std::vector<std::int64_t>{2, 3, 4, 6});
}

TEST_CASE("over ten years of nights the segments stay few and each trace is rewritten rarely") {
    const MergeLimits limits;
    std::vector<MergeCandidate> living;
    std::uint64_t made = 0, rewritten = 0;
    std::int64_t id = 0;
    for (int night = 0; night < 3650; ++night) {
        const std::uint64_t rows = 300'000 + 1000 * static_cast<std::uint64_t>(night % 97);
        living.push_back({++id, 2026 + night / 365, rows, 40});
        made += rows;
        for (auto merges = choose_merges(living, limits); !merges.empty();
             merges = choose_merges(living, limits))
            for (const auto& ids : merges) {
                MergeCandidate merged{++id, 0, 0, 0};
                for (const std::int64_t one : ids) {
                    const auto at = std::find_if(living.begin(), living.end(),
                                                 [&](const auto& c) { return c.id == one; });
                    merged.period = at->period;
                    merged.rows += at->rows;
                    merged.sources += at->sources;
                    living.erase(at);
                }
                rewritten += merged.rows;
                living.push_back(merged);
            }
    }
    std::uint64_t kept = 0;
    for (const auto& one : living) kept += one.rows;
    CHECK(kept == made);
    CHECK(living.size() < 250);
    CHECK(rewritten < 3 * made);
}
