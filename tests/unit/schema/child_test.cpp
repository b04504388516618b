#include "schema/child.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

using schema::ChildEnd;

TEST_CASE("A child that waits for a processor is not too slow, one that uses it up is") {
    schema::ChildLimits limits;
    limits.seconds_max = 1;
    const auto waits = schema::run_in_child(limits, [] {
        sleep(2);
        return std::string("done");
    });
    CHECK(waits.end == ChildEnd::done);
    CHECK(waits.output == "done");
    const auto works = schema::run_in_child(limits, []() -> std::string {
        const volatile bool goes_on = true;
        while (goes_on) continue;
        return {};
    });
    CHECK(works.end == ChildEnd::too_slow);
    limits.wall_seconds_max = 1;
    const auto sleeps = schema::run_in_child(limits, [] {
        sleep(60);
        return std::string("done");
    });
    CHECK(sleeps.end == ChildEnd::too_slow);
    CHECK(sleeps.output.empty());
}
