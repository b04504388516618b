#include <doctest/doctest.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iterator>

#include "dfdl/charset.hpp"
#include "fixture.hpp"

namespace {

namespace fs = std::filesystem;
using fixture::has;
using fixture::read;
using fixture::same;

std::string content(const std::string& name) {
    std::ifstream in(fixture::root() / "samples/flat" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

const std::vector<std::uint64_t> slices = {1, 100, 700};

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
    const job::Job job = read("samples/flat/register.xml");
    const fixture::Run good = same(job, content("register-good.csv"), slices);
    CHECK(good.end == parse::End::complete);
    CHECK(good.findings == 0);
    CHECK((good.bytes == content("register-good.csv")));
    const fixture::Run bad = same(job, content("register-bad.csv"), slices);
    CHECK(bad.findings == 4);
    CHECK(has(bad, " 3:18 d1 r2 "));
    CHECK(has(bad, "00000-093"));
}

TEST_CASE("Records of several lines are told apart by a fixed field") {
    const job::Job job = read("samples/flat/transfers.xml");
    const fixture::Run good = same(job, content("transfers-good.txt"), slices);
    CHECK(good.findings == 0);
    CHECK(good.documents == 2);
    CHECK((good.bytes == content("transfers-good.txt")));
    const fixture::Run bad = same(job, content("transfers-bad.txt"), slices);
    CHECK(bad.findings == 1);
    CHECK(has(bad, "Group[1]/Transfer[1]/Order[1]/Currency[1]"));
}

TEST_CASE(
    "A mainframe's file has no line ends: a record that is none is passed over by its length") {
    const job::Job job = read("samples/flat/allowances.xml");
    const auto padded = [](std::string text) {
        text.resize(60, ' ');
        return dfdl::encoded(dfdl::Charset::ebcdic1148, text);
    };
    const std::string head = padded("HFUND-01   20260715"), tail = padded("T00000010000000000123");
    const std::string payment = padded("P82101243131Jonas               00000012C");
    const fixture::Run good = same(job, head + payment + tail, slices);
    CHECK(good.findings == 0);
    CHECK(good.documents == 1);
    const fixture::Run bad = same(job, head + padded("Xwhat") + payment + tail, slices);
    CHECK(has(bad, " 1:61 d1 "));
    const fixture::Run cut = same(job, head + payment.substr(0, 50), slices);
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
    CHECK(same(job, "a,b\n1,2\n3,4\n", slices).findings == 0);
    const fixture::Run bad = same(job, "a,b\n1,2\n3\n4,5,6\n7,8", slices);
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
    const fixture::Run good = same(job, "5A\n6x\n6y\n8\n5B\n6z\n8\n", slices);
    CHECK(good.findings == 0);
    CHECK(good.documents == 2);
    CHECK(has(good, "6y"));
    CHECK_FALSE(has(good, "6z"));
    CHECK(has(same(job, "5C\n6x\n8\n", slices), " 2:1 d1 "));
}

TEST_CASE("A file without line ends is passed over by its length, once") {
    const job::Job job = read("samples/flat/transfers.xml");
    const std::string zeros(1U << 20, '0');
    const std::clock_t begin = std::clock();
    const fixture::Run run = fixture::run(job, zeros, 1, 4U << 20);
    CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 5);
    CHECK(run.end != parse::End::stopped);
    CHECK(run.findings > 0);
    CHECK(run.findings < zeros.size() / 8);
}

TEST_CASE("Good, bad and unknown lines come to the same for any slices") {
    for (const std::string name : {"transfers", "register"}) {
        const std::string ending = name == "register" ? ".csv" : ".txt";
        const job::Job job = read("samples/flat/" + name + ".xml");
        std::vector<std::string> lines = {"X\n", "\n", "3000", std::string(150, 'Z') + "\n"};
        for (const char* const kind : {"-good", "-bad"}) {
            const std::string text = content(name + kind + ending);
            for (std::size_t at = 0, end = 0; end < text.size(); at = end)
                lines.push_back(text.substr(at, (end = text.find('\n', at) + 1) - at));
        }
        std::uint32_t seed = 7;
        for (int file = 0; file < 12; ++file) {
            std::string input;
            for (int i = 0; i < 120; ++i) {
                seed = seed * 1664525 + 1013904223;
                input += lines[(seed >> 8) % lines.size()];
            }
            CHECK(same(job, input, {1, 50, 333, 3000}).bytes == input);
        }
    }
}

TEST_CASE("A slice of unknown lines ends where its findings are too many") {
    const job::Job job = read("samples/flat/transfers.xml");
    std::string lines;
    for (int i = 0; i < 220'000; ++i) lines += "X\n";
    const fixture::Run whole = fixture::run(job, lines, 1, 4U << 20);
    CHECK(whole.outcomes == 3);
    CHECK((whole.bytes == lines));
    // Where less than a whole line is left, each is one that is too short, up to the last.
    CHECK(has(whole, " @" + std::to_string(lines.size() - 1) + " 220000:2 "));
    for (const std::uint64_t slice : {4U << 20, 100U << 10}) {
        const fixture::Run cut = fixture::run(job, lines, 3, slice);
        CHECK((cut.text == whole.text));
        CHECK((cut.declared == whole.declared));
        CHECK((cut.bytes == whole.bytes));
    }
}

TEST_CASE("Behind a file that is one unit a percent sign is no line end") {
    const Flow flow(std::string(format) + R"(<xs:element name="file"><xs:complexType><xs:sequence>
      <xs:element name="v" type="xs:string" dfdl:lengthKind="explicit" dfdl:length="2"/>
      </xs:sequence></xs:complexType></xs:element>)",
                    "/file", ".");
    const job::Job job = read(flow.job());
    CHECK(fixture::run(job, "ab \r\n", 1, 100).findings == 0);
    CHECK(has(fixture::run(job, "ab%", 1, 100), "00000-093"));
}

TEST_CASE("Unknown lines between a header and its records come to the same for any slices") {
    job::Job job = read("samples/flat/transfers.xml");
    job.limits.record_bytes_max = 400;
    std::string lines = content("transfers-bad.txt");
    const std::size_t behind = lines.find('\n') + 1;
    for (const std::size_t count : {1U, 30U, 300U}) {
        if (count == 300) lines.replace(0, 7, "0159926");
        std::string unknown;
        for (std::size_t i = 0; i < count; ++i) unknown += "X" + std::to_string(i) + "\n";
        const std::string input = lines.substr(0, behind) + unknown + lines.substr(behind);
        CHECK(same(job, input, {1, 100, 700}).bytes == input);
    }
}
