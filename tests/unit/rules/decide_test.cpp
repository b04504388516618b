#include <doctest/doctest.h>

#include <random>
#include <set>

#include "tables.hpp"

namespace {

using namespace tables;
using directory::SubjectKind;
using job::SenderCheck;

using Withheld = std::vector<std::pair<std::string, std::string>>;

const job::Partners partners{
    {partner("100101"), partner("400001", "10", "0"), partner("400002", "18", "0"),
     partner("400003", "18", "0"), partner("400004", "5", "0")},
    ""};
const core::Date today = day("2026-11-22");

struct Decided {
    rules::Decision decision;
    rules::Verdict verdict;
};

Decided decide(const job::Job& job, const rules::DirectoryView* directory,
               std::vector<std::string> record,
               std::map<std::string, const rules::DirectoryView*> sectoral = {}) {
    const rules::Rules rules({&job, &partners, "100101", directory, std::move(sectoral), today});
    rules::Decider decider(rules);
    Records records;
    records.rows.push_back(std::move(record));
    const auto verdicts = decider.decide(records);
    return {decider.decisions()[verdicts[0].decision], verdicts[0]};
}

AuthorisationRow allow(const char* id, const char* subject, const char* quality = "10") {
    return {id, SubjectKind::institution, subject, "DMFA", quality, "", "2020-01-01", "", "D"};
}

}  // namespace

TEST_CASE("With nothing loaded, all that stands under authorise or holders is withheld") {
    job::Job job = job_of({named("400004"), holders("10")});
    const auto routed = decide(job, nullptr, {"1", "", ""});
    CHECK(routed.decision.recipients == std::vector<std::string>{"400004"});
    CHECK(routed.decision.withheld == Withheld{{"holders", "no directory"}});
    job.authorise = path_a("10", SenderCheck::full);
    const Directory empty;
    for (const rules::DirectoryView* none : {static_cast<const rules::DirectoryView*>(nullptr),
                                             static_cast<const rules::DirectoryView*>(&empty)}) {
        const auto d = decide(job, none, {"1", "", ""});
        CHECK(d.decision.recipients.empty());
        CHECK(d.decision.withheld ==
              Withheld{{"400004", "no directory"}, {"holders", "no directory"}});
        CHECK(d.verdict.sender_holds);
    }
}

TEST_CASE("Holders are partners named by a row, or all of its sector and type; others are told") {
    Directory directory;
    directory.persons = {{"1", "400001", 10, 0, 10, "2026-01-01", ""},
                         {"1", "", 18, 0, 10, "2026-01-01", ""},
                         {"1", "499999", 7, 0, 10, "2026-01-01", ""},
                         {"1", "", 77, 3, 10, "2026-01-01", ""},
                         {"1", "400004", 5, 0, 30, "2026-01-01", ""},
                         {"2", "400004", 5, 0, 10, "2026-01-01", "2026-11-21"}};
    const job::Job job = job_of({holders("10")});
    const auto one = decide(job, &directory, {"1", "", ""});
    CHECK(one.decision.recipients == std::vector<std::string>{"400001", "400002", "400003"});
    CHECK(one.decision.grounds.empty());
    CHECK(one.decision.withheld ==
          Withheld{{"499999", "unknown partner"}, {"77:3", "unknown partner"}});
    CHECK(decide(job, &directory, {"2", "", ""}).decision.recipients.empty());
    const job::Job dated = job_of({holders("10", "date")});
    CHECK(decide(dated, &directory, {"2", "2026-11-21", ""}).decision.recipients ==
          std::vector<std::string>{"400004"});
    CHECK(decide(dated, &directory, {"2", "soon", ""}).decision.withheld ==
          Withheld{{"holders", "no reference date"}});
}

TEST_CASE("Each recipient is checked; the first check that fails is the reason") {
    Directory directory;
    directory.persons = {{"1", "400001", 10, 0, 10, "2026-01-01", ""},
                         {"1", "100101", 0, 0, 10, "2026-01-01", ""},
                         {"2", "100101", 0, 0, 10, "2026-01-01", ""}};
    directory.authorise({allow("S", "100101"), allow("A", "10:0"), allow("B", "400002", "30"),
                         allow("C", "400004")});
    job::Job job = job_of({named("400001"), named("400002"), named("400003"), named("400004")});
    job.authorise = path_a("10", SenderCheck::full);
    const auto d = decide(job, &directory, {"1", "", ""});
    CHECK(d.decision.recipients == std::vector<std::string>{"400001"});
    CHECK(d.decision.grounds == std::vector<std::string>{"A"});
    CHECK(d.decision.withheld == Withheld{{"400002", "A2 not authorised for the quality"},
                                          {"400003", "A1b not authorised for the message"},
                                          {"400004", "A3 not integrated"}});
    CHECK(d.verdict.sender_holds);
    CHECK(decide(job, &directory, {"", "", ""}).decision.withheld[0].second == "A3 no person");
    CHECK_FALSE(decide(job, &directory, {"3", "", ""}).verdict.sender_holds);
    job.authorise->sender = SenderCheck::message;
    CHECK(decide(job, &directory, {"3", "", ""}).verdict.sender_holds);
}

