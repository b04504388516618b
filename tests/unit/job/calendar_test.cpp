#include <doctest/doctest.h>

#include "job/agreement.hpp"
#include "job/calendar.hpp"
#include "temporary_home.hpp"

using core::date_of;

namespace {

struct Read {
    std::optional<job::Calendar> calendar;
    std::string all;
};

Read read(const std::string& body, const std::string& attributes = {}) {
    const TemporaryHome home;
    home.write("jobs/calendar.xml", "<calendar xmlns='urn:sluice:calendar:1' " + attributes +
                                        ">\n" + body + "\n</calendar>");
    Read result;
    std::vector<job::Diagnostic> diagnostics;
    result.calendar =
        job::read_calendar(home.path() / "jobs/calendar.xml", io::Zone::load(), diagnostics);
    for (const auto& each : diagnostics) result.all += job::to_string(each) + "\n";
    return result;
}

core::Instant at(const char* text) {
    return core::parse_instant(text).value();
}

}  // namespace

TEST_CASE("Easter falls where the tables say") {
    CHECK(job::easter(2000) == date_of(2000, 4, 23));
    CHECK(job::easter(2008) == date_of(2008, 3, 23));
    CHECK(job::easter(2011) == date_of(2011, 4, 24));
    CHECK(job::easter(2025) == date_of(2025, 4, 20));
    CHECK(job::easter(2026) == date_of(2026, 4, 5));
    CHECK(job::easter(2038) == date_of(2038, 4, 25));
    CHECK(job::easter(2285) == date_of(2285, 3, 22));
}

TEST_CASE("Belgium has ten legal holidays, three of which move with Easter") {
    const auto days = job::belgian_holidays(2026);
    REQUIRE(days.size() == 10);
    CHECK(days[1] == date_of(2026, 4, 6));   // Easter Monday
    CHECK(days[3] == date_of(2026, 5, 14));  // Ascension
    CHECK(days[4] == date_of(2026, 5, 25));  // Whit Monday
    CHECK(days[9] == date_of(2026, 12, 25));
    const job::Calendar calendar;
    CHECK_FALSE(calendar.is_working_day(date_of(2026, 7, 21)));
    CHECK_FALSE(calendar.is_working_day(date_of(2026, 11, 22)));  // a Sunday
    CHECK(calendar.is_working_day(date_of(2026, 11, 23)));
}

TEST_CASE("Working days pass over week-ends and holidays, calendar days do not") {
    const job::Calendar calendar;
    // Thursday 24 December 2026: 25 is Christmas, then a week-end.
    CHECK(calendar.last_day(date_of(2026, 12, 24), 4, true) == date_of(2026, 12, 31));
    CHECK(calendar.last_day(date_of(2026, 12, 24), 4, false) == date_of(2026, 12, 28));
    CHECK(calendar.last_day(date_of(2026, 12, 28), 4, true) == date_of(2027, 1, 4));
    CHECK(calendar.last_day(date_of(2026, 11, 23), 0, true) == date_of(2026, 11, 23));
}

TEST_CASE("A calendar adds holidays, takes them away, and may forget the legal ones") {
    const auto r = read("<holiday date='2026-12-24'/><working date='2026-11-11'/>");
    REQUIRE_MESSAGE(r.calendar.has_value(), r.all);
    CHECK_FALSE(r.calendar->is_working_day(date_of(2026, 12, 24)));
    CHECK(r.calendar->is_working_day(date_of(2026, 11, 11)));
    CHECK_FALSE(r.calendar->is_working_day(date_of(2026, 12, 25)));
    const auto none = read("", "holidays='none'");
    REQUIRE(none.calendar.has_value());
    CHECK(none.calendar->is_working_day(date_of(2026, 12, 25)));
}

