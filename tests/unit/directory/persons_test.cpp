#include <doctest/doctest.h>

#include <cstring>

#include "directory/mutation.hpp"
#include "support.hpp"

using namespace directory;
using test::day;
using test::insz;

static const std::string anna = insz(850101001), bert = insz(850101002), cleo = insz(1'050'101'003);

static bool holds(const Version& version, const std::string& number, const char* at) {
    Holdings holdings;
    version.find(number, holdings);
    for (std::size_t i = 0; i < holdings.size(); ++i)
        if (holdings[i].covers(day(at))) return true;
    return false;
}

TEST_CASE("a number goes into 31 bits and comes back, in both centuries") {
    for (const std::uint32_t nine : {1U, 850101001U, 999999999U, 1'000'000'000U, 1'050'101'003U}) {
        const std::string text = to_insz(PersonKey{nine});
        REQUIRE(parse_insz(text).has_value());
        CHECK(parse_insz(text)->value == nine);
    }
    CHECK_FALSE(parse_insz("00000000000"));
    CHECK_FALSE(parse_insz("8501010010"));
    std::string wrong = anna;
    wrong[10] = wrong[10] == '9' ? '0' : static_cast<char>(wrong[10] + 1);
    CHECK_FALSE(parse_insz(wrong));
}

TEST_CASE("both ends of a period count, and an empty end is open") {
    test::Home home;
    const Change change = home.load(
        TableName::persons,
        {anna + ",100101,12,1,10,2020-01-01,2026-11-21", bert + ",100102,18,0,1,2026-11-22,"});
    REQUIRE(change.outcome == Outcome::current);
    CHECK(change.id == "2026-11-22.1");
    const auto version = home.store.open_current();
    CHECK(holds(*version, anna, "2020-01-01"));
    CHECK(holds(*version, anna, "2026-11-21"));
    CHECK_FALSE(holds(*version, anna, "2019-12-31"));
    CHECK_FALSE(holds(*version, anna, "2026-11-22"));  // closed yesterday
    CHECK_FALSE(holds(*version, bert, "2026-11-21"));
    CHECK(holds(*version, bert, "9999-12-31"));
    CHECK_FALSE(holds(*version, cleo, "2026-11-22"));
}

TEST_CASE("what is held is given with partner, sector, type and quality") {
    test::Home home;
    home.load(TableName::persons, {cleo + ",100101,12,1,10,2020-01-01,"});
    const auto version = home.store.open_current();
    Holdings holdings;
    version->find(cleo, holdings);
    REQUIRE(holdings.size() == 1);
    CHECK(holdings[0].partner == "100101");
    CHECK(holdings[0].sector == 12);
    CHECK(holdings[0].institution_type == 1);
    CHECK(holdings[0].quality == 10);
    CHECK(holdings[0].to == open_end);
    CHECK(holdings.valid());
    version->find("12345678901", holdings);
    CHECK(holdings.empty());
    CHECK_FALSE(holdings.valid());
}

TEST_CASE("periods of one kind that overlap are refused, with the line, and nothing is loaded") {
    test::Home home;
    const Change change =
        home.load(TableName::persons,
                  {anna + ",100101,12,1,10,2020-01-01,2020-12-31",
                   anna + ",100101,12,1,30,2020-01-01,", anna + ",100101,12,1,10,2020-12-31,"});
    CHECK(change.outcome == Outcome::rejected);
    REQUIRE(change.findings.size() == 1);
    CHECK(change.findings[0].code == "overlap");
    CHECK(change.findings[0].line == 4);
    CHECK(home.store.current_id().empty());
    CHECK(home.store.versions().empty());
}

TEST_CASE("everything that is wrong with a row is a finding at its column") {
    test::Home home;
    const Change change =
        home.load(TableName::persons,
                  {"12345678901,1001,99,1,10,2020-13-01,2020-01-01",
                   anna + ",100101,12,250,7777,2021-01-01,2020-12-31", anna + ",100101,12"});
    CHECK(change.errors == 7);
    std::vector<std::string> seen;
    for (const RowFinding& finding : change.findings)
        seen.push_back(finding.code + "@" + std::to_string(finding.line) + ":" +
                       std::to_string(finding.column));
    const std::vector<std::string> expected{
        "check-digits@2:1", "partner@2:13", "date@2:26", "institution-type@3:23",
        "quality@3:27",     "period@3:43",  "form@4:1"};
    CHECK(seen == expected);
}

TEST_CASE("an unknown sector is a finding; a quality of another sector is a warning") {
    test::Home home;
    const Change bad = home.load(TableName::persons, {anna + ",100101,99,1,10,2020-01-01,"});
    CHECK(bad.errors == 1);
    CHECK(bad.findings.at(0).code == "sector");
    const Change odd = home.load(TableName::persons, {anna + ",100101,12,1,107,2020-01-01,"});
    CHECK(odd.outcome == Outcome::current);
    CHECK(odd.warnings == 1);
}

TEST_CASE("a file with another header is refused") {
    test::Home home;
    Store::LoadFiles files;
    files.file[0] = home.folder.write("bad.csv", "insz;partner\n");
    const Change change = home.store.load(files, home.today, home.next());
    CHECK(change.outcome == Outcome::rejected);
    CHECK(change.findings.at(0).code == "header");
}

TEST_CASE("quotes, doubled quotes and CRLF are read as RFC 4180 says") {
    test::Home home;
    Store::LoadFiles files;
    const std::string header(header_line(TableName::authorisations));
    const auto load = [&](const std::string& rows) {
        files.file[static_cast<std::size_t>(TableName::authorisations)] =
            home.folder.write("a.csv", header + "\r\n" + rows);
        return home.store.load(files, home.today, home.next());
    };
    const Change good =
        load("A1,institution,\"12:1\",DMFA,10,\"pay,times\",2020-01-01,,\"a \"\"b\"\"\"");
    REQUIRE(good.outcome == Outcome::current);
    const auto version = home.store.open_current();
    const auto rows = version->authorisations(SubjectKind::institution, "12:1");
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].fields.size() == 2);
    CHECK(rows[0].deliberation == "a \"b\"");
    // A line end inside quotes does not end the row, and is nothing that a field may hold.
    const Change bad =
        load("A1,user,jo,DMFA,10,,2020-01-01,,\"a\nb\"\r\nA2,nobody,jo,DMFA,,,2020-01-01,,x\r\n");
    REQUIRE(bad.findings.size() == 2);
    CHECK(bad.findings[0].code == "control");
    CHECK(bad.findings[1].code == "subject-kind");
    CHECK(bad.findings[1].line == 4);
    CHECK(load("A1,user,jo,DMFA,10,,2020-01-01,,\"a\n").findings.at(0).code == "form");
}

