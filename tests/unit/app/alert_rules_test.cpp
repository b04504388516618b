// Each rule of alerts at its boundary: one step on this side it is silent, one on the other it
// stands, and it ends with its cause.
#include <doctest/doctest.h>

#include <algorithm>

#include "app/alert.hpp"
#include "app/channel_pace.hpp"
#include "app/heartbeat.hpp"
#include "small_home.hpp"

namespace {

using ledger::EntryKind;
using ledger::FileState;

class Rules : public SmallHome {
  public:
    // A file of 000101 (list); `kinds` take it where it shall be.
    ledger::File add(core::Instant at, const std::vector<EntryKind>& kinds,
                     std::int64_t records = 0, std::int64_t rejected = 0) {
        ledger::File file;
        file.identity = {"LIST", "000101", "20260318", std::to_string(10000 + ++files_),
                         core::Environment::R};
        file.job = "list";
        file.received_at = at;
        file.deadline_at = core::Instant{at.microseconds + 4 * day};
        file.bytes = 1000;
        file.digest = std::to_string(files_);
        file.records = {records, records - rejected, rejected};
        if (records > 0) file.decided_at = at;
        app::Home home = this->at(at);
        auto step = home.ledger().begin();
        step->add_file(file);
        step->append(EntryKind::received, file.id, at, "{}");
        for (const EntryKind kind : kinds) step->append(kind, file.id, at, "{}");
        step->update_file(file);
        step->commit();
        return file;
    }
    // A day on which so many records came, before or after this one.
    void day_of(int days, std::int64_t records, std::int64_t rejected = 0) {
        add(after(days * day), {EntryKind::verified, EntryKind::started, EntryKind::decided},
            records, rejected);
    }
    void move(const ledger::File& file, EntryKind kind) {
        app::Home home = at(noon);
        auto step = home.ledger().begin();
        step->append(kind, file.id, noon, "{}");
        step->commit();
    }
    ledger::Outgoing parcel(const ledger::File& file, core::Instant at) {
        ledger::Outgoing row;
        row.file = file.id;
        row.recipient = "000301";
        row.name = "FO.LIST.999999.20260318.0000" + std::to_string(++parcels_) + ".R";
        row.folder = "OUT";
        row.state = ledger::OutgoingState::published;
        row.at = at;
        update([&](ledger::Step& step) { step.add_outgoing(row); });
        return row;
    }
    template <class Act>
    void update(const Act& act) {
        app::Home home = at(noon);
        auto step = home.ledger().begin();
        act(*step);
        step->commit();
    }

    std::vector<app::Condition> found(const std::string& rule, core::Instant now,
                                      app::Watch watch = app::Watch::inside) {
        app::Home home = at(now);
        auto list = app::conditions(home, watch);
        list.erase(std::remove_if(list.begin(), list.end(),
                                  [&](const auto& one) { return one.rule != rule; }),
                   list.end());
        return list;
    }
    bool stands(const std::string& rule, core::Instant now, app::Watch watch = app::Watch::inside) {
        return found(rule, now, watch).size() == 1;
    }

  private:
    int files_ = 0, parcels_ = 0;
};

constexpr std::int64_t second = SmallHome::second, minute = SmallHome::minute, day = SmallHome::day;

void agreements(const SmallHome& home, const std::string& lines) {
    home.write("agreements.xml",
               "<agreements xmlns='urn:sluice:agreements:1'>" + lines + "</agreements>");
}

}  // namespace

TEST_CASE("A deadline is breached at its instant, and by whom can end it an incident opens") {
    Rules rules;
    const auto file = rules.add(rules.noon, {EntryKind::verified});
    const core::Instant end = *file.deadline_at;
    CHECK_FALSE(rules.stands("deadline-breached", core::Instant{end.microseconds - second}));
    const auto breached = rules.found("deadline-breached", end);
    REQUIRE(breached.size() == 1);
    CHECK(breached[0].incident_cause == "engine");
    CHECK(breached[0].files == std::vector<std::string>{file.identity.text()});
    rules.write("calendar.xml",
                "<calendar xmlns='urn:sluice:calendar:1'><unavailable who='supplier' name='x' "
                "job='list' from='2026-03-01' planned='false'/></calendar>");
    CHECK(rules.found("deadline-breached", end).at(0).incident_cause == "supplier");
    CHECK(rules.stands("deadline-at-risk", rules.noon));  // nobody knows until when it is away
    CHECK(rules.found("deadline-at-risk", rules.noon)[0].incident_cause.empty());
    rules.move(file, EntryKind::cancelled);
    CHECK_FALSE(rules.stands("deadline-breached", end));
}

