#include "core/workers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using core::Rank;

TEST_CASE("no more pieces go at a time than there are workers, on threads that are kept") {
    std::atomic<int> now{0}, most{0};
    std::mutex guard;
    std::set<std::thread::id> threads;
    std::vector<core::Beside<int>> begun;
    for (int i = 0; i < 60; ++i)
        begun.push_back(core::work_beside(2, Rank::slice, [&, i] {
            const int busy = ++now;
            {
                const std::lock_guard lock(guard);
                threads.insert(std::this_thread::get_id());
                most = std::max(most.load(), busy);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            --now;
            return i;
        }));
    for (int i = 0; i < 60; ++i) CHECK(begun[static_cast<std::size_t>(i)].get() == i);
    CHECK(most == 2);
    CHECK(threads.size() == 2);
    core::end_threads();
}

TEST_CASE("input goes before output, output before slices, each in its order") {
    std::promise<void> begun, open;
    auto first = core::work_beside(1, Rank::slice, [&] {
        begun.set_value();
        open.get_future().wait();
    });
    begun.get_future().wait();  // the only worker is busy: what follows waits
    std::vector<int> order;     // that worker's alone
    std::vector<core::Beside<void>> pieces;
    const auto add = [&](Rank rank, int number) {
        pieces.push_back(core::work_beside(1, rank, [&order, number] { order.push_back(number); }));
    };
    add(Rank::slice, 5);
    add(Rank::output, 3);
    add(Rank::slice, 6);
    add(Rank::input, 1);
    add(Rank::output, 4);
    add(Rank::input, 2);
    open.set_value();
    for (auto& piece : pieces) piece.get();
    CHECK(order == std::vector<int>{1, 2, 3, 4, 5, 6});
    core::end_threads();
}

TEST_CASE("what a piece throws reaches who asks for its result, and the worker goes on") {
    auto failing =
        core::work_beside(1, Rank::output, []() -> int { throw std::runtime_error("no"); });
    auto next = core::work_beside(1, Rank::output, [] { return 7; });
    // Its worker lets go of the exception first: libstdc++ counts who has one unseen by sanitizers.
    core::end_threads();
    CHECK_THROWS_AS(failing.get(), std::runtime_error);
    CHECK(next.get() == 7);
}

TEST_CASE("what was asked for is done before the workers end, and there are new ones behind that") {
    std::atomic<int> done{0};
    for (int i = 0; i < 50; ++i) core::work(3, Rank::slice, [&done] { ++done; });
    core::end_threads();
    CHECK(done == 50);
    CHECK(core::work_beside(3, Rank::slice, [] { return 1; }).get() == 1);
}
