#include "schema/child.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <new>

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

TEST_CASE("A child that stands still is followed by another one, the last of them waits") {
    void* shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(shared != MAP_FAILED);
    auto& begun = *new (shared) std::atomic<int>(0);
    schema::ChildLimits limits;
    limits.still_seconds_max = 1;
    limits.wall_seconds_max = 60;
    const auto work = [&begun] {
        while (++begun < 3) pause();  // as one that waits for a lock which nobody gives back
        sleep(4);
        return std::string("done");
    };
    limits.children_max = 3;
    const auto third = schema::run_in_child(limits, work);
    CHECK(third.end == ChildEnd::done);
    CHECK(third.output == "done");
    CHECK(begun == 3);
    begun = 0;
    limits.children_max = 2;
    limits.wall_seconds_max = 5;
    const auto none = schema::run_in_child(limits, work);
    CHECK(none.end == ChildEnd::too_slow);
    CHECK(begun == 2);
    munmap(shared, 4096);
}
