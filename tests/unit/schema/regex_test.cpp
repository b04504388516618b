#include <doctest/doctest.h>

#include <chrono>

#include "schema/regex.hpp"

namespace {

bool matches(const std::string& pattern, std::string_view text) {
    schema::RegexError error;
    const auto regex = schema::Regex::compile({pattern}, error);
    REQUIRE_MESSAGE(regex, pattern << ": " << error.text);
    return regex->matches(text);
}

bool is_wrong(const std::string& pattern) {
    schema::RegexError error;
    return !schema::Regex::compile({pattern}, error) && !error.too_large;
}

}  // namespace

TEST_CASE("A pattern must match the whole text") {
    CHECK(matches("abc", "abc"));
    CHECK_FALSE(matches("abc", "abcd"));
    CHECK_FALSE(matches("abc", "xabc"));
    CHECK(matches("", ""));
    CHECK_FALSE(matches("", "a"));
    CHECK(matches("a|b|", ""));
}

TEST_CASE("Quantifiers count exactly") {
    CHECK(matches("a{2,3}", "aa"));
    CHECK(matches("a{2,3}", "aaa"));
    CHECK_FALSE(matches("a{2,3}", "a"));
    CHECK_FALSE(matches("a{2,3}", "aaaa"));
    CHECK(matches("(ab){2}c?", "ababc"));
    CHECK(matches("(a?){3}", ""));
    CHECK(matches("(a?){3}", "aaa"));
    CHECK_FALSE(matches("(a?){3}", "aaaa"));
    CHECK(matches("(a|b*)+", "abba"));
    CHECK(matches("a{0}", ""));
    CHECK_FALSE(matches("a{0}", "a"));
    CHECK(matches("(){1000000}", ""));
    CHECK(matches("a{3,}", "aaaaaaa"));
}

TEST_CASE("Character groups know ranges, complements and subtraction") {
    CHECK(matches("[a-z-[aeiou]]+", "xyz"));
    CHECK_FALSE(matches("[a-z-[aeiou]]+", "xaz"));
    CHECK(matches("[^a-c]", "d"));
    CHECK_FALSE(matches("[^a-c]", "b"));
    CHECK(matches("[-a]+", "a-"));
    CHECK(matches("[a-]+", "-a"));
    CHECK(matches("[\\d\\-x]+", "1-x"));
    CHECK(matches("[\\w-[\\d]]", "a"));
    CHECK_FALSE(matches("[\\w-[\\d]]", "1"));
    CHECK(matches("[a-d-[b-c-[c]]]+", "acd"));
    CHECK(matches("[a-z--[b-z]]+", "a-"));
}

TEST_CASE("The dot leaves line ends out, and anchors are plain characters") {
    CHECK(matches(".", "x"));
    CHECK(matches(".", "\xC3\xA9"));
    CHECK_FALSE(matches(".", "\n"));
    CHECK_FALSE(matches(".", "\r"));
    CHECK(matches("^a$", "^a$"));
}

TEST_CASE("Categories and blocks come from Unicode") {
    CHECK(matches("\\p{Lu}\\p{Ll}", "\xC3\x89\xC3\xA9"));
    CHECK_FALSE(matches("\\P{L}", "a"));
    CHECK(matches("\\p{IsBasicLatin}+", "abc"));
    CHECK_FALSE(matches("\\p{IsBasicLatin}", "\xC3\xA9"));
    CHECK(matches("\\p{IsGreek}", "\xCE\xB1"));
    CHECK(matches("\\d", "\xD9\xA3"));  // Arabic three
    CHECK(matches("\\i\\c*", "_a-1"));
    CHECK_FALSE(matches("\\i", "-"));
    CHECK_FALSE(matches("\\w", "!"));
    CHECK(matches("\\p{Lo}", "\xF0\xA0\x80\x80"));  // U+20000
}

TEST_CASE("Malformed UTF-8 never matches") {
    CHECK_FALSE(matches(".*", "\xC3"));
    CHECK_FALSE(matches(".*", "\xED\xA0\x80"));
    CHECK_FALSE(matches(".*", "\xC0\x80"));
}

TEST_CASE("What appendix F does not allow is an error") {
    for (const char* pattern : {"a**",
                                "*a",
                                "(",
                                ")",
                                "a)",
                                "[",
                                "[]",
                                "[^]",
                                "[z-a]",
                                "\\p{Xx}",
                                "\\p{IsNowhere}",
                                "\\1",
                                "\\",
                                "a{2,1}",
                                "a{,2}",
                                "a{",
                                "{1}",
                                "[a-\\d]",
                                "[a-c-e]",
                                "\\pL",
                                "]",
                                "}",
                                "\\p{Cs}",
                                "[a-[b]",
                                "(?:a)",
                                "[a-z&&[b]]]",
                                "\\q"}) {
        CAPTURE(pattern);
        CHECK(is_wrong(pattern));
    }
}

TEST_CASE("An error says where it is") {
    schema::RegexError error;
    CHECK_FALSE(schema::Regex::compile({"abc[z-a]"}, error));
    CHECK(error.position == 7);
}

TEST_CASE("Several alternatives are one expression") {
    schema::RegexError error;
    const auto regex = schema::Regex::compile({"a+", "b|c"}, error);
    REQUIRE(regex);
    CHECK(regex->matches("aaa"));
    CHECK(regex->matches("c"));
    CHECK_FALSE(regex->matches("ab"));
}

TEST_CASE("Catastrophic patterns take linear time") {
    const auto begin = std::chrono::steady_clock::now();
    const std::string text(20'000, 'a');
    CHECK_FALSE(matches("(a*)*b", text));
    CHECK_FALSE(matches("(a|aa)+b", text));
    CHECK_FALSE(matches("(a|b)*a(a|b){20}c", text));  // 2^20 states as a table
    CHECK(matches("(a|b)*a(a|b){20}", text));
    CHECK_FALSE(matches("(x+x+)+y", std::string(20'000, 'x')));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("Great bounds are counted or refused, never wrong") {
    CHECK(matches("a{0,100000}", std::string(100'000, 'a')));
    CHECK_FALSE(matches("a{0,100000}", std::string(100'001, 'a')));
    CHECK(matches("[\\w ]{1,4000}", std::string(4'000, 'x')));
    CHECK_FALSE(matches("[\\w ]{1,4000}", std::string(4'001, 'x')));
    schema::RegexError error;
    CHECK_FALSE(schema::Regex::compile({"(a?){0,100000}"}, error));
    CHECK(error.too_large);
    CHECK_FALSE(schema::Regex::compile({"((a{1000}){1000}){1000}"}, error));
    CHECK(error.too_large);
    CHECK_FALSE(schema::Regex::compile({std::string(100'000, '(')}, error));
    CHECK(error.too_large);
}

TEST_CASE("The table gives the same answers as matches()") {
    schema::RegexError error;
    const auto regex = schema::Regex::compile({"[0-9]{3}-[A-Z]+"}, error);
    REQUIRE(regex);
    const schema::RegexTable* table = regex->table();
    REQUIRE(table);
    for (const std::string text : {"123-AB", "123-", "12-A", "1234-A", ""}) {
        std::uint32_t state = 1;
        for (const char c : text)
            state = table->next[state * table->classes +
                                table->ascii_class[static_cast<unsigned char>(c)]];
        CHECK((table->accepting[state] != 0) == regex->matches(text));
    }
    CHECK(table->accepting[0] == 0);
}
