#include "app/key_set.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../temporary_folder.hpp"

static app::Key key(int number) {
    return app::key_of("value " + std::to_string(number));
}

TEST_CASE("every key is found again, in memory, in runs and after a restart; no other key is") {
    const TemporaryFolder folder;
    constexpr int keys = 5000;
    app::KeySet set(folder.path, "test", 600);
    for (int i = 0; i < keys; ++i) REQUIRE(set.insert(key(i)));
    CHECK(set.size() == keys);
    app::KeySet restored(folder.path, "test", 600);
    restored.restore(set.save());
    CHECK(restored.size() == keys);
    for (int i = 0; i < keys; ++i) {
        REQUIRE_FALSE(set.insert(key(i)));
        REQUIRE(restored.contains(key(i)));
        REQUIRE_FALSE(restored.contains(key(keys + i)));
    }
    CHECK(restored.save() == set.save());
}
