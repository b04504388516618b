#include <doctest/doctest.h>

#include "rules/enrich.hpp"

using rules::put_child;

TEST_CASE("An element is put behind the children that come before it") {
    const std::string record = "<p:P a='>'>\n  <p:A>1</p:A>\n  <B><Z/></B>\n  <C/>\n</p:P>";
    CHECK(put_child(record, "N", {"A", "B"}, "<N>x</N>") ==
          "<p:P a='>'>\n  <p:A>1</p:A>\n  <B><Z/></B><N>x</N>\n  <C/>\n</p:P>");
    CHECK(put_child(record, "N", {}, "<N/>") ==
          "<p:P a='>'><N/>\n  <p:A>1</p:A>\n  <B><Z/></B>\n  <C/>\n</p:P>");
    CHECK(put_child(record, "N", {"A", "B", "C"}, "<N/>") ==
          "<p:P a='>'>\n  <p:A>1</p:A>\n  <B><Z/></B>\n  <C/><N/>\n</p:P>");
    // One of these names behind another child does not count.
    CHECK(put_child("<P><A/><C/><A/></P>", "N", {"A"}, "<N/>") == "<P><A/><N/><C/><A/></P>");
    CHECK(put_child(record, "N", {"A"}, "") == record);
}

TEST_CASE("What stands there under its name is taken away, wherever it stands") {
    const std::string record =
        "<P>\n <N>forged</N>\n <A/>\n <q:N><N><A/></N></q:N><!-- <N> -->\n <N/><B><N/></B></P>";
    CHECK(put_child(record, "N", {"A"}, "<N>true</N>") ==
          "<P>\n <A/><N>true</N><!-- <N> --><B><N/></B></P>");
    CHECK(put_child(record, "N", {"A"}, "") == "<P>\n <A/><!-- <N> --><B><N/></B></P>");
}

TEST_CASE("A record without children, and markup that only looks like a child") {
    CHECK(put_child("<p:P a='1' />", "N", {"A"}, "<N/>") == "<p:P a='1' ><N/></p:P>");
    CHECK(put_child("<P/>", "N", {"A"}, "") == "<P/>");
    CHECK(put_child("<P></P>", "N", {"A"}, "<N/>") == "<P><N/></P>");
    CHECK(put_child("<P><!-- <C/> --><![CDATA[<C/>]]><?x <C/> ?><A>a</A></P>", "N", {"A"},
                    "<N/>") == "<P><!-- <C/> --><![CDATA[<C/>]]><?x <C/> ?><A>a</A><N/></P>");
}
