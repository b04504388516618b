#include "job/attachments.hpp"

#include <doctest/doctest.h>

#include "job/job.hpp"
#include "job/read.hpp"
#include "temporary_home.hpp"

namespace {

constexpr const char* form =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='R'><xs:complexType>"
    "<xs:sequence><xs:element name='P' maxOccurs='unbounded'><xs:complexType><xs:sequence>"
    "<xs:element name='Type' type='xs:string'/><xs:element name='Sum' type='xs:string'/>"
    "<xs:element name='Doc' type='xs:base64Binary'/>"
    "<xs:sequence maxOccurs='5'><xs:element name='More' minOccurs='0'><xs:complexType>"
    "<xs:sequence><xs:element name='Kind' type='xs:string'/><xs:element name='Doc' "
    "type='xs:base64Binary'/></xs:sequence></xs:complexType></xs:element></xs:sequence>"
    "</xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>"
    "</xs:schema>";

struct Read {
    TemporaryHome home;
    std::vector<job::Diagnostic> diagnostics;
    std::optional<job::Job> job;

    explicit Read(const std::string& body) {
        home.write("xsd/t.xsd", form);
        home.write("jobs/t.xml",
                   "<job xmlns=\"urn:sluice:job:1\" name=\"t\" subject=\"TEST\"><input "
                   "format=\"xml\" schema=\"t.xsd\"/><document path=\"/R\"/><record path=\"P\"/>" +
                       body + "</job>");
        job::ReadOptions options;
        options.home = home.path();
        job = job::read_job(home.path() / "jobs/t.xml", options, diagnostics);
    }
    bool says(std::string_view text) const {
        for (const auto& one : diagnostics)
            if (one.error && one.line == 1 && one.text.find(text) != std::string::npos) return true;
        return false;
    }
};

}  // namespace

TEST_CASE("An attachment is read with its paths, its literals and what it leaves out") {
    const Read read(
        "<attachment path=\"Doc\" media-type=\"Type\" digest=\"Sum\" algorithm=\"'SHA-512'\" "
        "allow=\"application/pdf IMAGE/PNG\" bytes-max=\"2MiB\" severity=\"W\"/>"
        "<attachment path=\"More[Kind='1']/Doc\" media-type=\"'text/xml'\"/>");
    for (const auto& one : read.diagnostics) CAPTURE(one.text);
    REQUIRE(read.job.has_value());
    REQUIRE(read.job->attachments != nullptr);
    const auto& list = read.job->attachments->list;
    REQUIRE(list.size() == 2);
    CHECK(list[0].media_type.path->text == "Type");
    CHECK(list[0].algorithm.literal == "SHA-512");
    CHECK(list[0].allow == std::vector{job::MediaType::pdf, job::MediaType::png});
    CHECK(list[0].bytes_max == 2U << 20U);
    CHECK(list[0].severity == core::Severity::W);
    CHECK(job::paths_of(list[0]).size() == 3);
    CHECK(list[1].media_type.literal == "text/xml");
    CHECK(list[1].allow.size() == job::media_types);
}

TEST_CASE("Attachments that the schema does not know, or that cannot be checked, are errors") {
    CHECK(Read("<attachment path=\"Dok\"/>").says("did you mean 'Doc'"));
    CHECK(Read("<attachment path=\"Doc\" size=\"Sise\"/>").says("no 'Sise'"));
    CHECK(Read("<attachment path=\"../P/Doc\"/>").says("inside the record"));
    CHECK(Read("<attachment path=\"More/Doc\"/>").says("more than once"));
    CHECK(Read("<attachment path=\"Doc\" digest=\"Sum\"/>").says("go together"));
    CHECK(Read("<attachment path=\"Doc\" digest=\"Sum\" algorithm=\"'MD5'\"/>").says("SHA-256"));
    CHECK(Read("<attachment path=\"Doc\" allow=\"application/pfd\"/>")
              .says("did you mean 'application/pdf'"));
    CHECK(Read("<attachment path=\"Doc\" media-type=\"'image/gif'\" allow=\"image/png\"/>")
              .says("allow="));
    CHECK(Read("<attachment path=\"Doc\" media-type=\"'image/gif\"/>").says("quotes"));
}

TEST_CASE("Media types and digests are known by the names in use") {
    for (const std::string& name : job::media_type_names())
        CHECK(job::parse_media_type(name).has_value());
    CHECK(job::parse_media_type("Text/Plain; charset=UTF-8") == job::MediaType::text);
    CHECK_FALSE(job::parse_media_type("application/octet-stream").has_value());
    CHECK_FALSE(job::parse_media_type("").has_value());
    CHECK(job::parse_integrity_method("sha-256") == seal::DigestAlgorithm::sha256);
    CHECK(job::parse_integrity_method("SHA-512") == seal::DigestAlgorithm::sha512);
    CHECK_FALSE(job::parse_integrity_method("MD5").has_value());
}

TEST_CASE("A document beside the records is named by one element of its record") {
    const Read read(
        "<attachment file=\"Sum\" media-type=\"Type\"/><attachment path=\"Doc\"/>"
        "<limits enclosures-max=\"7\" enclosures-bytes-max=\"1GiB\" "
        "enclosures-ratio-max=\"8\"/>");
    for (const auto& one : read.diagnostics) CAPTURE(one.text);
    REQUIRE(read.job.has_value());
    CHECK(job::encloses(*read.job));
    CHECK(read.job->attachments->list[0].enclosed);
    CHECK(read.job->attachments->list[0].path.text == "Sum");
    CHECK_FALSE(read.job->attachments->list[1].enclosed);
    CHECK(read.job->limits.enclosures_max == 7);
    CHECK(read.job->limits.enclosures_bytes_max == 1U << 30U);
    CHECK(read.job->limits.enclosures_ratio_max == 8);
    CHECK_FALSE(job::encloses(*Read("<attachment path=\"Doc\"/>").job));
    CHECK(Read("<attachment/>").says("write path= or file="));
    CHECK(Read("<attachment path=\"Doc\" file=\"Sum\"/>").says("write path= or file="));
    CHECK(Read("<attachment file=\"Smu\"/>").says("has no 'Smu' in 'P'"));
    CHECK(Read("<attachment file=\"../P/Sum\"/>").says("the record names its document"));
    CHECK(Read("<attachment file=\"Sum\" name=\"Type\"/>").says("leave name= out"));
    CHECK(Read("<attachment file=\"More/Kind\"/>").says("more than once"));
}
