#include "core/threads.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

TEST_CASE("what is begun beside is done when its result is had or dropped") {
    std::atomic<int> done{0};
    {
        std::vector<core::Beside<int>> begun;
        for (int i = 0; i < 20; ++i)
            begun.push_back(core::beside([&done, i] {
                ++done;
                return i;
            }));
        for (int i = 0; i < 10; ++i) CHECK(begun[static_cast<std::size_t>(i)].get() == i);
    }
    CHECK(done == 20);
    auto failing = core::beside([]() -> int { throw std::runtime_error("no"); });
    CHECK_THROWS_AS(failing.get(), std::runtime_error);
}

TEST_CASE("work that waits for other work goes on, however deep") {
    struct Nested {
        int operator()(int depth) const {
            if (depth == 0) return 0;
            return core::beside([this, depth] { return (*this)(depth - 1); }).get() + 1;
        }
    };
    CHECK(Nested{}(30) == 30);
}

TEST_CASE("work that comes one by one stays with few of many threads") {
    {
        std::vector<core::Beside<void>> many;
        std::promise<void> go;
        const std::shared_future<void> gone = go.get_future().share();
        for (int i = 0; i < 12; ++i) many.push_back(core::beside([gone] { gone.wait(); }));
        go.set_value();
    }
    std::set<std::thread::id> threads;
    for (int i = 0; i < 60; ++i) {
        threads.insert(core::beside([] { return std::this_thread::get_id(); }).get());
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // it comes back to its place
    }
    CHECK(threads.size() < 6);
}

TEST_CASE("a thread that is done takes the next work") {
    std::set<std::thread::id> threads;
    for (int i = 0; i < 200; ++i)
        threads.insert(core::beside([] { return std::this_thread::get_id(); }).get());
    CHECK(threads.size() < 100);
}