TEST_CASE("Rehearsals have no deadline, and a burst is one alert with its first files") {
    Rules rules;
    for (std::size_t i = 0; i < app::alert_files_max + 1; ++i)
        rules.add(rules.noon, {EntryKind::verified});
    const auto found = rules.found("deadline-breached", rules.after(4 * day));
    REQUIRE(found.size() == 1);
    CHECK(found[0].files.size() == app::alert_files_max);
    CHECK(found[0].files_count == app::alert_files_max + 1);

    Rules test;
    ledger::File file = test.add(test.noon, {EntryKind::verified});
    file.id = 0;
    file.identity.environment = core::Environment::T;
    test.update([&](ledger::Step& step) {
        step.add_file(file);
        step.append(EntryKind::received, file.id, test.noon, "{}");
        step.append(EntryKind::verified, file.id, test.noon, "{}");
        step.append(EntryKind::cancelled, file.id - 1, test.noon, "{}");
    });
    CHECK_FALSE(test.stands("deadline-breached", test.after(9 * day)));
}

TEST_CASE("An arrival is missing when none came for the agreed days, not in its first ones") {
    Rules rules;
    agreements(rules,
               "<agreement partner='000101' job='list' from='2026-03-16' days-between='2'/>");
    CHECK(rules.stands("no-arrival", rules.noon));  // since the 16th
    CHECK_FALSE(rules.stands("no-arrival", rules.after(-day)));
    const core::Instant midnight = rules.after(-12 * SmallHome::hour - 2 * day);
    rules.add(core::Instant{midnight.microseconds - second}, {EntryKind::verified});
    CHECK(rules.stands("no-arrival", rules.noon));
    rules.add(rules.noon, {EntryKind::refused});  // a refused file is none
    CHECK(rules.stands("no-arrival", rules.noon));
    rules.add(midnight, {EntryKind::verified});
    CHECK_FALSE(rules.stands("no-arrival", rules.noon));
    CHECK(rules.stands("no-arrival", rules.after(day)));
    agreements(rules, "<agreement partner='000101' job='list' to='2026-03-18' days-between='2'/>");
    CHECK_FALSE(rules.stands("no-arrival", rules.after(day)));  // it ended
}

