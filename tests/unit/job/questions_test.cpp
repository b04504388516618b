#include "job/questions.hpp"

#include <doctest/doctest.h>

#include "temporary_home.hpp"

namespace {

constexpr const char* form =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='R'><xs:complexType>"
    "<xs:sequence><xs:element name='P' maxOccurs='unbounded'><xs:complexType><xs:sequence>"
    "<xs:element name='Nr' type='xs:string'/><xs:element name='To' type='xs:string'/>"
    "<xs:element name='St' type='xs:string'/></xs:sequence></xs:complexType></xs:element>"
    "</xs:sequence></xs:complexType></xs:element></xs:schema>";

struct Read {
    TemporaryHome home;
    std::vector<job::Diagnostic> diagnostics;
    std::vector<job::Job> jobs;

    Read() { home.write("xsd/t.xsd", form); }
    void job(const std::string& name, const std::string& body) {
        home.write("jobs/" + name + ".xml",
                   "<job xmlns=\"urn:sluice:job:1\" name=\"" + name +
                       "\" subject=\"TEST\"><input format=\"xml\" schema=\"t.xsd\"/>"
                       "<document path=\"/R\"/><record path=\"P\"/>" +
                       body + "</job>");
        job::ReadOptions options;
        options.home = home.path();
        auto one = job::read_job(home.path() / "jobs" / (name + ".xml"), options, diagnostics);
        if (one) jobs.push_back(std::move(*one));
    }
    bool fits() {
        std::vector<const job::Job*> all;
        for (const job::Job& one : jobs) all.push_back(&one);
        return job::check_questions(all, diagnostics);
    }
    bool says(std::string_view text) const {
        for (const auto& one : diagnostics)
            if (one.error && one.text.find(text) != std::string::npos) return true;
        return false;
    }
};

const std::string asks =
    "<field name=\"ref\" path=\"Nr\" required=\"true\"/><unique field=\"ref\" within=\"file\"/>"
    "<route><to partner=\"000001\"/></route>";
const std::string says =
    "<field name=\"ref\" path=\"Nr\" required=\"true\"/>"
    "<field name=\"to\" path=\"To\" required=\"true\"/>"
    "<field name=\"st\" path=\"St\" required=\"true\"/>";

}  // namespace

TEST_CASE("Questions and answers are read with their defaults and their own words") {
    Read read;
    read.job("q", asks +
                      "<questions reference=\"ref\" answers=\"a\" after=\"2d\" lead=\"36h\" "
                      "follow-up-days=\"3\" remind-days=\"1\" open=\"proposed\">"
                      "<stand-in source=\"000001\" manner=\"late\"/></questions>");
    read.job("a", says +
                      "<answers to=\"q\" reference=\"ref\" parcel=\"to\" status=\"st\">"
                      "<status value=\"1\" word=\"accepted\"/><status value=\"2\"/></answers>");
    for (const auto& one : read.diagnostics) CAPTURE(one.text);
    REQUIRE(read.jobs.size() == 2);
    const job::Asking* asking = job::asking_of(read.jobs[0]);
    REQUIRE(asking != nullptr);
    CHECK(asking->after_hours == 48);
    CHECK(asking->lead_hours == 36);
    CHECK(asking->follow_up_days == 3);
    CHECK(asking->open == "proposed");
    CHECK(asking->timed_out == "timed out");
    REQUIRE(asking->stand_in("000001") != nullptr);
    CHECK(asking->stand_in("000001")->manner == job::StandIn::Manner::late);
    CHECK(asking->stand_in("000002") == nullptr);
    const job::Answering* answering = job::answering_of(read.jobs[1]);
    REQUIRE(answering != nullptr);
    CHECK(answering->statuses.at(0).word == "accepted");
    CHECK(answering->statuses.at(1).word == "2");
    CHECK(answering->find_status("2") == 1);
    CHECK_FALSE(answering->find_status("3").has_value());
    // A stand-in needs something to write.
    CHECK_FALSE(read.fits());
    CHECK(read.says("stand-in="));
}

TEST_CASE("A question without a reference of its own, or without a source, is no question") {
    Read read;
    read.job("q",
             "<field name=\"ref\" path=\"Nr\"/>"
             "<questions reference=\"ref\" answers=\"a\"/>");
    CHECK(read.jobs.empty());
    CHECK(read.says("within=\"file\""));
    CHECK(read.says("questions go to somebody"));
    read.job("p", asks + "<questions reference=\"refs\" answers=\"a\"/>");
    CHECK(read.says("did you mean 'ref'"));
}

TEST_CASE("A source that is one for its persons is named only where the job allows it") {
    Read read;
    const std::string holders =
        "<field name=\"ref\" path=\"Nr\" required=\"true\"/><unique field=\"ref\" within=\"file\"/>"
        "<route><to select=\"sources\" data=\"D\" of=\"ref\"/></route>"
        "<questions reference=\"ref\" answers=\"a\"/>";
    read.job("q", holders);
    CHECK(read.says("routing=\"named\""));
    Read named;
    named.job("q", holders + "<answer routing=\"named\"/>");
    CHECK(named.jobs.size() == 1);
}

TEST_CASE("Both sides must name each other") {
    Read read;
    read.job("q", asks + "<questions reference=\"ref\" answers=\"b\"/>");
    read.job("a", says + "<answers to=\"q\" reference=\"ref\" parcel=\"to\" status=\"st\"/>");
    REQUIRE(read.jobs.size() == 2);
    CHECK_FALSE(read.fits());
    CHECK(read.says("<answers to=\"q\""));
    CHECK(read.says("<questions answers=\"a\""));
    CHECK(job::answering_of(read.jobs[1])->statuses.size() == 3);
}
