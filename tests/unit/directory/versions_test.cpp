#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <random>
#include <set>

#include "core/fault.hpp"
#include "directory/layout.hpp"
#include "io/file_system.hpp"
#include "support.hpp"

using namespace directory;
using test::day;
using test::insz;

static std::vector<std::string> all_rows(const Version& version) {
    std::vector<std::string> list;
    version.each_row([&](PersonKey person, const Holding& h) {
        list.push_back(to_insz(person) + "," + std::string(h.partner) + "," +
                       std::to_string(h.sector) + "," + std::to_string(h.institution_type) + "," +
                       std::to_string(h.quality) + "," + core::to_string(h.from) + "," +
                       (h.to == open_end ? "" : core::to_string(h.to)));
    });
    std::sort(list.begin(), list.end());
    return list;
}

static StoreOptions small_options() {
    StoreOptions options;
    options.change_share_max = 1e9;
    options.memory_budget_bytes = 64 << 10;  // several runs
    return options;
}

TEST_CASE("mutations over a base are the same as loading what they come to") {
    for (const unsigned seed : {1U, 2U, 3U}) {
        std::mt19937 random(seed);
        const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
        test::Home home(small_options());
        // Slots of which each holds one period at most: what is true is easily said.
        std::map<std::string, std::string>
            truth;  // "insz,partner,sector,type,quality" -> "from,to"
        const auto slot = [&] {
            return insz(850101001 + pick(300) * 1009) + ",10010" + std::to_string(pick(5)) +
                   ",12,1," + (pick(2) ? "10" : "30");
        };
        for (int i = 0; i < 3000; ++i) truth[slot()] = "2020-01-01,";
        const auto rows_of_truth = [&] {
            std::vector<std::string> rows;
            for (const auto& [key, period] : truth) rows.push_back(key + "," + period);
            std::sort(rows.begin(), rows.end());
            return rows;
        };
        auto rows = rows_of_truth();
        std::shuffle(rows.begin(), rows.end(), random);
        REQUIRE(home.load(TableName::persons, rows).outcome == Outcome::current);
        std::map<std::string, std::vector<std::string>> history;
        history[home.store.current_id()] = rows_of_truth();
        for (int night = 0; night < 12; ++night) {
            std::set<std::string> touched;
            std::vector<std::string> mutations;
            for (int i = 0; i < 60; ++i) {
                const std::string key = slot();
                if (!touched.insert(key).second) continue;
                const auto at = truth.find(key);
                if (at == truth.end()) {
                    truth[key] = "2021-05-05,";
                    mutations.push_back("insert," + key + ",2021-05-05,");
                } else if (at->second.back() == ',' && pick(2) != 0) {
                    at->second += "2026-01-0" + std::to_string(1 + pick(9));
                    mutations.push_back("close," + key + "," + at->second);
                } else {
                    at->second = "2019-01-01,2030-12-31";
                    mutations.push_back("change," + key + "," + at->second);
                }
            }
            const Change change = home.apply(mutations);
            REQUIRE(change.outcome == Outcome::current);
            history[change.id] = rows_of_truth();
        }
        // Every version of the past still says what it said.
        for (const auto& [id, expected] : history) {
            const auto version = home.store.open(id);
            CHECK(all_rows(*version) == expected);
            CHECK(home.store.verify(id).empty());
        }
        // The same by look-ups, one by one and in batches.
        const auto version = home.store.open_current();
        std::map<std::string, std::size_t> counts;
        for (const auto& [key, period] : truth) ++counts[key.substr(0, 11)];
        std::vector<PersonKey> keys;
        for (unsigned i = 0; i < 300; ++i) keys.push_back(PersonKey{850101001 + i * 1009});
        std::vector<Holdings> many(keys.size());
        version->find(keys, many);
        Holdings one;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            version->find(keys[i], one);
            CHECK(one.size() == counts[to_insz(keys[i])]);
            CHECK(many[i].size() == one.size());
        }
        // And rebuilt from nothing the sums agree.
        test::Home rebuilt(small_options());
        rebuilt.load(TableName::persons, rows_of_truth());
        const Layout a(home.folder.path() / "main"), b(rebuilt.folder.path() / "main");
        CHECK(a.read(a.current_id()).rows_sum == b.read(b.current_id()).rows_sum);
    }
}

