#include "job/path.hpp"

#include <doctest/doctest.h>

namespace {

struct Prefixes : job::PrefixLookup {
    bool find(std::string_view prefix, std::string& space) const override {
        if (prefix != "p") return false;
        space = "urn:p";
        return true;
    }
};

std::optional<job::Path> path(std::string_view text) {
    std::string error;
    auto result = job::parse_path(text, Prefixes(), error);
    CHECK(result.has_value() == error.empty());
    return result;
}

std::optional<job::Condition> condition(std::string_view text) {
    std::string error;
    auto result = job::parse_condition(text, Prefixes(), error);
    CHECK_MESSAGE(result.has_value() == error.empty(), text << ": " << error);
    return result;
}

std::string path_error(std::string_view text) {
    std::string error;
    CHECK_FALSE(job::parse_path(text, Prefixes(), error).has_value());
    return error;
}

std::string condition_error(std::string_view text) {
    std::string error;
    CHECK_FALSE(job::parse_condition(text, Prefixes(), error).has_value());
    return error;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Paths have ups, steps, one attribute and predicates") {
    const auto full = path("../../p:A/B[p:C = \"it's\"]/@p:d");
    REQUIRE(full.has_value());
    CHECK(full->up == 2);
    CHECK_FALSE(full->absolute);
    REQUIRE(full->steps.size() == 2);
    CHECK(full->steps[0].name == job::Name{"urn:p", "A"});
    CHECK(full->steps[1].name == job::Name{"", "B"});
    CHECK(full->steps[1].predicate->first == job::Name{"urn:p", "C"});
    CHECK(full->steps[1].predicate->second == "it's");
    CHECK(full->attribute == job::Name{"urn:p", "d"});
    CHECK(full->text == "../../p:A/B[p:C = \"it's\"]/@p:d");
}

TEST_CASE("The short forms of paths are understood") {
    CHECK(path("/DmfAOriginal/Form")->absolute);
    CHECK(path(".")->steps.empty());
    CHECK(path("@a")->attribute == job::Name{"", "a"});
    CHECK(path("../@a")->up == 1);
    CHECK(path("..")->up == 1);
    CHECK(path("./A")->steps.size() == 1);
    CHECK(path(" A/B ")->text == "A/B");
    CHECK(path("A.b-c_9/\xC3\xA9t\xC3\xA9")->steps.size() == 2);
}

TEST_CASE("What is wrong with a path is said with its character") {
    CHECK(has(path_error("A//B"), "'//'"));
    CHECK(has(path_error("A//B"), "character 3"));
    CHECK(has(path_error("/"), "name of an element"));
    CHECK(has(path_error(""), "the text ends"));
    CHECK(has(path_error("A/../B"), "beginning"));
    CHECK(has(path_error("A/@b/C"), "last step"));
    CHECK(has(path_error("A[1]"), "first hit"));
    CHECK(has(path_error("A[b]"), "[child='literal']"));
    CHECK(has(path_error("A[b='x'"), "']'"));
    CHECK(has(path_error("A[b='x][c='y']"), "]"));
    CHECK(has(path_error("A[b=x]"), "quotes"));
    CHECK(has(path_error("q:A"), "xmlns:q"));
    CHECK(has(path_error("*"), "'*'"));
    CHECK(has(path_error("child::A"), "axes"));
    CHECK(has(path_error("text()"), "functions"));
    CHECK(has(path_error("A B"), "end here"));
    CHECK(has(path_error("\xC3\xA9/1"), "character 3"));
    CHECK(has(path_error("../"), "a step must follow"));
}

TEST_CASE("Conditions join comparisons, and binds tighter than or") {
    const auto c = condition("A = '1' or B != \"x\" and not(C >= 12.50) or @d");
    REQUIRE(c.has_value());
    using Kind = job::Condition::Kind;
    REQUIRE(c->kind == Kind::any);
    REQUIRE(c->parts.size() == 3);
    CHECK(c->parts[0].kind == Kind::equal);
    CHECK(c->parts[0].literal == "1");
    REQUIRE(c->parts[1].kind == Kind::all);
    CHECK(c->parts[1].parts[0].kind == Kind::not_equal);
    REQUIRE(c->parts[1].parts[1].kind == Kind::none);
    CHECK(c->parts[1].parts[1].parts[0].kind == Kind::greater_equal);
    CHECK(c->parts[1].parts[1].parts[0].literal == "12.50");
    CHECK(c->parts[2].kind == Kind::exists);
    CHECK(c->parts[2].path.attribute->local == "d");
}

TEST_CASE("Parentheses group, and names may look like words of the language") {
    using Kind = job::Condition::Kind;
    const auto c = condition("(A='1' or A='2') and order < -3");
    REQUIRE(c->kind == Kind::all);
    CHECK(c->parts[0].kind == Kind::any);
    CHECK(c->parts[1].path.steps[0].name.local == "order");
    CHECK(c->parts[1].literal == "-3");
    CHECK(condition("not = 'x'")->path.steps[0].name.local == "not");
    CHECK(condition("A[B='or']/C='and'")->kind == Kind::equal);
    CHECK(condition("../Quarter<='20263'")->kind == Kind::less_equal);
}

TEST_CASE("What is wrong with a condition is said") {
    CHECK(has(condition_error("A = "), "literal"));
    CHECK(has(condition_error("A = B"), "literal"));
    CHECK(has(condition_error("A == 'x'"), "one '='"));
    CHECK(has(condition_error("'x' = A"), "begins with its path"));
    CHECK(has(condition_error("(A = 'x'"), "')'"));
    CHECK(has(condition_error("A = 'x"), "never closed"));
    CHECK(has(condition_error("A = 12x"), "number"));
    CHECK(has(condition_error("A = 'x' and"), "name of an element"));
    CHECK(has(condition_error("A = 'x' B"), "end here"));
    CHECK(has(condition_error(std::string(1000, '(') + "A"), "nested"));
    CHECK(has(condition_error(std::string(5000, 'a')), "at most"));
}