TEST_CASE("a number that was replaced leads to the one that counts, and says so") {
    test::Home home;
    home.load(TableName::persons,
              {bert + ",100101,12,1,10,2020-01-01,", anna + ",100102,18,0,1,2020-01-01,"});
    REQUIRE(home.load(TableName::replaced, {anna + "," + bert + ",2025-05-05"}).outcome ==
            Outcome::current);
    const auto version = home.store.open_current();
    Holdings holdings;
    version->find(anna, holdings);
    CHECK(holdings.replaced());
    CHECK(to_insz(holdings.person()) == bert);
    CHECK(holdings.size() == 2);
    version->find(bert, holdings);
    CHECK_FALSE(holdings.replaced());
    CHECK(holdings.size() == 1);
    core::Date since;
    version->resolve(*parse_insz(anna), &since);
    CHECK(since == day("2025-05-05"));
}

TEST_CASE("replacements that go round are refused") {
    test::Home home;
    const Change change = home.load(TableName::replaced, {anna + "," + bert + ",2025-05-05",
                                                          bert + "," + anna + ",2025-05-06"});
    CHECK(change.outcome == Outcome::rejected);
    CHECK(change.findings.at(0).code == "cycle");
}

TEST_CASE("a mutation does what it says or says why not") {
    std::vector<Row> rows;
    CHECK(mutate(rows, Action::insert, make_row(5, 100, 200)) == nullptr);
    CHECK(std::string(mutate(rows, Action::insert, make_row(5, 200, 300))) == "overlap");
    CHECK(mutate(rows, Action::insert, make_row(5, 201, Row::day_open)) == nullptr);
    CHECK(mutate(rows, Action::insert, make_row(4, 150, 160)) == nullptr);
    CHECK(mutate(rows, Action::close, make_row(5, 201, 300)) == nullptr);
    CHECK(std::string(mutate(rows, Action::close, make_row(5, 201, 301))) == "closed");
    CHECK(std::string(mutate(rows, Action::close, make_row(5, 202, 250))) == "not-found");
    CHECK(std::string(mutate(rows, Action::change, make_row(5, 150, 250))) == "ambiguous");
    CHECK(mutate(rows, Action::change, make_row(5, 90, 190)) == nullptr);
    CHECK(rows ==
          std::vector<Row>{make_row(4, 150, 160), make_row(5, 90, 190), make_row(5, 201, 300)});
}
