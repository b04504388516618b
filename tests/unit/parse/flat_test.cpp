#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/fault.hpp"
#include "dfdl/charset.hpp"
#include "fixture.hpp"
#include "job/read.hpp"

namespace {

namespace fs = std::filesystem;

fs::path root() {
    const char* place = std::getenv("SLUICE_SOURCE");
    return place != nullptr ? place : ".";
}

std::string content(const std::string& name) {
    std::ifstream in(root() / "samples/flat" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

job::Job read(const fs::path& file) {
    std::vector<job::Diagnostic> diagnostics;
    auto job = job::read_job(file, {root(), true}, diagnostics);
    for (const auto& diagnostic : diagnostics) MESSAGE(job::to_string(diagnostic));
    REQUIRE(job.has_value());
    return std::move(*job);
}

fixture::Run same(const job::Job& job, const std::string& input) {
    const fixture::Run whole = fixture::run(job, input, 1, 1U << 30);
    for (std::uint64_t slice : {1U, 100U, 700U})
        for (unsigned threads : {1U, 3U}) {
            const fixture::Run cut = fixture::run(job, input, threads, slice);
            CHECK((cut.text == whole.text));
            CHECK((cut.declared == whole.declared));
            CHECK((cut.bytes == whole.bytes));
        }
    return whole;
}

bool has(const fixture::Run& run, const std::string& text) {
    return (run.text + run.declared).find(text) != std::string::npos;
}

// A schema and its job in a folder of their own.
class Flow {
  public:
    Flow(const std::string& schema, const std::string& document, const std::string& record)
        : folder_(fs::temp_directory_path() / ("flow-" + std::to_string(::getpid()))) {
        fs::create_directories(folder_);
        std::ofstream(folder_ / "a.xsd")
            << "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
               "xmlns:dfdl=\"http://www.ogf.org/dfdl/dfdl-1.0/\">\n"
            << schema << "</xs:schema>";
        std::ofstream(folder_ / "a.xml")
            << "<job xmlns=\"urn:sluice:job:1\" name=\"a\" subject=\"AAAA\"><input format=\"flat\" "
               "schema=\"a.xsd\"/><document path=\""
            << document << "\"/><record path=\"" << record
            << "\"/><route><to partner=\"000301\"/></route></job>";
    }
    ~Flow() { fs::remove_all(folder_); }
    fs::path job() const { return folder_ / "a.xml"; }

  private:
    fs::path folder_;
};

const char* const format = R"(<xs:annotation><xs:appinfo source="http://www.ogf.org/dfdl/">
  <dfdl:format lengthKind="delimited" encoding="US-ASCII" separatorSuppressionPolicy="anyEmpty"/>
  </xs:appinfo></xs:annotation>)";

}  // namespace

TEST_CASE("Lines of a CSV file become records, with quotes, commas and dates of their own") {
    const job::Job job = read(root() / "samples/flat/register.xml");
    const fixture::Run good = same(job, content("register-good.csv"));
    CHECK(good.end == parse::End::complete);
    CHECK(good.findings == 0);
    CHECK((good.bytes == content("register-good.csv")));
    const fixture::Run bad = same(job, content("register-bad.csv"));
    CHECK(bad.findings == 4);
    CHECK(has(bad, " 3:18 d1 r2 "));
    CHECK(has(bad, "00000-093"));
}

TEST_CASE("Records of several lines are told apart by a fixed field") {
    const job::Job job = read(root() / "samples/flat/transfers.xml");
    const fixture::Run good = same(job, content("transfers-good.txt"));
    CHECK(good.findings == 0);
    CHECK(good.documents == 2);
    CHECK((good.bytes == content("transfers-good.txt")));
    const fixture::Run bad = same(job, content("transfers-bad.txt"));
    CHECK(bad.findings == 1);
    CHECK(has(bad, "Group[1]/Transfer[1]/Order[1]/Currency[1]"));
}

TEST_CASE(
    "A mainframe's file has no line ends: a record that is none is passed over by its length") {
    const job::Job job = read(root() / "samples/flat/allowances.xml");
    const auto padded = [](std::string text) {
        text.resize(60, ' ');
        return dfdl::encoded(dfdl::Charset::ebcdic1148, text);
    };
    const std::string head = padded("HFUND-01   20260715"), tail = padded("T00000010000000000123");
    const std::string payment = padded("P82101243131Jonas               00000012C");
    const fixture::Run good = same(job, head + payment + tail);
    CHECK(good.findings == 0);
    CHECK(good.documents == 1);
    const fixture::Run bad = same(job, head + padded("Xwhat") + payment + tail);
    CHECK(has(bad, " 1:61 d1 "));
    const fixture::Run cut = same(job, head + payment.substr(0, 50));
    CHECK(has(cut, "00000-093"));
}

TEST_CASE("The titles of a table say how many fields its lines have") {
    const Flow flow(std::string(format) + R"(<xs:element name="file"><xs:complexType>
      <xs:sequence dfdl:separator="%NL;" dfdl:separatorPosition="postfix">
        <xs:element name="header" minOccurs="0"><xs:complexType><xs:sequence dfdl:separator=",">
          <xs:element name="title" type="xs:string" maxOccurs="unbounded"/>
        </xs:sequence></xs:complexType></xs:element>
        <xs:element name="record" maxOccurs="unbounded"><xs:complexType>
          <xs:sequence dfdl:separator=","><xs:element name="item" type="xs:string"
            maxOccurs="unbounded" dfdl:occursCountKind="expression"
            dfdl:occursCount="{ fn:count(../../header/title) }"/></xs:sequence>
        </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>)",
                    "/file", "record");
    const job::Job job = read(flow.job());
    CHECK(same(job, "a,b\n1,2\n3,4\n").findings == 0);
    const fixture::Run bad = same(job, "a,b\n1,2\n3\n4,5,6\n7,8");
    CHECK(bad.findings == 2);
    CHECK(has(bad, " 3:2 d1 r2 "));
    CHECK(has(bad, " 4:4 d1 r3 "));
}

