#include "app/parallel.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <optional>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER
#endif

#ifndef UNDER_SANITIZER  // their own maps need more room than any limit leaves
TEST_CASE("Where there is no memory for more threads, fewer of them do all the work") {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_AS, &before) == 0);
    rlimit tight = before;
    tight.rlim_cur = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + (12U << 20);
    REQUIRE(::setrlimit(RLIMIT_AS, &tight) == 0);
    std::atomic<int> done{0};
    app::parallel_for(32, 1000, [&](std::size_t) { ++done; });
    REQUIRE(::setrlimit(RLIMIT_AS, &before) == 0);
    CHECK(done == 1000);
}
#endif

TEST_CASE("Work that goes on beside other work waits while that needs all threads") {
    app::Turnstile turnstile;
    turnstile.pass();
    std::optional<app::Turnstile::Closed> closed(std::in_place, turnstile);
    auto passed = std::async(std::launch::async, [&] { turnstile.pass(); });
    CHECK(passed.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
    closed.reset();
    passed.get();
}
