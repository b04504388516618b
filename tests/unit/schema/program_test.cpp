#include "schema/program.hpp"

#include <doctest/doctest.h>

#include "schema/schema_impl.hpp"
#include "walk_support.hpp"

using walk_support::compiled;
using walk_support::load;
using walk_support::walk;

namespace {

// Whether <r> may hold the children, one letter each.
bool takes(const std::string& model, std::string_view children) {
    static std::string last;
    static std::shared_ptr<const schema::Schema> schema;
    if (model != last) {
        schema = compiled("<xs:element name='r'><xs:complexType>" + model +
                          "</xs:complexType></xs:element>");
        last = model;
    }
    REQUIRE_MESSAGE(schema != nullptr, model);
    std::string document = "<r>";
    for (const char c : children) document += std::string("<") + c + "/>";
    return walk(schema, document + "</r>").valid();
}

std::string e(const char* name, const char* bounds = "") {
    return std::string("<xs:element name='") + name + "' " + bounds + "/>";
}

std::string times(char c, std::size_t count) {
    return std::string(count, c);
}

bool ambiguous(const std::string& model) {
    const auto loaded =
        load("<xs:element name='r'><xs:complexType>" + model + "</xs:complexType></xs:element>");
    for (const auto& error : loaded.errors)
        if (error.clause == "cos-nonambig") return true;
    return false;
}

}  // namespace

TEST_CASE("Sequences, choices and optional parts become states") {
    const std::string model = "<xs:sequence>" + e("a") + "<xs:choice minOccurs='0'>" + e("b") +
                              "<xs:sequence>" + e("c") + e("d", "minOccurs='0'") +
                              "</xs:sequence></xs:choice>" + e("e", "maxOccurs='unbounded'") +
                              "</xs:sequence>";
    for (const char* good : {"ae", "abe", "ace", "acde", "aeee"})
        CHECK_MESSAGE(takes(model, good), good);
    for (const char* bad : {"", "a", "e", "abce", "ade", "acd", "aeb", "abbe"})
        CHECK_FALSE_MESSAGE(takes(model, bad), bad);
}

TEST_CASE("Bounds of one element are counted, however large") {
    const std::string model = "<xs:sequence>" + e("a", "minOccurs='2' maxOccurs='1000000000'") +
                              e("b", "minOccurs='3' maxOccurs='3'") +
                              e("c", "minOccurs='0' maxOccurs='2'") + "</xs:sequence>";
    CHECK(takes(model, "aabbb"));
    CHECK(takes(model, times('a', 5000) + "bbbcc"));
    CHECK_FALSE(takes(model, "abbb"));
    CHECK_FALSE(takes(model, "aabb"));
    CHECK_FALSE(takes(model, "aabbbb"));
    CHECK_FALSE(takes(model, "aabbbccc"));
}

TEST_CASE("Bounds of groups are unrolled, or counted where they are large") {
    const std::string few = "<xs:sequence minOccurs='2' maxOccurs='3'>" + e("a") +
                            e("b", "minOccurs='0'") + "</xs:sequence>";
    for (const char* good : {"aa", "aba", "aab", "ababab", "aaa"})
        CHECK_MESSAGE(takes(few, good), good);
    for (const char* bad : {"", "a", "ab", "aaaa", "abb", "bab"})
        CHECK_FALSE_MESSAGE(takes(few, bad), bad);

    const std::string many = "<xs:sequence minOccurs='3' maxOccurs='4000000'>" + e("a") +
                             e("b", "minOccurs='0'") + "</xs:sequence>";
    CHECK(takes(many, "aaa"));
    CHECK(takes(many, "ababab" + times('a', 3000)));
    CHECK_FALSE(takes(many, "abab"));
    CHECK_FALSE(takes(many, "aabba"));

    const std::string choice = "<xs:choice maxOccurs='3000000'>" + e("a") + e("b") + "</xs:choice>";
    CHECK(takes(choice, "abba"));
    CHECK_FALSE(takes(choice, ""));
}

