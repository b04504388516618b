#include <doctest/doctest.h>

#include "tables.hpp"

namespace {

using namespace tables;
using directory::SubjectKind;
using job::SenderCheck;
using rules::MandateVerdict;

const job::Partner sector_18 = partner("400002", "18", "0");
const core::Date today = day("2026-11-22");

rules::Clearance cleared(const std::vector<AuthorisationRow>& rows, const job::Authorise& rule,
                         rules::Side side = rules::Side::recipient,
                         const job::Partner* who = &sector_18) {
    Directory directory;
    directory.authorise(rows);
    return rules::clear(directory, rule, who, side, today);
}

const job::Authorise quality_10 = path_a("10", SenderCheck::full);

}  // namespace

TEST_CASE("A row of the sector and type, or of the partner's number, allows the message") {
    for (const char* subject : {"18:0", "018:00", "400002"}) {
        const auto c = cleared(
            {{"A-1", SubjectKind::institution, subject, "DMFA", "10", "", "2020-01-01", "", "D1"}},
            quality_10);
        CHECK(c.allowed);
        CHECK(c.ground == "A-1");
        CHECK(c.all_groups);
        REQUIRE(c.steps.size() == 3);
        CHECK(c.steps[2].rule == "A2");
        CHECK(c.steps[2].deliberation == "D1");
    }
    for (const char* subject : {"18:1", "17:0", "400003", "*", ""})
        CHECK_FALSE(cleared({{"A-1", SubjectKind::institution, subject, "DMFA", "10", "",
                              "2020-01-01", "", ""}},
                            quality_10)
                        .allowed);
}

TEST_CASE("Each sub-check of path A says by its name why it is not met") {
    const auto reason = [](const char* message, const char* quality, const char* from,
                           const char* to) {
        return cleared(
                   {{"A-7", SubjectKind::institution, "18:0", message, quality, "", from, to, ""}},
                   quality_10)
            .reason;
    };
    CHECK(reason("DIMN", "10", "2020-01-01", "") == "A1b not authorised for the message");
    CHECK(reason("DMFA", "30", "2020-01-01", "") == "A2 not authorised for the quality");
    CHECK(reason("DMFA", "10", "2020-01-01", "2026-11-21") == "A1b not in force (A-7)");
    CHECK(reason("DMFA", "10", "2026-11-23", "") == "A1b not in force (A-7)");
    CHECK(reason("DMFA", "10", "2026-11-22", "2026-11-22").empty());
    CHECK(reason("DMFA", "", "2020-01-01", "").empty());
    CHECK(reason("*", "010", "2020-01-01", "").empty());
    CHECK(cleared({{"A-7", SubjectKind::institution, "18:0", "DMFA", "", "", "2020-01-01", "", ""}},
                  quality_10, rules::Side::recipient, nullptr)
              .reason == "A1a unknown institution");
    CHECK(cleared({}, quality_10).reason == "no directory");
}

TEST_CASE("A row of another kind never stands for the institution's own") {
    for (const SubjectKind kind :
         {SubjectKind::user, SubjectKind::application, SubjectKind::framework})
        CHECK_FALSE(
            cleared({{"A-1", kind, "18:0", "DMFA", "10", "", "2020-01-01", "", ""}}, quality_10)
                .allowed);
}

TEST_CASE("An application must act for the institution and have the message; A2 is asked beside") {
    job::Authorise rule = quality_10;
    rule.application = "app1";
    const AuthorisationRow own{
        "I", SubjectKind::institution, "18:0", "DMFA", "10", "", "2020-01-01", "", ""};
    const auto reason = [&](const char* subject, const char* message) {
        return cleared({own,
                        {"P", SubjectKind::application, subject, message, "", "", "2020-01-01", "",
                         ""}},
                       rule, rules::Side::sender)
            .reason;
    };
    CHECK(reason("app1", "DMFA").empty());
    CHECK(reason("app1@18:0", "DMFA").empty());
    CHECK(reason("app1@17:0", "DMFA") == "A1a application may not act for the institution");
    CHECK(reason("app2", "DMFA") == "A1a application may not act for the institution");
    CHECK(reason("app1", "DIMN") == "A1b application may not have the message");
    // Recipients are asked in their own name.
    CHECK(cleared({own}, rule).allowed);
}

