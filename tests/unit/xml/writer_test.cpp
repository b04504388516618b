#include "xml/writer.hpp"

#include <doctest/doctest.h>

#include "xml/document.hpp"

TEST_CASE("What is escaped comes back the same") {
    const std::string hard = "a<b>&\"'\r\n\t]]>\xC3\xA9\xF0\x9F\x98\x80";
    std::string out;
    xml::Writer(out, xml::Writer::Layout::compact).start("a").attribute("x", hard).text(hard).end();
    std::vector<xml::Error> errors;
    const auto document = xml::Document::parse(out, {}, errors);
    REQUIRE(document.has_value());
    CHECK(document->root().text() == hard);
    CHECK(document->root().value("x") == hard);
}

TEST_CASE("Characters that XML cannot carry are replaced") {
    CHECK(xml::escape_text(std::string_view("a\0b\x1F", 4)) ==
          "a\xEF\xBF\xBD"
          "b\xEF\xBF\xBD");
    CHECK(xml::escape_text("\xC3(") == "\xEF\xBF\xBD(");
    CHECK(xml::escape_text("\xED\xA0\x80").size() == 9);  // a surrogate
    CHECK(xml::escape_text("\xEF\xBF\xBE").size() == 9);  // U+FFFE
}

TEST_CASE("Layout is indented where no text would change") {
    std::string out;
    xml::Writer writer(out);
    writer.declaration().start("a").leaf("b", "x").leaf("n", 5).start("c").attribute("k", 7).end();
    writer.start("m").text("t").leaf("i", "").text("u").end().comment("a--b");
    writer.finish();
    CHECK(out ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>\n  <b>x</b>\n  <n>5</n>\n"
          "  <c k=\"7\"/>\n  <m>t<i/>u</m>\n  <!-- a- -b -->\n</a>\n");
}
