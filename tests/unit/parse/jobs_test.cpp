#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "fixture.hpp"
#include "parse/choose.hpp"

namespace {

using fixture::has;
using fixture::read;
using fixture::same;

std::string content(const std::string& name) {
    std::ifstream in(fixture::root() / "samples" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

const std::vector<std::uint64_t> slices = {1, 300, 2000};

}  // namespace

TEST_CASE("Lines of fixed width become records, and parcels keep the lines") {
    const job::Job job = read("jobs/pension.xml");
    for (const char* name : {"pension/good.txt", "pension/good-crlf.txt"}) {
        const std::string input = content(name);
        const fixture::Run run = same(job, input, slices);
        CHECK(run.end == parse::End::complete);
        CHECK((run.bytes == input));
        CHECK(run.findings == 0);
        CHECK(run.text.find(" -") == std::string::npos);
    }
    CHECK(same(job, content("pension/good.txt"), slices).documents == 2);
}

TEST_CASE("Wrong lines are findings at their place in the flat file") {
    const job::Job job = read("jobs/pension.xml");
    const auto reason = [](core::Reason which) {
        return " " + std::to_string(static_cast<int>(which)) + " @";
    };
    fixture::Run run = same(job, content("pension/bad-short-line.txt"), slices);
    CHECK(run.findings == 1);
    CHECK(has(run, reason(core::Reason::line_too_short)));
    CHECK(has(run, " 4:"));
    run = same(job, content("pension/bad-long-line.txt"), slices);
    CHECK(run.findings == 1);
    CHECK(has(run, reason(core::Reason::line_too_long)));
    run = same(job, content("pension/bad-record-type.txt"), slices);
    CHECK(has(run, reason(core::Reason::record_type_unknown)));
    CHECK(has(run, " 3:1 d1 "));
    run = same(job, content("pension/bad-missing-trailer.txt"), slices);
    CHECK(has(run, reason(core::Reason::trailer_missing)));
    run = same(job, content("pension/bad-check-digits.txt"), slices);
    CHECK(run.findings == 1);
    CHECK(has(run, "00024-004"));
    CHECK(has(run, " 3:3 d1 r2 "));
    run = same(job, content("pension/bad-plan.txt"), slices);
    CHECK(has(run, "/PensionFile[1]/Group[1]/Statement[3]/PlanKind[1]"));
    CHECK(has(run, " 4:44 "));
    CHECK(same(job, "", slices).end == parse::End::complete);
    CHECK(same(job, "\n\n\x01\x02\n90", slices).end == parse::End::complete);
}

TEST_CASE("The samples of the quarterly declaration give the same findings for any slices") {
    const job::Job job = read("jobs/dmfa.xml");
    for (const char* name : {"good-20261", "bad-check-digits", "bad-missing", "bad-order",
                             "bad-several", "bad-unknown-element", "bad-values", "good-latin1"}) {
        CAPTURE(name);
        const fixture::Run run = same(job, content(std::string("dmfa/") + name + ".xml"), slices);
        CHECK(run.end == parse::End::complete);
        if (std::string(name).rfind("good", 0) == 0)
            CHECK(run.findings == 0);
        else
            CHECK(has(run, "00000-") + run.findings > 0);
        MESSAGE(std::string(name), ": ", run.findings);
    }
    CHECK(same(job, content("dmfa/bad-not-well-formed.xml"), slices).end == parse::End::malformed);
}

TEST_CASE("The version of a schema is chosen by what the data says") {
    const job::Job dmfa = read("jobs/dmfa.xml");
    const auto version = [&](const char* name) {
        return parse::choose({&dmfa}, *parse::memory_source(content(name)));
    };
    CHECK(version("dmfa/good-20261.xml").version == 0);
    CHECK(version("dmfa/good-20262.xml").version == 1);
    CHECK(version("dmfa/good-20262.xml").job == &dmfa);
    CHECK(version("dmfa/bad-root.xml").findings.at(0).code == "ACRF-089");
    CHECK(version("dmfa/bad-quarter.xml").findings.at(0).code == "ACRF-088");
}
