#include "xml/document.hpp"

#include <doctest/doctest.h>

#include "core/fault.hpp"

using namespace std::string_literals;

namespace {

std::optional<xml::Document> parse(const std::string& text, xml::Options options = {}) {
    std::vector<xml::Error> errors;
    auto document = xml::Document::parse(text, options, errors);
    CHECK(document.has_value() == errors.empty());
    return document;
}

std::vector<xml::Error> errors_of(const std::string& text, xml::Options options = {}) {
    std::vector<xml::Error> errors;
    CHECK_FALSE(xml::Document::parse(text, options, errors).has_value());
    CHECK_FALSE(errors.empty());
    return errors;
}

}  // namespace

TEST_CASE("Elements have expanded names, children, text and parents") {
    const auto document = parse("<a xmlns='urn:x' xmlns:p='urn:p'>one<p:b/>two<c xmlns=''/></a>");
    const xml::Element& root = document->root();
    CHECK(root.is("urn:x", "a"));
    REQUIRE(root.children.size() == 2);
    CHECK(root.children[0]->is("urn:p", "b"));
    CHECK(root.children[1]->is("", "c"));
    CHECK(root.children[1]->parent == &root);
    CHECK(root.text() == "onetwo");
    REQUIRE(root.content.size() == 4);
    CHECK(root.content[0].text == "one");
    CHECK(root.content[1].element == root.children[0]);
    CHECK(root.content[2].text == "two");
}

TEST_CASE("Prefixes are resolved where an element stands") {
    const auto document =
        parse("<a xmlns:p='urn:1'><b xmlns:p='urn:2' xmlns='urn:d'><c xmlns=''/></b></a>");
    const xml::Element& root = document->root();
    const xml::Element& b = *root.children[0];
    CHECK(root.resolve("p") == "urn:1");
    CHECK(b.resolve("p") == "urn:2");
    CHECK(b.resolve("") == "urn:d");
    CHECK(b.children[0]->resolve("") == "");
    CHECK(b.children[0]->resolve("p") == "urn:2");
    CHECK_FALSE(root.resolve("q").has_value());
    CHECK(root.resolve("xml") == "http://www.w3.org/XML/1998/namespace");
    CHECK(b.in_scope().size() == 2);
}

TEST_CASE("Places are those of the opening bracket, whatever stands before") {
    const std::string text =
        "<?xml version='1.0'?>\n<!-- <a> -->\n<a t='>'\n  u=\"2\">x &lt; y<![CDATA[<z>]]>\r\n"
        "\xC3\xA9<?pi <q>?><b/>\r<c\n></c\n></a>";
    const auto document = parse(text);
    const xml::Element& root = document->root();
    CHECK(document->place(root).line == 3);
    CHECK(document->place(root).column == 1);
    CHECK(root.end_offset == text.size());
    const xml::Element& b = *root.children[0];
    CHECK(text.substr(b.offset, 4) == "<b/>");
    CHECK(b.end_offset == b.offset + 4);
    CHECK(document->place(b).line == 5);
    CHECK(document->place(b).column == 12);  // the accent is one
    const xml::Element& c = *root.children[1];
    CHECK(document->place(c).line == 6);  // a lone CR ends a line
    CHECK(text.substr(c.offset, c.end_offset - c.offset) == "<c\n></c\n>");
    CHECK(root.content[0].text == "x < y<z>\n\xC3\xA9");
}

TEST_CASE("Attributes have raw and normalised values and their own places") {
    const std::string text =
        "<a xmlns:p='urn:p' one = 'x&amp;y&#10;z\tw' p:two=\"it's\" xml:lang='fr'/>";
    const auto document = parse(text);
    const xml::Element& root = document->root();
    REQUIRE(root.attributes.size() == 3);
    const xml::Attribute& one = *root.attribute("one");
    CHECK(one.value == "x&y\nz w");
    CHECK(one.raw == "x&amp;y&#10;z\tw");
    CHECK(one.offset == text.find("one"));
    CHECK(text.substr(one.value_offset, 2) == "x&");
    const xml::Attribute* two = root.attribute("urn:p", "two");
    REQUIRE(two != nullptr);
    CHECK(two->raw == "it's");
    CHECK(text.substr(two->offset, 5) == "p:two");
    CHECK(root.attribute("two") == nullptr);
    CHECK(root.attribute("http://www.w3.org/XML/1998/namespace", "lang")->value == "fr");
    REQUIRE(root.declared.size() == 1);
    CHECK(root.declared[0].prefix == "p");
}

TEST_CASE("A moved document keeps its tree") {
    auto first = parse("<a><b x='1'/></a>");
    const xml::Element* b = first->root().children[0];
    xml::Document second = std::move(*first);
    CHECK(second.root().children[0] == b);
    CHECK(b->attribute("x")->raw == "1");
}

