#include "app/answer_book.hpp"

#include <doctest/doctest.h>

using namespace app;

TEST_CASE("The namespaces of an answer are those of its innermost start tags") {
    CHECK(namespaces_of("<R><B>").empty());
    CHECK(namespaces_of("<R xmlns=\"urn:a\" x='1'><B xmlns:p='urn:p'>") ==
          " xmlns=\"urn:a\" xmlns:p='urn:p'");
    CHECK(namespaces_of("<R xmlns=\"urn:a\"><B xmlns='urn:b'>") == " xmlns='urn:b'");
    CHECK(namespaces_of("<R\n\txmlns:q = \"urn:q\" a=' xmlns:no=\"urn:no\"'>") ==
          " xmlns:q=\"urn:q\"");
}

TEST_CASE("A context comes back as it was written") {
    AnswerContext context;
    context.encoding = parse::Encoding::latin1;
    context.namespaces = " xmlns=\"urn:a b\"";
    const AnswerContext again = AnswerContext::parse(context.text());
    CHECK(again.encoding == parse::Encoding::latin1);
    CHECK(again.namespaces == context.namespaces);
    CHECK_FALSE(again.flat);
    context = {};
    context.flat = true;
    CHECK(AnswerContext::parse(context.text()).flat);
    CHECK(AnswerContext::parse(context.text()).namespaces.empty());
}