TEST_CASE("A counted group of what repeats endlessly counts the fewest rounds") {
    const std::string endless = e("a", "maxOccurs='unbounded'");
    const std::string runs = "<xs:choice maxOccurs='20'>" + endless + e("b") + "</xs:choice>";
    for (const std::string& good : {times('a', 3000), times('b', 20), "a" + times('b', 19),
                                    times('b', 9) + times('a', 50) + times('b', 10)})
        CHECK_MESSAGE(takes(runs, good), good);
    for (const std::string& bad : {std::string(), times('b', 21), "aa" + times('b', 20),
                                   times('b', 9) + "aa" + times('b', 11)})
        CHECK_FALSE_MESSAGE(takes(runs, bad), bad);
    const std::string many =
        "<xs:sequence maxOccurs='4000000'>" + endless + e("b", "minOccurs='0'") + "</xs:sequence>";
    CHECK(takes(many, "aabaabab"));
    CHECK_FALSE(takes(many, "aabba"));
    // Where two rounds are asked for, "aa" may be one or both.
    const auto loaded = load(
        "<xs:element name='r'><xs:complexType><xs:choice minOccurs='2' "
        "maxOccurs='4000000'>" +
        endless + e("b") + "</xs:choice></xs:complexType></xs:element>");
    CHECK(loaded.fallback_reasons.size() == 1);
}

TEST_CASE("Iterations of what may be empty end where they should") {
    const std::string model = "<xs:sequence minOccurs='2' maxOccurs='3'>" +
                              e("a", "minOccurs='0'") + e("b", "minOccurs='0'") + "</xs:sequence>";
    for (const char* good : {"", "a", "ab", "abab", "ababab", "aaa", "bbb", "ba", "bab"})
        CHECK_MESSAGE(takes(model, good), good);
    for (const char* bad : {"aaaa", "bbbb", "abababa"}) CHECK_FALSE_MESSAGE(takes(model, bad), bad);
    CHECK(takes(
        "<xs:sequence maxOccurs='2'>" + e("a", "minOccurs='2' maxOccurs='3'") + "</xs:sequence>",
        "aaaaaa"));
    CHECK_FALSE(takes(
        "<xs:sequence maxOccurs='2'>" + e("a", "minOccurs='2' maxOccurs='3'") + "</xs:sequence>",
        "aaaaaaa"));
}

TEST_CASE("All groups take each member once in any order") {
    const std::string model = "<xs:all>" + e("a") + e("b", "minOccurs='0'") + e("c") + "</xs:all>";
    for (const char* good : {"ac", "ca", "abc", "cba"}) CHECK_MESSAGE(takes(model, good), good);
    for (const char* bad : {"", "a", "ab", "aca", "abcb"})
        CHECK_FALSE_MESSAGE(takes(model, bad), bad);
    CHECK(takes("<xs:all minOccurs='0'>" + e("a") + "</xs:all>", ""));
}

TEST_CASE("Two particles that can take one element are told") {
    CHECK(ambiguous("<xs:sequence>" + e("a", "minOccurs='0'") + e("a") + "</xs:sequence>"));
    CHECK(ambiguous("<xs:choice>" + e("a") + "<xs:sequence>" + e("a") + e("b") +
                    "</xs:sequence></xs:choice>"));
    CHECK(ambiguous("<xs:sequence>" + e("a", "maxOccurs='5'") + e("a") + "</xs:sequence>"));
    CHECK(ambiguous("<xs:sequence><xs:any minOccurs='0' processContents='skip'/>" + e("a") +
                    "</xs:sequence>"));
    CHECK_FALSE(ambiguous("<xs:sequence>" + e("a", "minOccurs='5' maxOccurs='5'") + e("a") +
                          "</xs:sequence>"));
    CHECK_FALSE(ambiguous("<xs:sequence>" + e("a") + e("a") + "</xs:sequence>"));
    CHECK_FALSE(ambiguous(
        "<xs:sequence><xs:any namespace='##other' minOccurs='0' processContents='skip'/>" + e("a") +
        "</xs:sequence>"));
}

TEST_CASE("Models that would explode are left to the referee, quickly") {
    std::string inner = e("a");
    for (int i = 0; i < 12; ++i)
        inner = "<xs:sequence minOccurs='9' maxOccurs='9'>" + inner + e("b") + "</xs:sequence>";
    const auto loaded =
        load("<xs:element name='r'><xs:complexType>" + inner + "</xs:complexType></xs:element>");
    CHECK(loaded.errors.empty());
    CHECK(loaded.fallback_reasons.size() == 1);
}

TEST_CASE("Names are found again by their ids") {
    schema::NameIndex names;
    std::vector<schema::Id> ids;
    for (int i = 0; i < 5000; ++i)
        ids.push_back(names.add(i % 3 == 0 ? "" : "urn:x" + std::to_string(i % 7),
                                "name" + std::to_string(i)));
    CHECK(names.size() == 5000);
    for (int i = 0; i < 5000; ++i) {
        CHECK(names.find(i % 3 == 0 ? "" : "urn:x" + std::to_string(i % 7),
                         "name" + std::to_string(i)) == ids[static_cast<std::size_t>(i)]);
    }
    CHECK(names.find("urn:y", "name1") == schema::no_id);
    CHECK(names.add("", "name0") == ids[0]);
}
