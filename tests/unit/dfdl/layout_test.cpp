#include <doctest/doctest.h>

#include "fixture.hpp"

using fixture::errors;
using fixture::load;
using fixture::read;
using fixture::write;

namespace {

const char* const fixed = R"(representation="text" encoding="UTF-8" lengthKind="explicit"
 textTrimKind="padChar" textPadKind="padChar" textNumberPadCharacter="0" lengthUnits="characters")";

std::string sequence(const std::string& content, const std::string& attributes = {}) {
    return "<xs:element name=\"r\" dfdl:lengthKind=\"implicit\"><xs:complexType><xs:sequence " +
           attributes + ">" + content + "</xs:sequence></xs:complexType></xs:element>";
}

}  // namespace

TEST_CASE("Fields of fixed length are cut, trimmed and padded") {
    const auto loaded = load(fixed, sequence(R"(
        <xs:element name="a" type="xs:string" dfdl:length="4"/>
        <xs:element name="n" type="xs:integer" dfdl:length="5"/>
        <xs:element name="o" type="xs:string" minOccurs="0" dfdl:length="2"/>)"));
    REQUIRE(errors(loaded) == "");
    const auto& layout = *loaded.layout;
    CHECK(read(layout, "Jo  00042ab") == "<r><a>Jo</a><n>42</n><o>ab</o></r>");
    CHECK(read(layout, "Jo  00000  ") == "<r><a>Jo</a><n>0</n></r>");
    CHECK(read(layout, "élan00042ab") == "<r><a>élan</a><n>42</n><o>ab</o></r>");
    CHECK(read(layout, "Jo  00x42ab") == "-");
    CHECK(write(layout, "<r><a>élan</a><n>-42</n></r>") == "élan-0042  ");
    CHECK(write(layout, "<r><a>Johan</a><n>1</n></r>") ==
          "- a: its value is longer than its field");
    CHECK(write(layout, "<r><a> x </a><n>1</n></r>") ==
          "- r: reading it back would not give the same");
    CHECK(write(layout, "<r><n>1</n></r>") == "- a: it is missing, or its place is another one");
}

TEST_CASE("A record that is cut off is read as far as it goes, with words") {
    const auto loaded = load(fixed, sequence(R"(
        <xs:element name="a" type="xs:string" dfdl:length="4"/>
        <xs:element name="b" type="xs:string" dfdl:length="4"/>)"));
    REQUIRE(errors(loaded) == "");
    using Mode = dfdl::Parser::Mode;
    CHECK(read(*loaded.layout, "Jo  ab", Mode::lenient) == "<r><a>Jo</a><b>ab</b></r> !093@6");
    CHECK(read(*loaded.layout, "Jo  abcdef", Mode::lenient) ==
          "<r><a>Jo</a><b>abcd</b></r> !093@8");
}

TEST_CASE("Quotes hold delimiters, and go where they are needed") {
    const auto loaded = load(
        R"(lengthKind="delimited" escapeSchemeRef="q")",
        sequence(
            R"(
        <xs:element name="a" type="xs:string" maxOccurs="unbounded"/>)",
            R"(dfdl:separator="," dfdl:terminator="%NL;" dfdl:separatorSuppressionPolicy="never")"),
        R"(<dfdl:defineEscapeScheme name="q"><dfdl:escapeScheme escapeKind="escapeBlock"
           escapeBlockStart="&quot;" escapeBlockEnd="&quot;" escapeEscapeCharacter="&quot;"/>
           </dfdl:defineEscapeScheme>)");
    REQUIRE(errors(loaded) == "");
    const auto& layout = *loaded.layout;
    CHECK(read(layout, "x,\"a \"\"b\"\", c\",,z\n") ==
          "<r><a>x</a><a>a \"b\", c</a><a></a><a>z</a></r>");
    CHECK(read(layout, "\"two\nlines\"\r\n") == "<r><a>two\nlines</a></r>");
    CHECK(read(layout, "\"open,x\n") == "-");
    CHECK(write(layout, "<r><a>x</a><a>a \"b\", c</a><a/><a>\n</a></r>") ==
          "x,\"a \"\"b\"\", c\",,\"\n\"\n");
}

TEST_CASE("An escape character stands before a delimiter and before itself") {
    const auto loaded =
        load(R"(lengthKind="delimited" escapeSchemeRef="s")",
             sequence(R"(
        <xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/>)",
                      R"(dfdl:separator="+" dfdl:terminator="'")"),
             R"(<dfdl:defineEscapeScheme name="s"><dfdl:escapeScheme escapeKind="escapeCharacter"
           escapeCharacter="!" escapeEscapeCharacter="!"/></dfdl:defineEscapeScheme>)");
    REQUIRE(errors(loaded) == "");
    CHECK(read(*loaded.layout, "1!+1+why!!!!'") == "<r><a>1+1</a><b>why!!</b></r>");
    CHECK(write(*loaded.layout, "<r><a>1+1</a><b>why!'</b></r>") == "1!+1+why!!!''");
}

TEST_CASE("Choices go by initiators, by keys, by a dispatch key") {
    const std::string line = R"(<xs:complexType><xs:sequence>
        <xs:element name="k" type="xs:string" fixed="%" dfdl:length="1"/>
        <xs:element name="v" type="xs:string" dfdl:length="2"/></xs:sequence></xs:complexType>)";
    const auto with = [&](char key) {
        std::string text = line;
        text[text.find('%')] = key;
        return text;
    };
    const std::string two = "<xs:choice><xs:element name=\"x\" dfdl:lengthKind=\"implicit\">" +
                            with('1') +
                            "</xs:element><xs:element name=\"y\" dfdl:lengthKind=\"implicit\">" +
                            with('2') + "</xs:element></xs:choice>";
    const auto keyed = load(fixed, sequence(two));
    REQUIRE(errors(keyed) == "");
    CHECK(read(*keyed.layout, "2ab") == "<r><y><k>2</k><v>ab</v></y></r>");
    CHECK(read(*keyed.layout, "3ab") == "-");
    CHECK(write(*keyed.layout, "<r><x><k>1</k><v>q</v></x></r>") == "1q ");
    const auto dispatched = load(fixed, sequence(R"(
        <xs:element name="t" type="xs:string" dfdl:length="1"/>
        <xs:choice dfdl:choiceDispatchKey="{./t}">
          <xs:element name="p" type="xs:string" dfdl:length="2" dfdl:choiceBranchKey="A B"/>
          <xs:element name="q" type="xs:integer" dfdl:length="2" dfdl:choiceBranchKey="C"/>
        </xs:choice>)"));
    REQUIRE(errors(dispatched) == "");
    CHECK(read(*dispatched.layout, "B12") == "<r><t>B</t><p>12</p></r>");
    CHECK(read(*dispatched.layout, "C12") == "<r><t>C</t><q>12</q></r>");
    CHECK(read(*dispatched.layout, "D12") == "-");
    CHECK(write(*dispatched.layout, "<r><t>A</t><q>12</q></r>") ==
          "- r: reading it back would not give the same");
}

TEST_CASE("Occurrences go by count, by a number before them, by a stop value") {
    const auto counted = load(fixed, sequence(R"(
        <xs:element name="n" type="xs:integer" dfdl:length="1"/>
        <xs:element name="v" type="xs:string" dfdl:length="2" minOccurs="0" maxOccurs="9"
                    dfdl:occursCountKind="expression" dfdl:occursCount="{../n}"/>)"));
    REQUIRE(errors(counted) == "");
    CHECK(read(*counted.layout, "2abcdef") == "<r><n>2</n><v>ab</v><v>cd</v></r> +2");
    CHECK(write(*counted.layout, "<r><n>1</n><v>a</v></r>") == "1a ");
    CHECK(write(*counted.layout, "<r><n>2</n><v>a</v></r>").substr(0, 2) == "- ");
    const auto stopped = load(R"(lengthKind="delimited")", sequence(R"(
        <xs:element name="v" type="xs:string" minOccurs="0" maxOccurs="unbounded"
                    dfdl:occursCountKind="stopValue" dfdl:occursStopValue="END"/>)",
                                                                    "dfdl:separator=\"/\""));
    REQUIRE(errors(stopped) == "");
    CHECK(read(*stopped.layout, "a/b/END") == "<r><v>a</v><v>b</v></r>");
    CHECK(write(*stopped.layout, "<r><v>a</v></r>") == "a/END");
}

TEST_CASE("A path ends with the element that it begins in") {
    const auto groups = load(fixed, sequence(R"(
        <xs:element name="g" minOccurs="3" maxOccurs="3" dfdl:lengthKind="implicit"><xs:complexType>
          <xs:sequence>
            <xs:element name="n" type="xs:integer" dfdl:length="1"/>
            <xs:element name="v" type="xs:string" dfdl:length="1" minOccurs="0" maxOccurs="9"
                        dfdl:occursCountKind="expression" dfdl:occursCount="{../n}"/>
          </xs:sequence></xs:complexType></xs:element>
        <xs:element name="w" type="xs:string" dfdl:length="1" minOccurs="0" maxOccurs="9"
                    dfdl:occursCountKind="expression" dfdl:occursCount="{fn:count(../g/v)}"/>)"));
    REQUIRE(errors(groups) == "");
    CHECK(read(*groups.layout, "1a02bcxyzz") ==
          "<r><g><n>1</n><v>a</v></g><g><n>0</n></g><g><n>2</n><v>b</v><v>c</v></g>"
          "<w>x</w><w>y</w><w>z</w></r> +1");
}

TEST_CASE("Separators stand between, before or behind; empty places at the end may be left out") {
    const std::string fields = R"(<xs:element name="a" type="xs:string"/>
        <xs:element name="b" type="xs:integer" minOccurs="0"/>
        <xs:element name="c" type="xs:string" minOccurs="0"/>)";
    const auto policy = [&](const char* position, const char* suppression) {
        return load(R"(lengthKind="delimited")",
                    sequence(fields, std::string("dfdl:separator=\";\" dfdl:separatorPosition=\"") +
                                         position + "\" dfdl:separatorSuppressionPolicy=\"" +
                                         suppression + "\""));
    };
    const auto trailing = policy("infix", "trailingEmpty");
    REQUIRE(errors(trailing) == "");
    CHECK(read(*trailing.layout, "x;;y") == "<r><a>x</a><c>y</c></r>");
    CHECK(read(*trailing.layout, "x") == "<r><a>x</a></r>");
    CHECK(read(*trailing.layout, "x;;") == "<r><a>x</a></r>");
    CHECK(write(*trailing.layout, "<r><a>x</a><c>y</c></r>") == "x;;y");
    CHECK(write(*trailing.layout, "<r><a>x</a></r>") == "x");
    CHECK(write(*policy("infix", "never").layout, "<r><a>x</a></r>") == "x;;");
    CHECK(write(*policy("prefix", "never").layout, "<r><a>x</a><b>1</b></r>") == ";x;1;");
    CHECK(read(*policy("postfix", "never").layout, "x;1;y;") == "<r><a>x</a><b>1</b><c>y</c></r>");
}

TEST_CASE("Nil is told by its literal") {
    const auto loaded = load(fixed, sequence(R"(
        <xs:element name="d" type="xs:date" nillable="true" dfdl:length="8" dfdl:nilValue="00000000"
          dfdl:calendarPattern="yyyyMMdd"/><xs:element name="s" type="xs:string" nillable="true"
          dfdl:length="3" dfdl:nilKind="literalCharacter" dfdl:nilValue="9"/>)"));
    REQUIRE(errors(loaded) == "");
    CHECK(read(*loaded.layout, "00000000999") == "<r><d nil></d><s nil></s></r>");
    CHECK(read(*loaded.layout, "20240101998") == "<r><d>2024-01-01</d><s>998</s></r>");
    const std::string nil = "xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'";
    CHECK(write(*loaded.layout, "<r><d " + nil + "/><s " + nil + "/></r>") == "00000000999");
}

TEST_CASE("What is outside the subset is told at its place, never passed over") {
    const auto told = [](const std::string& defaults, const std::string& field) {
        return errors(load(
            defaults, sequence("\n<xs:element name=\"a\" type=\"xs:string\" " + field + "/>")));
    };
    CHECK(told("", "dfdl:lenght=\"3\"") == "6:39 DFDL 1.0 has no property 'lenght'\n");
    CHECK(told("", "dfdl:lengthKind=\"prefixed\"") ==
          "6:39 the DFDL property lengthKind: 'prefixed' is outside the subset\n");
    CHECK(told("", "dfdl:lengthKind=\"fixed\"").find("cannot be 'fixed'") != std::string::npos);
    CHECK(told("encoding=\"UTF-16\"", "").find("'UTF-16' is outside") != std::string::npos);
    CHECK(told("", "dfdl:initiator=\"%XY;\"").find("%XY; is not known") != std::string::npos);
    CHECK(told("lengthKind=\"explicit\"", "").find("explicit needs dfdl:length") !=
          std::string::npos);
    CHECK(told("", "dfdl:outputValueCalc=\"{1}\"").find("outside") != std::string::npos);
    CHECK(told("ref=\"nix\"", "").find("no dfdl:defineFormat 'nix'") != std::string::npos);
    // A default that nothing uses is no fault.
    CHECK(told("binaryFloatRep=\"ieee\" lengthKind=\"delimited\" sequenceKind=\"ordered\"", "") ==
          "");
    const auto inside = load("",
                             "<xs:element name=\"r\"><xs:complexType><xs:all/></xs:complexType>"
                             "</xs:element>");
    CHECK(errors(inside).find("xs:all") != std::string::npos);
}
