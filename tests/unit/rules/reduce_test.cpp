#include <doctest/doctest.h>

#include "rules/reduce.hpp"

namespace {

job::Path path(std::vector<std::string> names) {
    job::Path made;
    for (std::string& name : names) made.steps.push_back({{"", std::move(name)}, {}});
    return made;
}

std::string cut(std::string_view record, std::vector<job::Path> paths) {
    std::vector<const job::Path*> list;
    for (const job::Path& one : paths) list.push_back(&one);
    return rules::without(record, list);
}

}  // namespace

TEST_CASE("Elements are left out with all they hold, whatever their form") {
    const std::string record =
        "\n  <p:P a='>'>\n    <p:A>1</p:A>\n    <B x=\"/>\"><A>2</A></B>\n  "
        "  <A/><C><!-- <A> --><![CDATA[</C><A>]]></C></p:P>";
    CHECK(cut(record, {}) == record);
    CHECK(cut(record, {path({"A"})}) ==
          "\n  <p:P a='>'>\n    <B x=\"/>\"><A>2</A></B><C><!-- <A> "
          "--><![CDATA[</C><A>]]></C></p:P>");
    CHECK(cut(record, {path({"B", "A"})}) ==
          "\n  <p:P a='>'>\n    <p:A>1</p:A>\n    <B x=\"/>\"></B>\n    <A/><C><!-- <A> "
          "--><![CDATA[</C><A>]]></C></p:P>");
    CHECK(cut(record, {path({"A"}), path({"B"}), path({"C"})}) == "\n  <p:P a='>'></p:P>");
    CHECK(cut("<P/>", {path({"P"})}) == "<P/>");
    CHECK(cut("<P><A><A>1</A></A>2</P>", {path({"A"})}) == "<P>2</P>");
    CHECK(cut("<P><A><A>1</A></A>2</P>", {path({"A", "A"})}) == "<P><A></A>2</P>");
}