TEST_CASE("Branches around records go by what a header said") {
    const std::string line = R"(<xs:complexType><xs:sequence>
      <xs:element name="k" type="xs:string" fixed="%" dfdl:lengthKind="explicit" dfdl:length="1"/>
      <xs:element name="v" type="xs:string"/></xs:sequence></xs:complexType></xs:element>)";
    const auto element = [&](const char* name, char key, const char* more) {
        std::string text = line;
        text[text.find('%')] = key;
        return "<xs:element name=\"" + std::string(name) + "\" dfdl:terminator=\"%NL;\" " + more +
               ">" + text;
    };
    const auto branch = [&](const char* kind, const char* name) {
        return "<xs:sequence><xs:annotation><xs:appinfo source=\"http://www.ogf.org/dfdl/\">"
               "<dfdl:discriminator>{ ./Head/v eq '" +
               std::string(kind) + "' }</dfdl:discriminator></xs:appinfo></xs:annotation>" +
               element(name, '6', "maxOccurs=\"unbounded\"") + "</xs:sequence>";
    };
    const Flow flow(std::string(format) +
                        "<xs:element name=\"File\"><xs:complexType><xs:sequence><xs:element "
                        "name=\"Batch\" maxOccurs=\"unbounded\"><xs:complexType><xs:sequence>" +
                        element("Head", '5', "") + "<xs:choice>" + branch("A", "One") +
                        branch("B", "Two") + "</xs:choice>" + element("Tail", '8', "") +
                        "</xs:sequence></xs:complexType></xs:element></xs:sequence>"
                        "</xs:complexType></xs:element>",
                    "/File/Batch", "One");
    const job::Job job = read(flow.job());
    const fixture::Run good = same(job, "5A\n6x\n6y\n8\n5B\n6z\n8\n");
    CHECK(good.findings == 0);
    CHECK(good.documents == 2);
    CHECK(has(good, "6y"));
    CHECK_FALSE(has(good, "6z"));
    CHECK(has(same(job, "5C\n6x\n8\n"), " 2:1 d1 "));
}
