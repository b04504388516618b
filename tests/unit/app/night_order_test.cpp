#include <doctest/doctest.h>

#include <algorithm>

#include "app/agreement_time.hpp"
#include "app/forecast.hpp"
#include "app/waiting_line.hpp"

namespace {

constexpr std::int64_t hour = 3'600'000'000;
const core::Instant now{1'800'000'000'000'000};

app::WaitingFile file(ledger::FileId id, const std::string& sender, std::int64_t hours_left,
                      std::int64_t bytes = 1000, int priority = 5) {
    app::WaitingFile one;
    one.id = id;
    one.identity = {"LIST", sender, "20270115", std::to_string(10000 + id), core::Environment::R};
    one.job = "list";
    one.state = ledger::FileState::verified;
    one.bytes = bytes;
    one.priority = priority;
    one.received_at = now;
    one.deadline_at = core::Instant{now.microseconds + hours_left * hour};
    return one;
}

std::vector<ledger::FileId> ids(const std::vector<app::WaitingFile>& files) {
    std::vector<ledger::FileId> list;
    for (const auto& one : files) list.push_back(one.id);
    return list;
}

using Ids = std::vector<ledger::FileId>;

}  // namespace

TEST_CASE("The file with the least time left goes first") {
    const auto order = app::order_of_night(
        {file(1, "000101", 50), file(2, "000102", 10), file(3, "000103", 30)}, {}, now);
    CHECK(ids(order.ready) == Ids{2, 3, 1});
}

TEST_CASE("Priority brings a file nearer, and what is overdue goes before what came later") {
    auto late = file(3, "000103", -1), urgent = file(4, "000104", -1, 1000, 1);
    late.received_at = urgent.received_at = core::Instant{now.microseconds - 96 * hour};
    const auto order =
        app::order_of_night({file(1, "000101", 40, 1000, 1),  // as if it were due in 8 hours
                             file(2, "000102", 10), late, urgent},
                            {}, now);
    CHECK(ids(order.ready) == Ids{4, 3, 1, 2});
}

TEST_CASE("Files of one line keep their order, and an urgent one lifts those in front of it") {
    const auto order = app::order_of_night(
        {file(1, "000101", 90), file(2, "000102", 50), file(3, "000101", 10)}, {}, now);
    CHECK(ids(order.ready) == Ids{1, 3, 2});
}

TEST_CASE("A thousand files of one sender do not starve the one of another") {
    std::vector<app::WaitingFile> files;
    for (ledger::FileId id = 1; id <= 1000; ++id) files.push_back(file(id, "000101", 20));
    files.push_back(file(1001, "000102", 20));
    const auto order = ids(app::order_of_night(std::move(files), {}, now).ready);
    CHECK(order.at(0) == 1);
    CHECK(order.at(1) == 1001);
}

TEST_CASE("A night that was killed goes on in the order in which it began") {
    std::vector<app::WaitingFile> files;
    for (ledger::FileId id = 1; id <= 40; ++id)
        files.push_back(file(id, "00010" + std::to_string(id % 7 % 4), 20 + 24 * (id % 3),
                             1000 * (id % 5 + 1)));
    const auto whole = app::order_of_night(files, {}, now).ready;
    for (std::size_t done = 1; done < whole.size(); ++done) {
        app::Served served;
        std::vector<app::WaitingFile> left = files;
        for (std::size_t i = 0; i < done; ++i) {
            const app::WaitingFile& one = whole[i];
            served[{one.identity.sender, one.deadline_at->microseconds}] += one.bytes;
            std::erase_if(left, [&](const app::WaitingFile& other) { return other.id == one.id; });
        }
        const core::Instant later{now.microseconds + 5 * hour};
        auto rest = ids(whole);
        rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(done));
        CHECK(ids(app::order_of_night(left, {}, later, served).ready) == rest);
    }
}