TEST_CASE("A sender without a row is refused for the message, unless the job asks no such thing") {
    Directory directory;
    directory.authorise({allow("A", "10:0")});
    job::Job job = job_of({named("400001")});
    job.authorise = path_a("10", SenderCheck::full);
    const auto refusal = [&] {
        return rules::Rules({&job, &partners, "100101", &directory, {}, today}).refusal();
    };
    CHECK(refusal() == "A1b not authorised for the message");
    job.authorise->sender = SenderCheck::none;
    CHECK(refusal().empty());
}

TEST_CASE("A replaced number is decided under the present one, and reported") {
    Directory directory;
    directory.persons = {{"9", "400001", 10, 0, 10, "2026-01-01", ""}};
    directory.replaced["1"] = "9";
    const auto d = decide(job_of({holders("10")}), &directory, {"1", "", ""});
    CHECK(d.decision.recipients == std::vector<std::string>{"400001"});
    CHECK(d.verdict.replaced);
    CHECK_FALSE(decide(job_of({holders("10")}), &directory, {"9", "", ""}).verdict.replaced);
}

TEST_CASE("Sources are those that hold the data, and of them those that hold the person") {
    Directory directory;
    directory.persons = {{"1", "400002", 18, 0, 10, "2026-01-01", ""}};
    directory.offer({{"wages", "10", "18:0"}, {"wages", "", "400001"}, {"wages", "30", "400004"}});
    job::RouteTarget target;
    target.select = job::RouteTarget::Select::sources;
    target.data = "wages";
    target.quality = "10";
    CHECK(decide(job_of({target}), &directory, {"1", "", ""}).decision.recipients ==
          std::vector<std::string>{"400001", "400002", "400003"});
    target.of = "person";
    CHECK(decide(job_of({target}), &directory, {"1", "", ""}).decision.recipients ==
          std::vector<std::string>{"400002"});
}

TEST_CASE("A sectoral directory names its own holders, and A3 is asked of it") {
    Directory main, sectoral;
    main.persons = {{"1", "400004", 5, 0, 10, "2026-01-01", ""}};
    main.authorise({allow("A", "10:0"), allow("B", "5:0")});
    sectoral.persons = {{"1", "400001", 10, 0, 10, "2026-01-01", ""}};
    job::RouteTarget target = holders("10");
    target.directory = "holidays";
    job::Job job = job_of({target});
    job.authorise = path_a("10", SenderCheck::none);
    CHECK(decide(job, &main, {"1", "", ""}, {{"holidays", &sectoral}}).decision.recipients ==
          std::vector<std::string>{"400001"});
    CHECK(decide(job, &main, {"1", "", ""}).decision.withheld ==
          Withheld{{"holders", "no directory"}});
}

TEST_CASE("Without mandates nobody can be asked: deliveries are withheld, nothing is refused") {
    Directory directory;
    job::Job job = job_of({named("400001")});
    job.mandate = job::Mandate{"employer", "11", "DMFA", ""};
    const auto d = decide(job, &directory, {"1", "", "7"});
    CHECK(d.verdict.mandate == rules::MandateVerdict::unknown);
    CHECK(d.decision.withheld == Withheld{{"400001", "no directory"}});
}

// ---- the same decisions, the slow and obvious way ----

namespace {

bool same_number(const std::string& a, const std::string& b) {
    return a == b || (!a.empty() && !b.empty() && std::atoi(a.c_str()) == std::atoi(b.c_str()));
}

// Reads the tables row by row for each question, over strings, with no memory of anything.
struct Reference {
    const std::vector<PersonRow>& persons;
    const std::vector<AuthorisationRow>& authorisations;
    std::string quality;

    static bool within(const std::string& from, const std::string& to, const std::string& at) {
        return from <= at && (to.empty() || at <= to);
    }
    static std::string institution(const job::Partner& p) { return p.sector + ":" + p.institution; }