TEST_CASE("A calendar of holidays alone does not keep a deadline from ending") {
    job::Calendar calendar;
    for (int day = 0; day < 4000; ++day) calendar.holidays.insert(core::Date{20'000 + day});
    CHECK(calendar.last_day(core::Date{20'000}, 4, true).days > 20'000);
}

TEST_CASE("Absences are civil moments of the zone on both sides of a change of the clock") {
    const auto r = read(
        "<unavailable who='engine' from='2026-10-24T20:00' to='2026-10-25T06:00'>"
        "<text lang='fr'>Entretien</text></unavailable>"
        "<unavailable who='supplier' name='register' job='dmfa' planned='false' "
        "from='2026-03-28T00:00:00Z'/>");
    REQUIRE_MESSAGE(r.calendar.has_value(), r.all);
    REQUIRE(r.calendar->unavailable.size() == 2);
    const auto& supplier = r.calendar->unavailable[0];
    const auto& engine = r.calendar->unavailable[1];
    CHECK(supplier.from == at("2026-03-28T00:00:00Z"));
    CHECK_FALSE(supplier.to.has_value());
    CHECK_FALSE(supplier.planned);
    CHECK(engine.from == at("2026-10-24T18:00:00Z"));  // summer time
    CHECK(engine.to == at("2026-10-25T05:00:00Z"));    // winter time: eleven hours, not ten
    CHECK(engine.texts[core::index_of(core::Language::fr)] == "Entretien");
    CHECK(r.calendar->holding(at("2026-04-01T00:00:00Z"), "000101", "dmfa").size() == 1);
    CHECK(r.calendar->holding(at("2026-04-01T00:00:00Z"), "000101", "pension").empty());
    CHECK(r.calendar->holding(at("2026-03-27T23:59:59Z"), "000101", "dmfa").empty());
}

TEST_CASE("What is wrong with a calendar is said with its place") {
    CHECK(read("<unavailable who='supplier' from='2026-01-01'/>").all.find(":2:") !=
          std::string::npos);
    CHECK_FALSE(read("<unavailable who='engine' from='2026-01-02' to='2026-01-01'/>").calendar);
    CHECK_FALSE(read("<unavailable who='engine' from='soon'/>").calendar);
    CHECK_FALSE(read("<service days='Fri-Mon'/>").calendar);
    CHECK_FALSE(read("<holiday date='2026-02-30'/>").calendar);
    CHECK(job::is_job_file("jobs/dmfa.xml"));
    CHECK_FALSE(job::is_job_file("jobs/calendar.xml"));
    CHECK_FALSE(job::is_job_file("jobs/dmfa.txt"));
}

TEST_CASE("The closest agreement holds: partner and job before partner before job") {
    const TemporaryHome home;
    home.write("jobs/agreements.xml",
               "<agreements xmlns='urn:sluice:agreements:1'>"
               "<agreement days='9'/><agreement job='dmfa' days='5' calendar='working'/>"
               "<agreement partner='000101' days='6' priority='2'/>"
               "<agreement partner='000101' job='dmfa' days='8' from='2026-06-01' "
               "reasons='volume supplier'><contact role='service' mail='a@b.be'/></agreement>"
               "</agreements>");
    std::vector<job::Diagnostic> diagnostics;
    const auto agreements = job::read_agreements(home.path() / "jobs/agreements.xml", diagnostics);
    REQUIRE(agreements.has_value());
    job::Job dmfa, other;
    dmfa.name = "dmfa";
    other.name = "other";
    const core::Date day = date_of(2026, 7, 1), before = date_of(2026, 5, 31);
    CHECK(agreements->deadline(dmfa, "000101", day).days == 8);
    CHECK(agreements->deadline(dmfa, "000101", before).days == 6);
    CHECK(agreements->deadline(dmfa, "000102", day).days == 5);
    CHECK(agreements->deadline(dmfa, "000102", day).working_days);
    CHECK(agreements->deadline(other, "000102", day).days == 9);
    REQUIRE(agreements->find("000101", "dmfa", day) != nullptr);
    CHECK(agreements->find("000101", "dmfa", day)->reasons.size() == 2);
    CHECK(agreements->find("000101", "dmfa", day)->contacts.at(0).mail == "a@b.be");
    CHECK(job::Agreements{}.deadline(other, "000102", day).days == 4);
}