TEST_CASE("many persons are found by bitmaps as by keys") {
    StoreOptions options = small_options();
    options.memory_budget_bytes = 4 << 20;
    test::Home home(options);
    std::vector<std::string> rows;
    for (std::uint32_t i = 0; i < 300'000; ++i)
        rows.push_back(insz(200101001 + i * 1303) + ",100101,12,1,10,2020-01-01,");
    REQUIRE(home.load(TableName::persons, rows).outcome == Outcome::current);
    const auto version = home.store.open_current();
    CHECK(version->counts().persons == 300'000);
    Holdings holdings;
    std::size_t found = 0, wrong = 0;
    for (std::uint32_t i = 0; i < 300'000; ++i) {
        version->find(PersonKey{200101001 + i * 1303}, holdings);
        found += holdings.size();
        version->find(PersonKey{200101001 + i * 1303 + 1}, holdings);
        wrong += holdings.size();
    }
    CHECK(found == 300'000);
    CHECK(wrong == 0);
    std::sort(rows.begin(), rows.end());
    CHECK(all_rows(*version) == rows);
    // A night over it.
    REQUIRE(home.apply({"close," + rows[7] + "2026-01-01"}).outcome == Outcome::current);
    version->find(std::string_view(rows[7]).substr(0, 11), holdings);
    CHECK(holdings[0].to == open_end);  // the version of before
    const auto after = home.store.open_current();
    after->find(std::string_view(rows[7]).substr(0, 11), holdings);
    CHECK(holdings[0].to == day("2026-01-01"));
}

static std::uint64_t mapped_pages() {
    std::uint64_t all = 0, resident = 0, mapped = 0;
    std::ifstream("/proc/self/statm") >> all >> resident >> mapped;
    return mapped;
}

TEST_CASE("rows that are no longer mapped are read, and are the same") {
    StoreOptions options = small_options();
    options.memory_budget_bytes = 16 << 20;
    test::Home home(options);
    std::vector<std::string> rows;
    std::vector<PersonKey> keys;
    for (std::uint32_t i = 0; i < 300'000; ++i) {
        keys.push_back(PersonKey{200101001 + i * 1303});
        rows.push_back(insz(keys.back().value) + ",100101,12,1,10,20" +
                       std::to_string(10 + i % 20) + "-01-01,");
    }
    REQUIRE(home.load(TableName::persons, rows).outcome == Outcome::current);
    REQUIRE(home.apply({"close," + rows[7] + "2031-01-01"}).outcome == Outcome::current);
    const auto version = home.store.open_current();
    const auto begins = [&] {
        std::vector<Holdings> found(keys.size());
        version->find(std::span<const PersonKey>(keys), std::span(found));
        std::vector<std::pair<core::Date, core::Date>> list;
        for (const Holdings& holdings : found) {
            REQUIRE(holdings.size() == 1);
            list.emplace_back(holdings[0].from, holdings[0].to);
        }
        return list;
    };
    const auto mapped = begins();
    CHECK(mapped[7].second == day("2031-01-01"));
    const std::uint64_t before = mapped_pages(), page = 4096;
    const std::uint64_t some = version->unmap_rows(1 << 20);
    CHECK(some > (1 << 20) - page);
    CHECK(some <= 1 << 20);
    CHECK(begins() == mapped);
    CHECK(version->unmap_rows(1ULL << 40) > 300'000 * 8 - some - 2 * page);
    CHECK(begins() == mapped);
    CHECK(mapped_pages() * page + 2'000'000 < before * page);
    CHECK(version->unmap_rows(1 << 20) == 0);
    CHECK(all_rows(*version).size() == rows.size());
}

static const std::string anna = insz(850101001), bert = insz(850101002);

TEST_CASE("an owner changes its own rows and no others") {
    test::Home home;
    home.load(TableName::persons, {anna + ",100101,12,1,10,2020-01-01,"});
    const Change change =
        home.apply({"close," + anna + ",100101,12,1,10,2020-01-01,2026-01-01"}, "100102");
    CHECK(change.outcome == Outcome::rejected);
    CHECK(change.findings.at(0).code == "owner");
    CHECK(home.store.current_id() == "2026-11-22.1");
}

TEST_CASE("a load that changes too much of an owner's rows is held until it is released") {
    test::Home home;
    std::vector<std::string> rows;
    for (std::uint32_t i = 0; i < 100; ++i)
        rows.push_back(insz(850101001 + i) + ",100101,12,1,10,2020-01-01,");
    home.load(TableName::persons, rows);
    rows.resize(60);
    const Change change = home.load(TableName::persons, rows);
    CHECK(change.outcome == Outcome::held);
    REQUIRE(change.owners.size() == 1);
    CHECK(change.owners[0].partner == "100101");
    CHECK(change.owners[0].before == 100);
    CHECK(change.owners[0].removed == 40);
    CHECK(home.store.current_id() == "2026-11-22.1");
    CHECK(home.store.open_current()->counts().rows == 100);
    CHECK(home.store.release(change.id, home.next()).outcome == Outcome::current);
    CHECK(home.store.open_current()->counts().rows == 60);
    CHECK_THROWS_AS(home.store.release(change.id, home.next()), core::Fault);
}

TEST_CASE("tables that are not named are carried over, and a version is found by its time") {
    test::Home home;
    home.load(TableName::persons, {anna + ",100101,12,1,10,2020-01-01,"});
    const core::Instant between = home.next();
    home.load(TableName::availability, {"DMFA,10,100101", "DMFA,*,100102"});
    const auto version = home.store.open_current();
    CHECK(version->counts().rows == 1);
    CHECK(version->availability("DMFA").size() == 2);
    CHECK(version->availability("DIMO").empty());
    CHECK(home.store.open_at(between)->id() == "2026-11-22.1");
    CHECK(home.store.open_at(core::Instant{0}) == nullptr);
    CHECK(home.store.versions().size() == 2);
}

TEST_CASE("a damaged block is found at the look-up and by verify") {
    test::Home home;
    home.load(TableName::persons, {anna + ",100101,12,1,10,2020-01-01,"});
    const fs::path base = home.folder.path() / "main" / "bases" / "2026-11-22.1.persons";
    {
        std::fstream file(base, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(3);
        file.put('\x55');
    }
    CHECK_FALSE(home.store.verify("2026-11-22.1").empty());
    Holdings holdings;
    CHECK_THROWS_AS(home.store.open_current()->find(anna, holdings), core::Fault);
}

// Fails every rename from the n-th on: what a crash leaves when it comes between two files.
static int renames_left = 0;
static int failing_rename(int from, const char* a, int to, const char* b, unsigned flags) {
    if (renames_left-- > 0) return io::kernel().renameat2(from, a, to, b, flags);
    errno = EIO;
    return -1;
}

TEST_CASE("a crash between any two files of a new version leaves the old one") {
    test::Home home;
    home.load(TableName::persons, {anna + ",100101,12,1,10,2020-01-01,"});
    io::FileSystem table = io::kernel();
    table.renameat2 = failing_rename;
    bool done = false;
    for (int count = 0; !done && count < 20; ++count) {
        renames_left = count;
        io::use_file_system(table);
        try {
            done = home.apply({"insert," + bert + ",100101,12,1,10,2020-01-01,"}).outcome ==
                   Outcome::current;
        } catch (const core::Fault&) {
            done = false;
        }
        io::use_file_system(io::kernel());
        // From the moment that it is the current one on, it counts, whatever fails afterwards.
        done = done || home.store.current_id() != "2026-11-22.1";
        if (done) break;
        CHECK(home.store.current_id() == "2026-11-22.1");
        CHECK(home.store.open_current()->counts().rows == 1);
        CHECK(home.store.verify("2026-11-22.1").empty());
    }
    REQUIRE(done);
    CHECK(home.store.open_current()->counts().rows == 2);
    // Nothing of the failed attempts is left beside it.
    REQUIRE(home.apply({"close," + bert + ",100101,12,1,10,2020-01-01,2026-01-01"}).outcome ==
            Outcome::current);
    std::size_t deltas = 0;
    for (const auto& entry : fs::directory_iterator(home.folder.path() / "main" / "deltas"))
        deltas += entry.is_regular_file() ? 1U : 0U;
    CHECK(deltas == 2);
}

TEST_CASE("authorisations, mandates, links and registers answer what was loaded") {
    test::Home home;
    home.load(
        TableName::authorisations,
        {"A1,institution,12:1,DMFA,10,pay;times,2020-01-01,,nr 26/004",
         "A2,user,jo,DMFA,,*,2020-01-01,2020-12-31,", "A3,institution,12:1,DIMO,,,2020-01-01,,x"});
    home.load(TableName::mandates,
              {"100101,11,1234,DMFA DIMO,2020-01-01,", "100101,11,,ADJU,2020-01-01,",
               "100102,10,1234,,2020-01-01,2020-12-31"});
    home.load(TableName::links, {anna + ",NL,123456782", anna + ",FR,99", bert + ",NL,123456782"});
    const Change change = home.load(TableName::registers,
                                    {"bis," + anna + ",2020-01-01,,identity,name,\"Peeters, An\"",
                                     "rn," + bert + ",2020-01-01,,identity,name,Janssens"});
    REQUIRE(change.outcome == Outcome::current);
    const auto version = home.store.open_current();
    const auto rows = version->authorisations(SubjectKind::institution, "12:1");
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].id == "A1");
    CHECK(rows[1].fields == std::vector<std::string>{"pay", "times"});
    CHECK(version->authorisation("A2")->fields.empty());
    CHECK_FALSE(version->authorisation("A2")->covers(day("2021-01-01")));
    CHECK(version->authorisation("none") == nullptr);
    int count = 0;
    version->mandates("100101", "1234", [&](const Mandate& m) {
        ++count;
        CHECK(m.names_subject(m.employer.empty() ? "ADJU" : "DIMO"));
        CHECK_FALSE(m.names_subject("DIM"));
    });
    CHECK(count == 2);
    std::string seen;
    version->persons_of("NL", "123456782", [&](std::string_view number) { seen += number; });
    CHECK(seen == anna + bert);
    seen.clear();
    version->links(anna, [&](const Link& link) { seen += std::string(link.country) + " "; });
    CHECK(seen == "FR NL ");
    version->read_person(anna, [&](const RegisterValue& value) {
        CHECK(value.register_name == "bis");
        CHECK(value.value == "Peeters, An");
    });
}

TEST_CASE("a mandate that overlaps another, and an id used twice, are refused") {
    test::Home home;
    const Change mandates =
        home.load(TableName::mandates,
                  {"100101,11,1234,DMFA,2020-01-01,", "100101,11,1234,DMFA,2021-01-01,2021-12-31"});
    CHECK(mandates.findings.at(0).code == "overlap");
    const Change rights = home.load(TableName::authorisations, {"A1,user,jo,DMFA,,,2020-01-01,,x",
                                                                "A1,user,al,DMFA,,,2020-01-01,,x"});
    CHECK(rights.findings.at(0).code == "duplicate");
    CHECK(rights.findings.at(0).line == 3);
}
