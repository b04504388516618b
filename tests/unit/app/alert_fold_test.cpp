// Alerts and incidents as folds of the ledger's entries.
#include <doctest/doctest.h>

#include "app/alert.hpp"
#include "app/incident.hpp"
#include "small_home.hpp"

namespace {

using ledger::EntryKind;

class Tale : public SmallHome {
  public:
    void enter(EntryKind kind, std::int64_t minutes, const std::string& body) {
        app::Home home = at(noon);
        auto step = home.ledger().begin();
        step->append(kind, 0, after(minutes * minute), body);
        step->commit();
    }
    std::vector<app::Alert> alerts() { return app::alerts(at(noon).ledger()); }
    std::vector<std::int64_t> standing() {
        std::vector<std::int64_t> numbers;
        for (const auto& one : app::standing_alerts(at(noon).ledger()))
            numbers.push_back(one.number);
        return numbers;
    }
    std::vector<app::Incident> incidents() {
        app::Home home = at(noon);
        return app::incidents(home);
    }
    void mind(core::Instant now) {
        app::Home home = at(now);
        app::mind_alerts(home);
    }
};

}  // namespace

TEST_CASE("An alert is raised, told, acknowledged and ended by its own entries alone") {
    Tale tale;
    CHECK(tale.alerts().empty());
    tale.enter(EntryKind::alert, 0,
               R"({"alert":1,"action":"raised","rule":"r","key":"k","what":"w","job":"j",)"
               R"("sender":"000101","files":"A B","files_count":7,"incident":3})");
    tale.enter(EntryKind::alert, 1, R"({"alert":2,"action":"raised","rule":"s","key":"l"})");
    tale.enter(EntryKind::alert, 2, R"({"action":"told","step":4})");  // of no alert
    auto all = tale.alerts();
    REQUIRE(all.size() == 2);
    CHECK(all[0].state() == "standing");
    CHECK(all[0].told == 0);
    CHECK(all[0].incident == 3);
    CHECK(all[0].what.files == std::vector<std::string>{"A", "B"});
    CHECK(all[0].what.files_count == 7);
    tale.enter(EntryKind::alert, 3, R"({"alert":1,"action":"told","step":0})");
    tale.enter(EntryKind::alert, 4, R"({"alert":1,"action":"told","step":1})");
    CHECK(tale.alerts()[0].told == 2);
    tale.enter(EntryKind::alert, 5, R"({"alert":1,"action":"acknowledged","operator":"ann"})");
    CHECK(tale.alerts()[0].state() == "acknowledged");
    CHECK(tale.alerts()[0].acknowledged_by == "ann");
    tale.enter(EntryKind::alert, 6, R"({"alert":1,"action":"ended"})");
    all = tale.alerts();
    CHECK(all[0].state() == "ended");
    CHECK(*all[0].ended_at == tale.after(6 * SmallHome::minute));
    CHECK(all[1].state() == "standing");
}

TEST_CASE("What stands is found from the entry that says so on, and before it nothing is lost") {
    Tale tale;
    const auto raised = [&](int number, int from) {
        tale.enter(EntryKind::alert, number,
                   R"({"alert":)" + std::to_string(number) + R"(,"action":"raised","key":"k)" +
                       std::to_string(number) + R"(","standing_from":)" + std::to_string(from) +
                       "}");
    };
    const auto first = static_cast<int>(tale.at(tale.noon).ledger().entry_count());
    tale.enter(EntryKind::alert, 0, R"({"alert":9,"action":"raised","key":"of before"})");
    CHECK(tale.standing() == std::vector<std::int64_t>{9});  // no entry says where to begin
    raised(1, first);
    raised(2, first);
    CHECK(tale.standing() == std::vector<std::int64_t>{1, 2, 9});
    tale.enter(EntryKind::alert, 3,
               R"({"alert":9,"action":"ended","standing_from":)" + std::to_string(first + 1) + "}");
    CHECK(tale.standing() == std::vector<std::int64_t>{1, 2});
    tale.enter(EntryKind::alert, 4, R"({"alert":1,"action":"acknowledged"})");
    tale.enter(EntryKind::alert, 5,
               R"({"alert":1,"action":"ended","standing_from":)" + std::to_string(first + 2) + "}");
    CHECK(tale.standing() == std::vector<std::int64_t>{2});
    CHECK(tale.alerts().size() == 3);
}