TEST_CASE("Path B asks for the enterprise or the institution under the legal framework") {
    job::Authorise rule;
    rule.path = "B";
    rule.message = "DMFA";
    const job::Partner enterprise = partner("400003", "", "", "0402000266");
    const auto allowed = [&](const char* subject) {
        return cleared(
                   {{"F", SubjectKind::framework, subject, "DMFA", "", "", "2020-01-01", "", ""}},
                   rule, rules::Side::recipient, &enterprise)
            .allowed;
    };
    CHECK(allowed("0402000266"));
    CHECK(allowed("0402000266@ROYAL"));
    CHECK_FALSE(allowed("0403000356"));
    CHECK_FALSE(allowed("ROYAL"));
    rule.framework = "ROYAL";
    CHECK(allowed("0402000266@ROYAL"));
    CHECK_FALSE(allowed("0402000266@OTHER"));
    CHECK_FALSE(allowed("ROYAL"));  // the framework alone names nobody
    const auto both =
        cleared({{"F", SubjectKind::framework, "ROYAL", "DMFA", "", "", "2020-01-01", "", ""},
                 {"I", SubjectKind::institution, "400003", "DMFA", "", "", "2020-01-01", "", ""}},
                rule, rules::Side::recipient, &enterprise);
    CHECK(both.allowed);
    CHECK(both.ground == "I");
}

TEST_CASE("Several rows together give the groups they name; one without a list gives all") {
    const AuthorisationRow a{
        "A", SubjectKind::institution, "18:0", "DMFA", "10", "wages", "2020-01-01", "", ""};
    const AuthorisationRow b{"B", SubjectKind::institution, "400002",     "DMFA",
                             "",  "address family",         "2020-01-01", "",
                             ""};
    const auto both = cleared({b, a}, quality_10);
    CHECK(both.ground == "A+B");
    CHECK(both.groups == std::vector<std::string>{"address", "family", "wages"});
    const auto all = cleared(
        {a, b, {"C", SubjectKind::institution, "18:0", "DMFA", "", "", "2020-01-01", "", ""}},
        quality_10);
    CHECK(all.all_groups);
    CHECK(all.ground == "C");
}

TEST_CASE("Both ends of a period of a person are included, and only the asked quality counts") {
    rules::Person person;
    person.holdings.push_back({"400002", 18, 0, 10, day("2026-04-01"), day("2026-06-30")});
    const auto at = [&](const char* date, const char* quality = "10") {
        return rules::integrated(person, sector_18, rules::QualityAsked(quality), day(date));
    };
    CHECK_FALSE(at("2026-03-31"));
    CHECK(at("2026-04-01"));
    CHECK(at("2026-06-30"));
    CHECK_FALSE(at("2026-07-01"));
    CHECK_FALSE(at("2026-05-01", "30"));
    CHECK(at("2026-05-01", ""));
    person.holdings[0].to = directory::open_end;
    CHECK(at("2999-12-31"));
    person.holdings[0].partner = "400009";  // another partner of the same sector and type
    CHECK_FALSE(at("2026-05-01"));
    person.holdings[0].partner = "";  // the sector and type as such
    CHECK(at("2026-05-01"));
    person.holdings[0].institution_type = 1;
    CHECK_FALSE(at("2026-05-01"));
}

TEST_CASE("A mandate must be in force at the reference date and at reception, and fit") {
    job::Mandate rule{"employer", "", "DMFA", ""};
    job::Partner sender = partner("100101");
    sender.capacity = "11";
    const auto verdict = [&](std::vector<MandateRow> rows, const char* reference) {
        Directory directory;
        directory.mandate_rows = std::move(rows);
        return rules::check_mandate(&directory, rule, &sender, "123456789", day(reference), today);
    };
    const MandateRow good{"100101", "11", "123456789", "DMFA DIMN", "2026-01-01", ""};
    CHECK(verdict({good}, "2026-04-01") == MandateVerdict::good);
    CHECK(verdict({good}, "2025-12-31") == MandateVerdict::none);
    MandateRow lapsed = good;
    lapsed.to = "2026-11-21";
    CHECK(verdict({lapsed}, "2026-04-01") == MandateVerdict::none);
    MandateRow next = good;
    next.from = "2026-11-22";
    CHECK(verdict({lapsed, next}, "2026-04-01") == MandateVerdict::good);
    MandateRow other = good;
    other.subjects = "PENS";
    CHECK(verdict({other}, "2026-04-01") == MandateVerdict::other);
    other = good;
    other.capacity = "12";
    CHECK(verdict({other}, "2026-04-01") == MandateVerdict::other);
    other = good;
    other.employer = "987654321";
    CHECK(verdict({other}, "2026-04-01") == MandateVerdict::none);
    other.employer = "";  // any employer
    CHECK(verdict({other}, "2026-04-01") == MandateVerdict::good);
    CHECK(verdict({}, "2026-04-01") == MandateVerdict::unknown);
}

TEST_CASE("Reference dates are read with and without dashes, and nothing else is a date") {
    CHECK(rules::read_date("2026-04-01") == day("2026-04-01"));
    CHECK(rules::read_date("20260401") == day("2026-04-01"));
    for (const char* text : {"", "20261", "2026-13-01", "20260230", "2026040x"})
        CHECK_FALSE(rules::read_date(text));
}
