#include "app/marker.hpp"

#include <doctest/doctest.h>

#include "small_home.hpp"

TEST_CASE("A marker that is lost, torn or ahead of the ledger begins at the first entry") {
    SmallHome house;
    app::Home home = house.at(house.noon);
    CHECK(app::read_marker(home, "some.index") == 0);
    auto step = home.ledger().begin();
    for (int i = 0; i < 3; ++i) step->append(ledger::EntryKind::incident, 0, house.noon, "{}");
    step->commit();
    const std::int64_t count = home.ledger().entry_count();
    app::write_marker(home, "some.index", count);
    CHECK(app::read_marker(home, "some.index") == count);
    app::write_marker(home, "some.index", count + 1);
    CHECK(app::read_marker(home, "some.index") == 0);
    for (const char* torn : {"", "1x", "-1", "1234567890123456789"}) {
        std::ofstream(home.work() / "some.index", std::ios::trunc) << torn;
        CHECK(app::read_marker(home, "some.index") == 0);
    }
}