TEST_CASE("An incident keeps its cause until another is said, and gathers its files") {
    Tale tale;
    tale.enter(EntryKind::incident, 0,
               R"({"reason":"it is late","incident":1,"action":"open","cause":"engine",)"
               R"("files":"A"})");
    tale.enter(EntryKind::incident, 1,
               R"({"reason":"they were called","incident":1,"action":"follow","files":"B"})");
    auto one = tale.incidents().at(0);
    CHECK(one.cause == "engine");
    CHECK(one.files == "A B");
    CHECK(one.reason == "it is late");
    CHECK(one.last == "they were called");
    CHECK(one.follow_ups == 1);
    CHECK_FALSE(one.closed_at.has_value());
    tale.enter(EntryKind::incident, 2, R"({"reason":"of something else","action":"open"})");
    tale.enter(EntryKind::incident, 3,
               R"({"reason":"it works","incident":1,"action":"close","cause":"supplier"})");
    REQUIRE(tale.incidents().size() == 1);
    one = tale.incidents()[0];
    CHECK(one.cause == "supplier");
    CHECK(one.follow_ups == 2);
    CHECK(*one.closed_at == tale.after(3 * SmallHome::minute));
}

TEST_CASE("A condition is raised once, ends with its cause, and its incident stays for people") {
    Tale tale;
    ledger::File file;
    file.identity = {"LIST", "000101", "20260318", "00001", core::Environment::R};
    file.job = "list";
    file.received_at = tale.noon;
    file.deadline_at = tale.after(SmallHome::day);
    {
        app::Home home = tale.at(tale.noon);
        auto step = home.ledger().begin();
        step->add_file(file);
        step->append(EntryKind::received, file.id, tale.noon, "{}");
        step->append(EntryKind::verified, file.id, tale.noon, "{}");
        step->commit();
    }
    tale.mind(tale.noon);
    CHECK(tale.alerts().empty());
    tale.mind(tale.after(SmallHome::day));
    tale.mind(tale.after(2 * SmallHome::day));
    auto all = tale.alerts();
    REQUIRE(all.size() == 1);
    CHECK(all[0].raised_at == tale.after(SmallHome::day));
    REQUIRE(tale.incidents().size() == 1);
    CHECK(tale.incidents()[0].number == all[0].incident);
    CHECK(tale.incidents()[0].files == file.identity.text());
    const core::Instant later = tale.after(3 * SmallHome::day);
    {
        app::Home home = tale.at(later);
        auto step = home.ledger().begin();
        step->append(EntryKind::cancelled, file.id, later, "{}");
        step->commit();
    }
    tale.mind(later);
    all = tale.alerts();
    REQUIRE(all.size() == 1);
    CHECK(*all[0].ended_at == later);
    CHECK_FALSE(tale.incidents()[0].closed_at.has_value());
    // Late again: another alert and another incident.
    {
        app::Home home = tale.at(later);
        file.id = 0;
        file.identity.sequence = "00002";
        auto step = home.ledger().begin();
        step->add_file(file);
        step->append(EntryKind::received, file.id, later, "{}");
        step->append(EntryKind::verified, file.id, later, "{}");
        step->commit();
    }
    tale.mind(later);
    all = tale.alerts();
    REQUIRE(all.size() == 2);
    CHECK(all[1].state() == "standing");
    CHECK(all[1].incident == 2);
    CHECK(tale.standing() == std::vector<std::int64_t>{2});
}
