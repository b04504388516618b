#include "job/read.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "temporary_home.hpp"

namespace fs = std::filesystem;

namespace {

constexpr const char* head =
    "<job xmlns=\"urn:sluice:job:1\" name=\"t\" subject=\"TEST\">\n"
    "<input format=\"xml\" schema=\"t.xsd\"/>\n"
    "<document path=\"/R/F\"/>\n"
    "<record path=\"E/P\"/>\n";

// R/F/(Id, E/(Early, P*/(Nr, Am, @a), Late)), R/End
constexpr const char* form =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='R'><xs:complexType>"
    "<xs:sequence><xs:element name='F' maxOccurs='unbounded'><xs:complexType><xs:sequence>"
    "<xs:element name='Id' type='xs:string'/><xs:element name='E'><xs:complexType><xs:sequence>"
    "<xs:element name='Early' type='xs:string' minOccurs='0'/>"
    "<xs:element name='P' maxOccurs='unbounded'><xs:complexType><xs:sequence>"
    "<xs:element name='Nr' type='xs:string'/><xs:element name='Am' type='xs:decimal'/>"
    "</xs:sequence><xs:attribute name='a'/></xs:complexType></xs:element>"
    "<xs:element name='Late' type='xs:string'/></xs:sequence></xs:complexType></xs:element>"
    "</xs:sequence></xs:complexType></xs:element><xs:element name='End' type='xs:string'/>"
    "</xs:sequence></xs:complexType></xs:element></xs:schema>";

struct Read {
    std::optional<job::Job> job;
    std::vector<job::Diagnostic> diagnostics;
    std::string all;
    bool says(std::string_view text) const { return all.find(text) != std::string::npos; }
    std::size_t errors() const {
        std::size_t count = 0;
        for (const auto& each : diagnostics) count += each.error ? 1 : 0;
        return count;
    }
};

Read read(const std::string& text, job::ReadOptions options = {}) {
    const TemporaryHome home;
    home.write("jobs/t.xml", text);
    home.write("xsd/t.xsd", form);
    options.home = home.path();
    Read result;
    result.job = job::read_job(home.path() / "jobs/t.xml", options, result.diagnostics);
    for (const auto& each : result.diagnostics) result.all += job::to_string(each) + "\n";
    CHECK(result.job.has_value() == (result.errors() == 0));
    return result;
}

Read body(const std::string& text) {
    return read(head + text + "</job>");
}

}  // namespace

TEST_CASE("The smallest job is read with its defaults") {
    const auto r = body("");
    REQUIRE_MESSAGE(r.job.has_value(), r.all);
    CHECK(r.job->name == "t");
    CHECK(r.job->delivery_subject == "TEST");
    CHECK(r.job->document.steps.size() == 2);
    CHECK(r.job->record.steps.size() == 2);
    CHECK(r.job->schemas.size() == 1);
    CHECK(r.job->schemas[0].schema != nullptr);
    CHECK(r.job->schemas[0].base_name == "t.xsd");
    CHECK(r.job->answer_language == "sender");
    CHECK(r.job->limits.file_bytes_max == 20ULL << 30);
    CHECK(r.job->digest.size() == 64);
    CHECK(r.diagnostics.empty());
}

