#include <doctest/doctest.h>

#include "ledger/figures.hpp"

using namespace ledger;

TEST_CASE("the items of a list are found whatever their texts hold, and of no other list") {
    const std::string body =
        R"({"of":"parcels","files":[{"name":"a","why":"} ] \" {"},{"name":"b"}],)"
        R"("waiting":[{"name":"c"}]})";
    const auto files = body_items(body, "files");
    REQUIRE(files.size() == 2);
    CHECK(body_text(files[0], "why") == "} ] \" {");
    CHECK(body_text(files[1], "name") == "b");
    CHECK(body_items(body, "waiting").size() == 1);
    CHECK(body_items(body, "of").empty());
    CHECK(body_items(body, "none").empty());
    CHECK(body_items(R"({"files":[]})", "files").empty());
}