TEST_CASE("What was decided goes first, as it was decided, and the others as without a crash") {
    std::vector<app::WaitingFile> files;
    for (ledger::FileId id = 1; id <= 40; ++id) {
        files.push_back(file(id, "00010" + std::to_string(id % 3), 20, 1000 * (id % 5 + 1)));
        files.back().identity.subject = id % 2 == 0 ? "LIST" : "MORE";
    }
    const auto whole = app::order_of_night(files, {}, now).ready;
    constexpr std::size_t batch = 6, refused = 2;  // of each batch
    for (std::size_t done = 0; done + batch <= whole.size(); ++done) {
        app::Served served;
        std::vector<app::WaitingFile> left;
        Ids expected;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            app::WaitingFile one = whole[i];
            if (i < done || i == done + refused) {
                served[{one.identity.sender, one.deadline_at->microseconds}] += one.bytes;
                continue;
            }
            if (i < done + batch) {
                one.state = ledger::FileState::decided;
                one.decided_by = static_cast<std::int64_t>(100 + i);
            }
            expected.push_back(one.id);
            left.push_back(one);
        }
        std::sort(left.begin(), left.end(),
                  [](const auto& a, const auto& b) { return a.id < b.id; });
        CHECK(ids(app::order_of_night(left, {}, now, served).ready) == expected);
    }
}

TEST_CASE("A held file stops those behind it in its line alone") {
    auto held = file(1, "000101", 10);
    held.state = ledger::FileState::held;
    const auto order =
        app::order_of_night({held, file(2, "000101", 10), file(3, "000102", 90)}, {}, now);
    CHECK(ids(order.ready) == Ids{3});
    REQUIRE(order.stopped.size() == 2);
    CHECK(order.stopped[0].why == "held");
    CHECK(order.stopped[1].why.find("behind LIST.000101") == 0);
}

TEST_CASE("The absence of a supplier parks its job until it is back") {
    job::Calendar calendar;
    job::Unavailability away;
    away.who = job::Unavailability::Who::supplier;
    away.name = "register";
    away.job = "list";
    away.from = core::Instant{now.microseconds - hour};
    away.to = core::Instant{now.microseconds + 5 * hour};
    calendar.unavailable = {away};
    const auto parked = app::order_of_night({file(1, "000101", 10)}, calendar, now);
    CHECK(parked.ready.empty());
    REQUIRE(parked.stopped.size() == 1);
    CHECK(parked.stopped[0].until == away.to);
    const auto released = app::order_of_night({file(1, "000101", 10)}, calendar, *away.to);
    CHECK(ids(released.ready) == Ids{1});
}

TEST_CASE("The forecast tells what will be late at the measured rate, and what would help") {
    // 1 MB a second: the large file takes 10 hours and stands in front of a small urgent one.
    const std::map<std::string, double> rates{{"", 1e6}};
    app::ForecastOptions options;
    options.start = now;
    const auto waiting = app::order_of_night(
        {file(1, "000101", 9, 36'000'000'000), file(2, "000102", 12, 3'600'000'000)}, {}, now);
    const auto result = app::forecast(waiting, rates, options);
    REQUIRE(result.files.size() == 2);
    CHECK(result.files[0].file.id == 1);
    CHECK(result.files[0].misses);
    CHECK(result.files[0].help.find("1.1 times") != std::string::npos);
    CHECK_FALSE(result.files[1].misses);
    CHECK(result.end == core::Instant{now.microseconds + 11 * hour});
    CHECK(result.misses == 1);
    options.bytes_per_second = 2e6;
    CHECK(app::forecast(waiting, rates, options).misses == 0);
    CHECK(app::forecast(waiting, {}, app::ForecastOptions{now, {}, 0}).files[0].why ==
          "no rate was measured yet");
}

TEST_CASE("Rates are bytes in the time in which at least one file was worked on") {
    ledger::Rate rate;
    rate.job = "list";
    rate.bytes = 3'000'000;
    rate.microseconds = 2'000'000;
    const auto rates = app::rates_of({rate});
    CHECK(rates.at("list") == doctest::Approx(1.5e6));
    CHECK(rates.at("") == doctest::Approx(1.5e6));
}

