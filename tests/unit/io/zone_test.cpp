#include "io/zone.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>

#include "core/fault.hpp"

static core::Instant at(const char* text) {
    return *core::parse_instant(text);
}

TEST_CASE("Brussels changes its clock where it does") {
    const io::Zone zone = io::Zone::load();
    CHECK(zone.to_string(at("2026-03-29T00:59:59Z")) == "2026-03-29T01:59:59+01:00");
    CHECK(zone.to_string(at("2026-03-29T01:00:00Z")) == "2026-03-29T03:00:00+02:00");
    CHECK(zone.to_string(at("2026-10-25T00:59:59Z")) == "2026-10-25T02:59:59+02:00");
    CHECK(zone.to_string(at("2026-10-25T01:00:00Z")) == "2026-10-25T02:00:00+01:00");
    // Past what the file lists, by its rule.
    CHECK(zone.to_string(at("2060-07-01T12:00:00Z")) == "2060-07-01T14:00:00+02:00");
    CHECK(zone.to_string(at("2060-12-31T23:30:00Z")) == "2061-01-01T00:30:00+01:00");
    // What a certificate without an end says of it is of the year 10000 here.
    CHECK(zone.to_string(at("9999-12-31T23:59:59Z")) == "10000-01-01T00:59:59+01:00");
    CHECK(zone.date(at("2026-06-30T22:00:00Z")) == core::date_of(2026, 7, 1));
}

TEST_CASE("Days begin at local midnight, and are 23 or 25 hours long where the clock changes") {
    const io::Zone zone = io::Zone::load();
    const auto hours = [&](int y, int m, int d) {
        const core::Date day = core::date_of(y, m, d);
        return (zone.start_of_day({day.days + 1}).microseconds -
                zone.start_of_day(day).microseconds) /
               3'600'000'000;
    };
    CHECK(hours(2026, 3, 29) == 23);
    CHECK(hours(2026, 10, 25) == 25);
    CHECK(hours(2026, 5, 4) == 24);
    CHECK(hours(2055, 3, 28) == 23);
    CHECK(zone.start_of_day(core::date_of(2026, 5, 4)) == at("2026-05-03T22:00:00Z"));
}

TEST_CASE("A skipped time is the moment of the change, a doubled one the first") {
    const io::Zone zone = io::Zone::load();
    const core::Date spring = core::date_of(2026, 3, 29), autumn = core::date_of(2026, 10, 25);
    CHECK(zone.instant(spring, 2 * 3600 + 1800) == at("2026-03-29T01:00:00Z"));
    CHECK(zone.instant(spring, 3 * 3600) == at("2026-03-29T01:00:00Z"));
    CHECK(zone.instant(autumn, 2 * 3600 + 1800) == at("2026-10-25T00:30:00Z"));
    CHECK(zone.instant(autumn, 3 * 3600) == at("2026-10-25T02:00:00Z"));
}

TEST_CASE("Where midnight itself is skipped the day begins at the change") {
    const io::Zone zone = io::Zone::load("America/Sao_Paulo");
    const core::Date day = core::date_of(2018, 11, 4);
    CHECK(zone.start_of_day(day) == at("2018-11-04T03:00:00Z"));
    CHECK(zone.date(zone.start_of_day(day)) == day);
    CHECK(zone.date({zone.start_of_day(day).microseconds - 1}) == core::date_of(2018, 11, 3));
}

TEST_CASE("Every hour of many years agrees with the C library") {
    for (const char* name : {"Europe/Brussels", "UTC", "Australia/Lord_Howe", "America/New_York",
                             "Asia/Kathmandu", "America/St_Johns", "Europe/Dublin"}) {
        const io::Zone zone = io::Zone::load(name);
        ::setenv("TZ", name, 1);
        ::tzset();
        for (std::int64_t t = -2'000'000'000; t < 4'000'000'000; t += 9'000'001) {
            const time_t seconds = t;
            tm parts{};
            ::localtime_r(&seconds, &parts);
            REQUIRE_MESSAGE(zone.offset_seconds({t * 1'000'000}) == parts.tm_gmtoff, t);
            const io::LocalTime local = zone.local({t * 1'000'000});
            const core::Instant back = zone.instant(local.date, local.seconds);
            // The first of two where the clock shows it twice.
            REQUIRE(back.microseconds <= t * 1'000'000);
            REQUIRE(zone.local(back).seconds == local.seconds);
        }
    }
    ::unsetenv("TZ");
    ::tzset();
}

TEST_CASE("What is no zone is said so, and no name leads out of the database") {
    for (const char* name : {"", "Europe/Atlantis", "../../etc/passwd", "/etc/passwd", "Europe"})
        CHECK_THROWS_AS(io::Zone::load(name), core::Fault);
    CHECK_THROWS_AS(io::Zone::parse("x", "TZif2"), core::Fault);
    CHECK_THROWS_AS(io::Zone::parse("x", ""), core::Fault);
}