    bool message(const job::Partner& p) const {
        for (const auto& row : authorisations)
            if (row.kind == SubjectKind::institution && row.message == "DMFA" &&
                (row.subject == p.number || row.subject == institution(p)) &&
                (row.quality.empty() || same_number(row.quality, quality)) &&
                within(row.from, row.to, "2026-11-22"))
                return true;
        return false;
    }
    bool person(const job::Partner& p, const std::string& insz, const std::string& at) const {
        for (const auto& row : persons) {
            const bool theirs =
                row.partner == p.number ||
                (row.partner.empty() &&
                 std::to_string(row.sector) + ":" + std::to_string(row.type) == institution(p));
            if (row.insz == insz && theirs && same_number(std::to_string(row.quality), quality) &&
                within(row.from, row.to, at))
                return true;
        }
        return false;
    }
    std::set<std::string> recipients(const std::string& insz, const std::string& at) const {
        std::set<std::string> list;
        for (const job::Partner& p : partners.list)
            if (person(p, insz, at) && message(p)) list.insert(p.number);
        return list;
    }
};

}  // namespace

TEST_CASE("Over random tables, dates and requests the decisions are those of the reference") {
    std::mt19937 random(20261122);
    const auto any = [&](int below) {
        return static_cast<int>(random() % static_cast<unsigned>(below));
    };
    const auto some_day = [&](bool may_be_open) -> std::string {
        if (may_be_open && any(3) == 0) return "";
        const char* days[] = {"2025-12-31", "2026-01-01", "2026-11-21", "2026-11-22", "2026-11-23"};
        return days[any(5)];
    };
    const std::vector<std::string> numbers{"100101", "400001", "400002", "400003",
                                           "400004", "499999", ""};
    const int sectors[] = {10, 18, 18, 5, 0, 7};
    int delivered = 0, rejected = 0;
    for (int round = 0; round < 400; ++round) {
        Directory directory;
        for (int i = any(25); i >= 0; --i) {
            const std::string number = numbers[static_cast<std::size_t>(any(7))];
            directory.persons.push_back({std::to_string(any(4)), number, sectors[any(6)], 0,
                                         any(2) == 0 ? 10 : 30, some_day(false), some_day(true)});
        }
        std::vector<AuthorisationRow> rows;
        const char* subjects[] = {"100101", "10:0", "18:0", "400002", "400003", "5:0", "400004"};
        const char* qualities[] = {"", "10", "30"};
        for (int i = any(12); i >= 0; --i)
            rows.push_back({"R" + std::to_string(i),
                            any(5) == 0 ? SubjectKind::user : SubjectKind::institution,
                            subjects[any(7)], any(5) == 0 ? "DIMN" : "DMFA", qualities[any(3)], "",
                            some_day(false), some_day(true), ""});
        directory.authorise(rows);
        const Reference reference{directory.persons, rows, any(2) == 0 ? "10" : "30"};
        job::Job job =
            job_of({holders(reference.quality, "date"), named("400001"), named("400004")});
        job.authorise = path_a(reference.quality, SenderCheck::full);
        job.authorise->date = "date";
        const rules::Rules rules({&job, &partners, "100101", &directory, {}, today});
        CHECK(rules.refusal().empty() == reference.message(partners.list[0]));
        rules::Decider decider(rules);
        Records records;
        for (int i = 0; i < 100; ++i)
            records.rows.push_back({std::to_string(any(5)), some_day(false), ""});
        const auto verdicts = decider.decide(records);
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            const auto& decision = decider.decisions()[verdicts[i].decision];
            const auto& record = records.rows[i];
            const std::set<std::string> got(decision.recipients.begin(), decision.recipients.end());
            REQUIRE(got == reference.recipients(record[0], record[1]));
            REQUIRE(got.size() == decision.recipients.size());
            REQUIRE(decision.grounds.size() == decision.recipients.size());
            REQUIRE(verdicts[i].sender_holds ==
                    reference.person(partners.list[0], record[0], record[1]));
            delivered += static_cast<int>(got.size());
            rejected += verdicts[i].sender_holds ? 0 : 1;
            // What people are told is what was decided.
            if (i % 16 != 0) continue;
            for (const rules::Told& told : decider.explain(records, i))
                REQUIRE(told.delivered == (got.count(told.recipient) > 0));
        }
    }
    CHECK(delivered > 1000);
    CHECK(rejected > 1000);
}