// ---- the arithmetic of one file's entries ----

namespace {

using ledger::EntryKind;

core::Instant after(std::int64_t hours) {
    return core::Instant{now.microseconds + hours * hour};
}

ledger::History history(std::int64_t start, std::int64_t decided, std::int64_t closed) {
    ledger::History one;
    one.sender = "000101";
    one.job = "list";
    one.received_at = now;
    one.moments = {
        {EntryKind::received, now, ""},
        {EntryKind::verified, now, "{\"deadline\":\"" + core::to_string(after(96)) + "\"}"},
        {EntryKind::started, after(start), ""},
        {EntryKind::decided, after(decided),
         "{\"documents\":1,\"records\":100,\"records_rejected\":7}"},
        {EntryKind::closed, after(closed), ""}};
    return one;
}

}  // namespace

TEST_CASE("A file closed before its deadline is in time, later it is not") {
    const auto good = app::time_of(history(1, 2, 3), {}, now, after(1000));
    CHECK(good.outcome == app::Outcome::processed);
    CHECK(good.records == 100);
    CHECK(good.rejected == 7);
    CHECK(good.due == after(96));
    CHECK(good.in_time(after(1000)));
    CHECK(good.cause(after(1000)).empty());
    const auto late = app::time_of(history(90, 91, 97), {}, now, after(1000));
    CHECK_FALSE(late.in_time(after(1000)));
    CHECK(late.cause(after(1000)) == "capacity");
    CHECK(app::time_of(history(1, 96, 97), {}, now, after(1000)).cause(after(1000)) == "volume");
    CHECK(app::time_of(history(1, 2, 97), {}, now, after(1000)).cause(after(1000)) == "delivery");
}

TEST_CASE("The time of an absent supplier is taken out of the adjusted figure alone") {
    job::Calendar calendar;
    job::Unavailability away;
    away.who = job::Unavailability::Who::supplier;
    away.name = "register";
    away.from = after(10);
    away.to = after(40);
    calendar.unavailable = {away, away};  // twice the same hours count once
    const auto time = app::time_of(history(1, 100, 120), calendar, now, after(1000));
    CHECK(time.supplier == 30 * hour);
    CHECK_FALSE(time.in_time(after(1000)));
    CHECK(time.in_time_adjusted(after(1000)));
    CHECK(time.cause(after(1000)) == "supplier");
    const auto later = app::time_of(history(1, 100, 127), calendar, now, after(1000));
    CHECK_FALSE(later.in_time_adjusted(after(1000)));
}

TEST_CASE("What is not finished is open until its deadline and late behind it") {
    auto open = history(1, 2, 3);
    open.moments.resize(3);
    const auto time = app::time_of(open, {}, now, after(1000));
    CHECK(time.outcome == app::Outcome::open);
    CHECK_FALSE(time.records_known);
    CHECK(time.in_time(after(95)));
    CHECK_FALSE(time.in_time(after(97)));
}

TEST_CASE("Hours in which an operator held a file are its cause where they made it late") {
    auto held = history(60, 61, 100);
    held.moments.insert(held.moments.begin() + 2,
                        {{EntryKind::held, after(1), ""}, {EntryKind::released, after(59), ""}});
    const auto time = app::time_of(held, {}, now, after(1000));
    CHECK(time.held == 58 * hour);
    CHECK(time.cause(after(1000)) == "held");
}

TEST_CASE("A retried file is open again until it ends anew; a refused one carries no records") {
    auto again = history(1, 2, 3);
    again.moments.push_back({EntryKind::retried, after(5), ""});
    CHECK(app::time_of(again, {}, now, after(10)).outcome == app::Outcome::open);
    again.moments.push_back({EntryKind::refused, after(6), ""});
    const auto time = app::time_of(again, {}, now, after(10));
    CHECK(time.outcome == app::Outcome::refused);
    CHECK(time.records == 0);
}
