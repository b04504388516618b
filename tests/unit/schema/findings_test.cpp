// One fault, one finding, where it is; and the rest of the record is still checked.
#include <doctest/doctest.h>

#include "walk_support.hpp"

using walk_support::compiled;
using walk_support::walk;

namespace {

std::shared_ptr<const schema::Schema> form_schema() {
    static const auto schema = compiled(
        "<xs:element name='form'><xs:complexType><xs:sequence>"
        "<xs:element name='a' type='xs:int'><xs:annotation><xs:documentation>00011"
        "</xs:documentation></xs:annotation></xs:element>"
        "<xs:element name='b' type='xs:string'/>"
        "<xs:element name='c' minOccurs='0' maxOccurs='2'><xs:complexType><xs:sequence>"
        "<xs:element name='x' type='xs:date'/><xs:element name='y' type='sex' minOccurs='0'/>"
        "</xs:sequence><xs:attribute name='kind' use='required' type='xs:int'/></xs:complexType>"
        "</xs:element>"
        "<xs:choice><xs:element name='d' type='code'/><xs:element name='e'/></xs:choice>"
        "<xs:element name='f' type='amount'/></xs:sequence></xs:complexType></xs:element>"
        "<xs:simpleType name='sex'><xs:restriction base='xs:string'><xs:enumeration value='1'/>"
        "<xs:enumeration value='2'/></xs:restriction></xs:simpleType>"
        "<xs:simpleType name='code'><xs:restriction base='xs:string'>"
        "<xs:pattern value='[A-Z]{2}'/></xs:restriction></xs:simpleType>"
        "<xs:simpleType name='amount'><xs:restriction base='xs:integer'>"
        "<xs:minInclusive value='1'/><xs:maxInclusive value='99'/></xs:restriction>"
        "</xs:simpleType>");
    return schema;
}

// The findings of a form with these children, each on its own line from line 2.
std::string found(std::initializer_list<const char*> lines) {
    REQUIRE(form_schema() != nullptr);
    std::string document = "<form>\n";
    for (const char* line : lines) document += std::string(line) + "\n";
    document += "</form>";
    const std::string whole = walk(form_schema(), document).text();
    for (const std::size_t step : {1U, 5U, 33U})
        CHECK(walk(form_schema(), document, step).text() == whole);
    return whole;
}

constexpr const char *a = "<a>1</a>", *b = "<b>x</b>",
                     *c = "<c kind='1'><x>2026-01-01</x><y>1</y></c>", *d = "<d>AB</d>",
                     *f = "<f>5</f>";

}  // namespace

TEST_CASE("A good form has no finding") {
    CHECK(found({a, b, c, c, d, f}).empty());
}

TEST_CASE("A missing element is found at the tag that follows") {
    CHECK(found({b, c, d, f}) == "00011-001 a 2:1");
    CHECK(found({a, c, d, f}) == "00000-001 b 3:1");
    CHECK(found({a, b, c, f}) == "00000-001 d 5:1");
    CHECK(found({a, b, d}) == "00000-001 f 5:1");
    CHECK(found({a, f}) == "00000-001 b 3:1; 00000-001 d 3:1");
    CHECK(found({}) == "00011-001 a 2:1; 00000-001 b 2:1; 00000-001 d 2:1; 00000-001 f 2:1");
    CHECK(found({a, b, "<c kind='1'></c>", d, f}) == "00000-001 x 4:13");
}

TEST_CASE("A wrong order is one finding") {
    CHECK(found({b, a, c, d, f}) == "00000-091 b 2:1");
    CHECK(found({a, b, d, c, f}) == "00000-091 c 5:1");
    CHECK(found({f, a, b, c, d}) == "00000-091 f 2:1");
    CHECK(found({a, b, f, d}) == "00000-091 f 4:1");
}