TEST_CASE("More than four times the usual count is told, a fourth of it when the day is over") {
    Rules rules;
    for (int i = 7; i > 3; --i) rules.day_of(-i, 30);
    rules.day_of(0, 10'000);
    CHECK_FALSE(rules.stands("unusual-count", rules.noon));  // four days are no custom
    rules.day_of(-3, 30);
    CHECK(rules.stands("unusual-count", rules.noon));
    CHECK(rules.found("unusual-count", rules.noon)[0].text.find("usual are 30") !=
          std::string::npos);

    Rules more;
    for (int i = 7; i > 2; --i) more.day_of(-i, 30);
    more.day_of(0, 120);
    CHECK_FALSE(more.stands("unusual-count", more.noon));
    more.day_of(0, 1);
    CHECK(more.stands("unusual-count", more.noon));

    Rules fewer;
    for (int i = 7; i > 2; --i) fewer.day_of(-i, 40);
    fewer.day_of(0, 9);
    CHECK_FALSE(fewer.stands("unusual-count", fewer.noon));  // more may come today
    CHECK(fewer.stands("unusual-count", fewer.after(day)));
    fewer.day_of(0, 1);
    CHECK_FALSE(fewer.stands("unusual-count", fewer.after(day)));
}

TEST_CASE("An agreed volume stands in for custom, and few records are never unusual") {
    Rules rules;
    agreements(rules, "<agreement partner='000101' job='list' records-expected='4'/>");
    rules.day_of(0, 19);
    CHECK_FALSE(rules.stands("unusual-count", rules.noon));
    rules.day_of(0, 1);
    CHECK(rules.found("unusual-count", rules.noon).at(0).text.find("agreed are 4") !=
          std::string::npos);
    rules.write("sluice.conf", "time-zone = UTC\nalert-count-factor = 0\n");
    CHECK_FALSE(rules.stands("unusual-count", rules.noon));
}

TEST_CASE("Rejections are unusual when their share is a tenth above the usual one") {
    Rules rules;
    for (int i = 7; i > 2; --i) rules.day_of(-i, 100, 5);
    rules.day_of(0, 100, 15);
    CHECK_FALSE(rules.stands("unusual-rejections", rules.noon));
    rules.day_of(0, 1, 1);
    CHECK(rules.stands("unusual-rejections", rules.noon));

    Rules few;
    for (int i = 7; i > 2; --i) few.day_of(-i, 100);
    few.day_of(0, 19, 19);
    CHECK_FALSE(few.stands("unusual-rejections", few.noon));
    few.day_of(0, 1);
    CHECK(few.stands("unusual-rejections", few.noon));
}

TEST_CASE("An SSH key is told fifty-nine days before its end, until the next one is there") {
    Rules rules;
    const std::string key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI";
    const auto partner = [&](const std::string& channels) {
        rules.write("partners.xml",
                    "<partners xmlns='urn:sluice:partners:1'><partner number='000101' name='A' "
                    "state='active' language='en'>" +
                        channels + "</partner></partners>");
    };
    const std::string ends = "<channel kind='sftp' key='" + key + "A' to='2026-05-17'/>";
    partner(ends);
    CHECK_FALSE(rules.stands("expiry", rules.noon));  // sixty
    CHECK(rules.stands("expiry", rules.after(day)));
    partner(ends + "<channel kind='sftp' key='" + key + "B' from='2026-05-01'/>");
    CHECK_FALSE(rules.stands("expiry", rules.after(day)));
}

TEST_CASE("A name that was used again is told for two days") {
    Rules rules;
    rules.add(rules.noon, {EntryKind::quarantined});
    CHECK(rules.stands("name-reused", rules.after(2 * day)));
    CHECK_FALSE(rules.stands("name-reused", rules.after(2 * day + second)));
}

TEST_CASE("A channel is told when it gave up or was refused, until it works again") {
    Rules rules;
    rules.write("partners.xml",
                "<partners xmlns='urn:sluice:partners:1'><partner number='000301' name='A' "
                "state='active' language='en'><channel kind='folder' folder='/srv/a'/></partner>"
                "</partners>");
    app::Home home = rules.at(rules.noon);
    const job::Channel& channel = home.partners().find("000301")->channels.at(0);
    app::ChannelPace pace(home, "000301");
    const channel::Trouble away(channel::TroubleKind::unreachable, "no answer");
    for (int i = 1; i < 5; ++i) pace.failed(channel, away);
    CHECK_FALSE(rules.stands("channel", rules.noon));
    pace.failed(channel, away);
    CHECK(rules.stands("channel", rules.noon));
    pace.worked(channel);
    CHECK_FALSE(rules.stands("channel", rules.noon));
    pace.failed(channel, channel::Trouble(channel::TroubleKind::paused, "our turn was over"));
    CHECK_FALSE(rules.stands("channel", rules.noon));
    pace.failed(channel, channel::Trouble(channel::TroubleKind::login, "permission denied"));
    CHECK(rules.stands("channel", rules.noon));  // patience does not mend it
}

TEST_CASE("Parcels are told when they lie a week, by civil days, and no longer when one is taken") {
    Rules rules;
    const auto file = rules.add(rules.noon, {EntryKind::verified, EntryKind::cancelled});
    auto row = rules.parcel(file, rules.noon);
    rules.parcel(file, rules.after(day));
    const core::Instant midnight = rules.after(7 * day - 12 * SmallHome::hour);
    CHECK_FALSE(rules.stands("unfetched", core::Instant{midnight.microseconds - second}));
    const auto found = rules.found("unfetched", midnight);
    REQUIRE(found.size() == 1);
    CHECK(found[0].text.find("1 parcel for 000301") == 0);
    CHECK(rules.found("unfetched", rules.after(8 * day)).at(0).text.find("2 parcels") == 0);
    row.state = ledger::OutgoingState::fetched;
    rules.update([&](ledger::Step& step) { step.update_outgoing(row); });
    CHECK_FALSE(rules.stands("unfetched", midnight));
}

TEST_CASE("Silence is told from outside after a quarter of an hour, in promised hours alone") {
    Rules rules;
    const auto silent = [&](std::int64_t after) {
        return rules.stands("engine-silent", rules.after(after), app::Watch::outside);
    };
    CHECK_FALSE(silent(day));  // it never lived
    app::leave_heartbeat(rules.at(rules.noon));
    CHECK_FALSE(silent(15 * minute));
    CHECK(silent(15 * minute + second));
    CHECK_FALSE(rules.stands("engine-silent", rules.after(day)));  // who asks is alive
    CHECK(silent(400 * day));
    rules.write("calendar.xml",
                "<calendar xmlns='urn:sluice:calendar:1'><service days='Mon-Fri' from='07:00' "
                "to='13:00'/></calendar>");
    CHECK(silent(SmallHome::hour - second));
    CHECK_FALSE(silent(SmallHome::hour));
    rules.write("calendar.xml",
                "<calendar xmlns='urn:sluice:calendar:1'><unavailable who='engine' "
                "from='2026-03-18' to='2026-03-19' planned='true'/></calendar>");
    CHECK_FALSE(silent(SmallHome::hour));
    CHECK(silent(12 * SmallHome::hour));
}