TEST_CASE("Everything that can be said is understood") {
    const auto r = read(
        "<job xmlns='urn:sluice:job:1' name='t' subject='TEST' delivery-subject='OUTT' "
        "priority='2'>"
        "<limits record-bytes-max='64KiB' depth-max='20'/>"
        "<input format='xml' max-bytes='20GB' duplicate-content='warn'>"
        "<schema file='t.xsd' when=\"Id = 'x'\" valid-from='2026-01-01' "
        "valid-to='2026-12-31'/></input>"
        "<document path='/R/F' id='Id'/><record path='E/P'/>"
        "<field name='nr' path='Nr' type='insz' severity='P' required='true'/>"
        "<field name='am' path='Am'/><field name='early' path='../Early'/>"
        "<field name='id' path='../../Id'/><field name='a' path='@a'/>"
        "<unique field='nr' within='file' severity='W'/>"
        "<total path='../Late' of='sum' field='am'/><total path='/R/End' of='documents'/>"
        "<total path='../Late' of='am' within='document'/>"
        "<authorise path='B' person='nr'/>"
        "<route><to partner='123456' when=\"Am > 100 and not(@a)\"/>"
        "<to select='holders' of='nr' quality='10'/></route>"
        "<carry path='../Late'/><recount path='/R/End'/>"
        "<accept unit='document' percent-errors='2.5'/><deadline days='9' calendar='working'/>"
        "<answer language='nl' receipt='final'/><keep payload-days='10' trace-years='3'/></job>");
    REQUIRE_MESSAGE(r.job.has_value(), r.all);
    const job::Job& j = *r.job;
    CHECK(j.delivery_subject == "OUTT");
    CHECK(j.limits.record_bytes_max == 65536);
    CHECK(j.limits.depth_max == 20);
    CHECK(j.limits.file_bytes_max == 20'000'000'000);
    CHECK(j.duplicate_content == job::DuplicateContent::warn);
    CHECK(j.document_unique_in_sender);
    CHECK(j.fields[0].personal);
    CHECK(j.fields[0].required);
    CHECK(j.fields[0].severity == core::Severity::P);
    CHECK(j.uniques[0].within == job::Scope::file);
    CHECK(j.totals[0].of == job::Total::Of::sum);
    CHECK(j.totals[1].within == job::Scope::file);
    CHECK(j.totals[2].field == "am");
    CHECK(j.authorise->message == "TEST");
    CHECK(j.routes[1].select == job::RouteTarget::Select::holders);
    CHECK(j.carry[0].absolute);
    CHECK(j.carry[0].steps.size() == 4);
    CHECK(j.accept_unit == job::Unit::document);
    CHECK(*j.percent_errors == doctest::Approx(2.5));
    CHECK(j.deadline_days == 9);
    CHECK(j.deadline_working_days);
    CHECK(j.receipt == job::Receipt::final);
    CHECK(j.priority == 2);
    CHECK(j.trace_years == 3);
}

TEST_CASE("What the schema of jobs forbids is reported with its place, once") {
    const auto r =
        body("<field name='x' path='Nr' severity='Q'/>\n<colour/>\n<field path='Nr'/>\n");
    CHECK(r.errors() == 3);
    CHECK_MESSAGE(r.says(":5:"), r.all);
    CHECK(r.says("write one of B NP P D W I"));
    CHECK(r.says(":6:1: error"));
    CHECK(r.says(":7:1: error"));
}

TEST_CASE("All faults of one file are told, not only the first") {
    const auto r = body(
        "<field name='x' path='Nr//Y'/>\n"
        "<field name='x' path='Nr'/>\n"
        "<unique field='y'/>\n"
        "<total path='../Late' of='sum'/>\n"
        "<route><to/></route>\n"
        "<route><to select='holders' partner='123456' of='z'/></route>\n"
        "<route><to partner='123456' when='Nr = x'/></route>\n");
    CHECK(r.says(":5:26: error: '//'"));
    CHECK(r.says("another field is already called 'x'"));
    CHECK(r.says("no <field> is called 'y': did you mean 'x'?"));
    CHECK(r.says("which field is added up?"));
    CHECK(r.says("to whom?"));
    CHECK(r.says("not both"));
    CHECK(r.says("no <field> is called 'z'"));
    CHECK(r.says("a literal in quotes or a number"));
    CHECK(r.errors() == 8);
}

TEST_CASE("What a job needs must be there, and only once") {
    const auto r = read("<job xmlns='urn:sluice:job:1' name='t' subject='TEST'/>");
    CHECK(r.says("a job needs <input>"));
    CHECK(r.says("a job needs <document>"));
    CHECK(r.says("a job needs <record>"));
    CHECK(body("<record path='E'/>").says("only one <record>"));
    CHECK(read("<job xmlns='urn:other'/>").says("this is not a <job"));
    CHECK(read("<job xmlns='urn:sluice:job:1'").errors() >= 1);
    CHECK(read("").errors() == 1);
}

TEST_CASE("Paths that cannot occur in the schema are found, step by step") {
    CHECK(
        body("<field name='x' path='Nrr'/>").says("t.xsd has no 'Nrr' in 'P': did you mean 'Nr'?"));
    CHECK(body("<field name='x' path='@b'/>").says("no attribute 'b' of 'P': did you mean 'a'?"));
    CHECK(body("<field name='x' path='../../../../../Nr'/>").says("climbs above the root"));
    CHECK(body("<field name='x' path='../../Id[Zz=\"1\"]/Nr'/>").errors() == 1);
    CHECK(body("<field name='x' path='..'/>").says("no text of its own"));
    CHECK(body("<route><to partner='123456' when=\"Nr = 'x' or Zebra = '1'\"/></route>")
              .says("no 'Zebra' in 'P'"));
    CHECK(body("<total path='../Lat'/>").says("did you mean 'Late'?"));
    const auto wrong = read(
        "<job xmlns='urn:sluice:job:1' name='t' subject='TEST'><input format='xml' schema='t.xsd'/>"
        "<document path='/R/G'/><record path='P'/><field name='x' path='Nr'/></job>");
    CHECK(wrong.says("t.xsd has no 'G' in 'R'"));
    CHECK(wrong.errors() == 1);
}

TEST_CASE("A field outside the record must stand before the records; totals may follow") {
    CHECK(body("<field name='x' path='../Early'/>").job.has_value());
    CHECK(body("<field name='x' path='../../Id'/>").job.has_value());
    CHECK(body("<field name='x' path='../Late'/>").says("must stand before the records"));
    CHECK(body("<field name='x' path='/R/End'/>").says("must stand before the records"));
    CHECK(body("<total path='../Late'/>").job.has_value());
    CHECK(body("<route><to partner='123456' when='../../E and not(../Early)'/></route>")
              .job.has_value());
    CHECK(body("<route><to partner='123456' when=\"../Late = '1'\"/></route>")
              .says("must stand before the records"));
}

TEST_CASE("A value inside a record belongs to that record alone") {
    constexpr auto words = "leads into 'P', which is the record, from outside of it";
    CHECK(body("<field name='x' path='/R/F/E/P/Nr'/>").job.has_value());
    CHECK(body("<field name='x' path='Nr'/>").job.has_value());
    CHECK(body("<field name='x' path='../P/Nr'/>").says(words));
    CHECK(body("<field name='x' path='../P/@a'/>").says(words));
    CHECK(body("<field name='x' path='../../E/P/Nr'/>").says(words));
    CHECK(body("<field name='x' path=\"/R/F[Id='1']/E/P/Nr\"/>").says(words));
    CHECK(body("<total path='../P/Nr'/>").says(words));
    CHECK(body("<route><to partner='123456' when='../P/Nr'/></route>").says(words));
    const auto named = [](const std::string& id) {
        return read(
            "<job xmlns='urn:sluice:job:1' name='t' subject='TEST'>"
            "<input format='xml' schema='t.xsd'/><document path='/R/F' id='" +
            id + "'/><record path='E/P'/></job>");
    };
    CHECK(named("Id").job.has_value());
    CHECK(named("E/Early").job.has_value());
    CHECK(named("E/P/Nr").says(words));
}

TEST_CASE("Schemas are sought beside the job first, and what is missing or wrong is told") {
    const auto r = read(
        "<job xmlns='urn:sluice:job:1' name='t' subject='TEST'>\n<input format='xml' "
        "schema='no.xsd'/>"
        "<document path='/R'/><record path='F'/></job>");
    CHECK(r.says(":2:29: error: there is no schema 'no.xsd'"));
    const TemporaryHome home;
    home.write("jobs/t.xml", std::string(head) + "</job>");
    home.write("xsd/t.xsd", "<broken");
    home.write("jobs/t.xsd", form);
    std::vector<job::Diagnostic> diagnostics;
    job::ReadOptions options;
    options.home = home.path();
    const auto job = job::read_job(home.path() / "jobs/t.xml", options, diagnostics);
    REQUIRE(job.has_value());
    CHECK(job->schemas[0].file == home.path() / "jobs/t.xsd");
    fs::remove(home.path() / "jobs/t.xsd");
    CHECK_FALSE(job::read_job(home.path() / "jobs/t.xml", options, diagnostics).has_value());
    CHECK(diagnostics.size() >= 2);
}

TEST_CASE("Versions that cannot be told apart, or that end before they begin, are faults") {
    const auto versions = [](const std::string& list) {
        return read("<job xmlns='urn:sluice:job:1' name='t' subject='TEST'><input format='xml'>" +
                    list + "</input><document path='/R/F'/><record path='E/P'/></job>");
    };
    CHECK(versions("<schema file='t.xsd' when=\"Id='1'\"/><schema file='t.xsd' when=\"Id='2'\"/>")
              .job.has_value());
    CHECK(versions("<schema file='t.xsd' when=\"Id='1'\"/><schema file='t.xsd' when=\"Id='1'\"/>")
              .says("by the same condition"));
    CHECK(
        versions("<schema file='t.xsd'/><schema file='t.xsd'/>").says("in force at the same time"));
    CHECK(versions("<schema file='t.xsd' valid-to='2025-12-31'/>"
                   "<schema file='t.xsd' valid-from='2026-01-01'/>")
              .job.has_value());
    CHECK(versions("<schema file='t.xsd' valid-from='2026-02-01' valid-to='2026-01-01'/>")
              .says("before it begins"));
    CHECK(versions("").says("names no schema"));
}

TEST_CASE("Routes lead to partners that exist, where partners are known") {
    job::Partners partners;
    job::Partner one;
    one.number = "123456";
    partners.list.push_back(one);
    job::ReadOptions options;
    options.partners = &partners;
    CHECK(read(std::string(head) + "<route><to partner='123456'/></route></job>", options)
              .job.has_value());
    CHECK(read(std::string(head) + "<route><to partner='654321'/></route></job>", options)
              .says("no partner has the number 654321"));
}

TEST_CASE("Sizes that do not fit are faults, units are those of people") {
    CHECK(body("<limits record-bytes-max='0'/>").says("refuse everything"));
    CHECK(body("<limits record-bytes-max='99999999TB'/>").says("not a size that fits"));
    CHECK(body("<limits record-bytes-max='12 MiB'/>").job->limits.record_bytes_max == 12U << 20);
    CHECK(body("<limits record-bytes-max='much'/>").errors() == 1);
}

TEST_CASE("A file that cannot be read is a diagnostic without a place") {
    std::vector<job::Diagnostic> diagnostics;
    CHECK_FALSE(job::read_job("/nowhere/t.xml", {}, diagnostics).has_value());
    CHECK_FALSE(job::read_job("/", {}, diagnostics).has_value());
    REQUIRE(diagnostics.size() == 2);
    CHECK(diagnostics[0].line == 0);
}

TEST_CASE("The shipped flows and partners are without fault") {
    const char* source = std::getenv("SLUICE_SOURCE");
    REQUIRE(source != nullptr);
    std::vector<job::Diagnostic> diagnostics;
    const auto partners = job::read_partners(fs::path(source) / "jobs/partners.xml", diagnostics);
    REQUIRE(partners.has_value());
    job::ReadOptions options;
    options.home = source;
    options.partners = &*partners;
    for (const char* name : {"dmfa", "dimona", "pension"}) {
        const auto job = job::read_job(options.home / "jobs" / (std::string(name) + ".xml"),
                                       options, diagnostics);
        CHECK_MESSAGE(job.has_value(), std::string(name));
    }
    for (const auto& each : diagnostics) FAIL_CHECK(job::to_string(each));
}