TEST_CASE("What is not well-formed is told with its place") {
    auto errors = errors_of("<a>\n <b></c>\n</a>");
    CHECK(errors[0].line == 2);
    CHECK(errors_of("<a x='1' x='2'/>")[0].line == 1);
    CHECK(errors_of("<p:a/>")[0].text.find("p") != std::string::npos);
    CHECK(errors_of("<a>&nothing;</a>").size() >= 1);
    CHECK(errors_of("<a/><b/>").size() >= 1);
    CHECK(errors_of("<a>\x01</a>").size() >= 1);
    CHECK(errors_of("<a>\xC3(</a>").size() >= 1);
    CHECK(errors_of("").size() == 1);
    CHECK(errors_of("   ").size() >= 1);
    CHECK(errors_of("<a").size() >= 1);
    CHECK(errors_of("<a x='<'/>").size() >= 1);
}

TEST_CASE("A document type is refused unless asked for") {
    const auto errors = errors_of("<?xml version='1.0'?>\n<!DOCTYPE a><a/>");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].line == 2);
    CHECK(errors[0].text.find("DOCTYPE") != std::string::npos);
}

TEST_CASE("An internal subset gives its entities and defaults once each") {
    xml::Options options;
    options.allow_doctype = true;
    const auto document = parse(
        "<!DOCTYPE a [<!-- <x> --><!ENTITY t 'te'><!ENTITY e '<b "
        "u=\"&t;&amp;amp;\">&t;xt</b>'><!ATTLIST a d CDATA "
        "'v'>]>"
        "<a w='&t;&amp;'>&e;-&e;&t;<c/></a>",
        options);
    const xml::Element& root = document->root();
    REQUIRE(root.children.size() == 3);
    CHECK(root.children[0]->text() == "text");
    CHECK(root.children[1]->text() == "text");
    CHECK(root.children[1]->value("u") == "te&");
    CHECK(root.text() == "-te");
    CHECK(document->text().substr(root.children[1]->offset, 3) == "&e;");
    CHECK(document->text().substr(root.children[2]->offset, 4) == "<c/>");
    CHECK(root.attribute("d")->value == "v");
    CHECK(root.attribute("w")->value == "te&");
}

TEST_CASE("Entities cannot explode, nor bring anything from outside") {
    xml::Options options;
    options.allow_doctype = true;
    options.expanded_bytes_max = 1 << 20;
    std::string bomb = "<!DOCTYPE a [<!ENTITY e0 'xxxxxxxxxx'>";
    for (int i = 1; i < 12; ++i) {
        bomb += "<!ENTITY e" + std::to_string(i) + " '";
        for (int j = 0; j < 10; ++j) bomb += "&e" + std::to_string(i - 1) + ";";
        bomb += "'>";
    }
    errors_of(bomb + "]><a>&e11;</a>", options);
    errors_of("<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", options);
    std::vector<xml::Error> errors;
    const auto external = xml::Document::parse(
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd' [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
        "<a>&e;</a>",
        options, errors);
    if (external) CHECK(external->root().deep_text().empty());
}

TEST_CASE("Other encodings are read, and offsets count in the UTF-8 text") {
    const auto latin = parse("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9<b/></a>");
    CHECK(latin->root().text() == "\xC3\xA9");
    CHECK(latin->text()[latin->root().children[0]->offset] == '<');
    std::string wide = "\xFF\xFE"s;
    for (char c : "<?xml version='1.0' encoding='UTF-16'?><a>x</a>"s) {
        wide += c;
        wide += '\0';
    }
    CHECK(parse(wide)->root().text() == "x");
    CHECK(parse(wide.substr(2))->root().text() == "x");
    CHECK(parse("\xEF\xBB\xBF<a>x</a>")->root().offset == 0);
    CHECK(errors_of("<?xml version='1.0' encoding='KLINGON'?><a/>")[0].text.find("KLINGON") !=
          std::string::npos);
}

TEST_CASE("Limits end in an error, long texts within them do not") {
    xml::Options options;
    options.depth_max = 300;
    std::string deep;
    for (int i = 0; i < 300; ++i) deep += "<a>";
    std::string closed = deep;
    for (int i = 0; i < 300; ++i) closed += "</a>";
    CHECK(parse(closed, options).has_value());
    CHECK(errors_of(deep + "<a>", options)[0].text.find("300") != std::string::npos);
    CHECK(parse("<a>" + std::string(12 << 20, 'x') + "</a>")->root().text().size() == 12U << 20);
    options.bytes_max = 10;
    errors_of("<a>1234567</a>", options);
}

TEST_CASE("A file that cannot be read is a fault of the world") {
    std::vector<xml::Error> errors;
    CHECK_THROWS_AS(xml::Document::parse_file("/nowhere/x.xml", {}, errors), core::Fault);
    CHECK_THROWS_AS(xml::Document::parse_file("/", {}, errors), core::Fault);
}