TEST_CASE("Too many are told one by one, with the number allowed") {
    CHECK(found({a, a, b, d, f}) == "00011-090 a 3:1");
    CHECK(found({a, b, c, c, c, c, d, f}) == "00000-090 c 6:1; 00000-090 c 7:1");
    CHECK(found({a, b, d, f, f}) == "00000-090 f 6:1");
    const auto walked = walk(form_schema(),
                             "<form><a>1</a><b/><c kind='1'><x>2026-01-01</x></c>"
                             "<c kind='1'><x>2026-01-01</x></c><c kind='1'>"
                             "<x>2026-01-01</x></c><e/><f>1</f></form>");
    REQUIRE(walked.findings.size() == 1);
    CHECK(walked.findings[0].details == std::vector<std::string>{"2"});
    CHECK(walked.findings[0].path == "/form[1]/c[3]");
}

TEST_CASE("An unknown element, also in the place of a known one, is one finding") {
    CHECK(found({a, "<z><q>5</q></z>", b, d, f}) == "00000-092 z 3:1");
    CHECK(found({"<A>1</A>", b, d, f}) == "00000-092 A 2:1");
    CHECK(found({a, b, d, "<F>5</F>"}) == "00000-092 F 5:1");
    CHECK(found({a, b, "<d>AB<z/></d>", f}) == "00000-092 z 4:6");
}

TEST_CASE("Values are found at their first character") {
    CHECK(found({"<a>1x</a>", b, d, f}) == "00011-002 a 2:4");
    CHECK(found({"<a></a>", b, d, f}) == "00011-001 a 2:4");
    CHECK(found({a, b, "<d>ABC</d>", f}) == "00000-003 d 4:4");
    CHECK(found({a, b, d, "<f>100</f>"}) == "00000-008 f 5:4");
    CHECK(found({a, b, "<c kind='1'><x>2026-02-30</x><y>3</y></c>", d, f}) ==
          "00000-003 x 4:16; 00000-008 y 4:33");
    CHECK(found({a, b, "<c kind='x'><x>2026-01-01</x></c>", d, f}) == "00000-002 @kind 4:10");
    CHECK(found({a, b, "<c><x>2026-01-01</x></c>", d, f}) == "00000-001 @kind 4:1");
    CHECK(found({a, b, "<c kind='1' more=''><x>2026-01-01</x></c>", d, f}) ==
          "00000-092 @more 4:13");
    CHECK(found({a, "text", b, d, "more", f}) == "00000-003 form 3:1");
}

TEST_CASE("Several faults of one form are all found") {
    CHECK(found({"<a>x</a>", c, "<z/>", "<d>ab</d>", "<f>0</f>"}) ==
          "00011-002 a 2:4; 00000-001 b 3:1; 00000-092 z 4:1; 00000-003 d 5:4; 00000-008 f 6:4");
}

TEST_CASE("Findings carry path, value and no value in their details") {
    const auto walked = walk(form_schema(), "<form><a>secret</a><b/><d>" + std::string(300, 'Q') +
                                                "</d><f>1</f></form>");
    REQUIRE(walked.findings.size() == 2);
    CHECK(walked.findings[0].path == "/form[1]/a[1]");
    CHECK(walked.findings[0].value == "secret");
    CHECK(walked.findings[1].value == std::string(100, 'Q'));
    for (const auto& each : walked.findings)
        for (const auto& detail : each.details) CHECK(detail.find("secret") == std::string::npos);
}

TEST_CASE("Lines end with any of the three line ends, columns count characters") {
    const auto walked = walk(form_schema(),
                             "\xEF\xBB\xBF<form>\r\n<a>1</a>\r<b>\xC3\xA9\xE2\x82\xAC</b><z/>"
                             "\n\n<d>AB</d>\r\n<f>x</f></form>");
    CHECK(walked.text() == "00000-092 z 3:10; 00000-002 f 6:4");
    CHECK(walk(form_schema(), "\xEF\xBB\xBF<forn/>").text() == "00000-092 forn 1:1");
}

TEST_CASE("Findings beyond the limit are counted, not kept") {
    std::string document = "<form><a>1</a><b/><c kind='1'><x>2026-01-01</x>";
    for (int i = 0; i < 150; ++i) document += "<z/>";
    document += "</c><e/><f>1</f></form>";
    schema::Walker walker(form_schema(), {}, {});
    CHECK(walker.walk(document, true) == schema::Stop::end);
    CHECK(walker.findings().size() == 100);
    CHECK(walker.findings().size() + walker.findings_dropped() == 150);
}
