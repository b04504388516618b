#include <doctest/doctest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "io/rooms.hpp"

TEST_CASE("a room that comes back is given again, and one that is held is not") {
    const io::Rooms rooms(100'000);
    auto first = rooms.take();
    const char* const at = first.get();
    std::fill_n(first.get(), rooms.room_bytes(), 'a');
    const auto second = rooms.take();
    CHECK(second.get() != at);
    first.reset();
    const auto third = rooms.take();
    CHECK(third.get() == at);
    CHECK(third[99'999] == 'a');
    CHECK(rooms.take().get() != second.get());
}

TEST_CASE("a room that went back to the system comes again empty, and those that are held stay") {
    const io::Rooms rooms(100'000);
    const auto held = rooms.take();
    held[0] = 'h';
    rooms.take()[7] = 'a';
    rooms.give_back();
    CHECK(held[0] == 'h');
    CHECK(rooms.take()[7] == '\0');
}

TEST_CASE("a room outlives what it was taken from") {
    std::shared_ptr<char[]> room;
    {
        const io::Rooms rooms(5000);
        room = rooms.take();
        room[4999] = 'z';
    }
    CHECK(room[4999] == 'z');
}

TEST_CASE("no two threads hold the same room") {
    const io::Rooms rooms(4096);
    std::vector<std::thread> threads;
    for (char mark = 'a'; mark < 'e'; ++mark)
        threads.emplace_back([&rooms, mark] {
            for (int i = 0; i < 2000; ++i) {
                const auto room = rooms.take();
                std::fill_n(room.get(), 4096, mark);
                if (i % 50 == 0) rooms.give_back();
                if (std::any_of(room.get(), room.get() + 4096,
                                [mark](char c) { return c != mark; }))
                    FAIL_CHECK("somebody else wrote into it");
            }
        });
    for (std::thread& thread : threads) thread.join();
}
