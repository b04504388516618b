#include "directory/changes.hpp"

#include <doctest/doctest.h>

#include <random>

#include "support.hpp"

using directory::Action;
using directory::Changes;
using directory::PersonKey;
using test::day;
using test::insz;

namespace {

directory::WantedChange wanted(Action action, std::uint32_t nine, const char* from,
                               const char* to = nullptr, const char* partner = "100101") {
    directory::WantedChange change;
    change.action = action;
    change.person = PersonKey{nine};
    std::copy(partner, partner + 6, change.holder.partner);
    change.holder.sector = 10;
    change.holder.quality = 10;
    change.from = day(from);
    if (to != nullptr) change.to = day(to);
    return change;
}

}  // namespace

TEST_CASE(
    "each change finds the rows as those before it left them, and all of them can be applied") {
    test::Home home;
    const std::uint32_t a = 600'101'001, b = 600'101'002;
    home.load(directory::TableName::persons, {insz(a) + ",100101,10,0,10,2020-01-01,"});
    Changes changes(home.store.open_current());
    CHECK(changes.take(wanted(Action::insert, a, "2021-01-01")) == std::string("overlap"));
    CHECK(changes.take(wanted(Action::close, a, "2020-01-01", "2020-12-31")) == nullptr);
    CHECK(changes.take(wanted(Action::insert, a, "2021-01-01")) == nullptr);
    CHECK(changes.take(wanted(Action::close, b, "2020-01-01", "2020-12-31")) ==
          std::string("not-found"));
    CHECK(changes.take(wanted(Action::insert, b, "2021-01-01", "2020-01-01")) ==
          std::string("period"));
    CHECK(changes.take(wanted(Action::insert, b, "1700-01-01")) == std::string("date"));
    CHECK(changes.take(wanted(Action::change, a, "2020-01-01", "2020-06-30")) == nullptr);
    CHECK(changes.counts().all() == 3);
    const auto change = home.store.apply(home.folder.write("m.csv", changes.csv()), "100101",
                                         home.today, home.next(), "file:X");
    REQUIRE(change.outcome == directory::Outcome::current);
    CHECK(change.errors == 0);
    directory::Holdings found;
    const auto version = home.store.open_current();  // what is found lies in it
    version->find(PersonKey{a}, found);
    REQUIRE(found.size() == 2);
    CHECK(found[0].to == day("2020-06-30"));
    CHECK(found[1].to == directory::open_end);
    CHECK(home.store.find_origin("file:X")->id == change.id);
    CHECK_FALSE(home.store.find_origin("file:Y").has_value());
    CHECK(home.store.rows_of_owner("100101") == 2);
    CHECK(home.store.rows_of_owner("100102") == 0);
}

TEST_CASE("changes begin with nothing where nothing was loaded") {
    test::Home home;
    Changes changes(nullptr);
    CHECK(changes.take(wanted(Action::insert, 600'101'001, "2021-01-01")) == nullptr);
    const auto change = home.store.apply(home.folder.write("m.csv", changes.csv()), "100101",
                                         home.today, home.next());
    CHECK(change.outcome == directory::Outcome::current);
    CHECK(change.counts.rows == 1);
}

TEST_CASE("a person of a replaced number is changed under the number that is named") {
    test::Home home;
    const std::uint32_t old_one = 600'101'001, new_one = 600'101'002;
    home.load(directory::TableName::persons, {insz(old_one) + ",100101,10,0,10,2020-01-01,"});
    home.load(directory::TableName::replaced,
              {insz(old_one) + "," + insz(new_one) + ",2026-01-01"});
    Changes changes(home.store.open_current());
    CHECK(changes.take(wanted(Action::close, new_one, "2020-01-01", "2026-01-01")) ==
          std::string("not-found"));
    CHECK(changes.take(wanted(Action::close, old_one, "2020-01-01", "2026-01-01")) == nullptr);
}

TEST_CASE("in a long history many look-ups together say what each says alone") {
    directory::StoreOptions options;
    options.fast_versions_max = 1;  // of the others nothing is kept ready
    options.overlay_share_max = 1e9;
    options.change_share_max = 1e9;
    test::Home home(options);
    std::vector<std::string> rows;
    for (std::uint32_t n = 0; n < 300; ++n)
        rows.push_back(insz(600'101'000 + n) + ",100101,10,0,10,2020-01-01,");
    home.load(directory::TableName::persons, rows);
    std::mt19937 random(4);
    std::vector<std::string> ids;
    for (int night = 0; night < 12; ++night) {
        std::vector<std::string> lines;
        for (int i = 0; i < 40; ++i)
            lines.push_back(
                "change," + insz(600'101'000 + static_cast<std::uint32_t>(random() % 300)) +
                ",100101,10,0,10,2020-01-01,20" + std::to_string(30 + random() % 60) + "-01-01");
        ids.push_back(home.apply(lines).id);
    }
    std::vector<PersonKey> keys;
    for (std::uint32_t n = 0; n < 320; ++n) keys.push_back(PersonKey{600'101'000 + n});
    for (const std::string& id : ids) {
        const auto version = home.store.open(id);
        std::vector<directory::Holdings> together(keys.size());
        version->find(std::span<const PersonKey>(keys), std::span(together));
        directory::Holdings alone;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            version->find(keys[i], alone);
            REQUIRE(alone.size() == together[i].size());
            for (std::size_t row = 0; row < alone.size(); ++row)
                REQUIRE(alone[row].to == together[i][row].to);
        }
    }
}
