#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "core/code_table.hpp"

namespace {

using namespace core;

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

void print_texts(std::ostream& out, const Texts& texts) {
    for (const Language language : languages) {
        out << "- " << to_string(language) << ": " << texts[index_of(language)] << "\n";
    }
}

void print_code(std::ostream& out, const Code& code) {
    out << "\n### " << code.id() << " " << code.name << "\n\n"
        << "severity " << to_string(code.severity) << " · " << (code.final ? "final" : "not final")
        << " · " << (code.retryable ? "may pass unchanged another time" : "needs mending") << " · "
        << to_string(code.actor) << " acts\n\n";
    print_texts(out, code.text);
    out << "\nWhat to do:\n\n";
    print_texts(out, code.advice);
}

std::string codes_page() {
    std::ostringstream out;
    out << "# Codes\n\n"
           "Every code that an answer can carry, printed from src/core/code_table*.cpp; do not "
           "edit "
           "(SLUICE_BLESS=1 and the unit test of core write it anew). `sluice codes` shows the "
           "same.\n\n"
           "Channel codes stand on a file or a document as a whole, field codes on a place in the "
           "data:\nthe five digits in front of a field code name the field.\n\n"
           "| code | name | severity | who acts | text |\n|---|---|---|---|---|\n";
    for (const Code& code : code_table()) {
        out << "| " << (code.level == CodeLevel::field ? "zzzzz" : "") << code.id() << " | "
            << code.name << " | " << to_string(code.severity) << " | " << to_string(code.actor)
            << " | " << escaped(code.text[0]) << " |\n";
    }
    out << "\n## In full\n";
    for (const Code& code : code_table()) print_code(out, code);
    out << "\n## Reasons\n\nThe sentence of each finding: {e} is the element, {0} and {1} are "
           "details, never a value.\n";
    for (const Reason reason : reasons()) {
        out << "\n### " << to_string(reason) << "\n\n";
        print_texts(out, reason_texts(reason));
    }
    return out.str();
}

std::string page_path() {
    const char* root = std::getenv("SLUICE_SOURCE");
    return std::string(root != nullptr ? root : ".") + "/docs/codes.md";
}

std::multiset<std::string> seats(std::string_view text) {
    std::multiset<std::string> found;
    for (std::size_t at = text.find('{'); at != std::string_view::npos;
         at = text.find('{', at + 1)) {
        found.insert(std::string(text.substr(at, 3)));
    }
    return found;
}

}  // namespace

TEST_CASE("Every code is complete: name, four texts, four times what to do") {
    std::set<std::string_view> names;
    std::set<std::string> ids;
    for (const Code& code : code_table()) {
        CAPTURE(code.id());
        CHECK(ids.insert(code.id()).second);
        CHECK_FALSE(code.name.empty());
        CHECK(code.number > 0);
        CHECK(code.number < 1000);
        for (const Language language : languages) {
            CHECK_FALSE(code.text[index_of(language)].empty());
            CHECK_FALSE(code.advice[index_of(language)].empty());
            CHECK(code.text[index_of(language)].size() < 200);
        }
        names.insert(code.name);
    }
    CHECK(code_table().size() > 70);
}

TEST_CASE("Every annex 30 code that the channel needs is in the table") {
    for (const int number :
         {88,  89,  90,  91,  92,  93,  101, 102, 103, 107, 108, 109, 110, 111, 112,
          113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127,
          128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 144, 153, 154,
          155, 157, 158, 163, 172, 184, 205, 246, 257, 275, 280, 281, 312, 367, 505}) {
        CAPTURE(number);
        const Code* code = find_code(acrf(number));
        REQUIRE(code != nullptr);
        CHECK(code->level == CodeLevel::channel);
        CHECK(code->number == number);
    }
}

TEST_CASE("The four texts of a code or a sentence differ, so none was forgotten") {
    for (const Code& code : code_table()) {
        CAPTURE(code.id());
        const std::set<std::string_view> texts(code.text.begin(), code.text.end());
        CHECK(texts.size() == 4);
    }
    for (const Reason reason : reasons()) {
        const Texts& all = reason_texts(reason);
        CAPTURE(all[0]);
        CHECK(std::set<std::string_view>(all.begin(), all.end()).size() == 4);
    }
}

TEST_CASE("A sentence has the same seats for arguments in all languages") {
    for (const Reason reason : reasons()) {
        const Texts& all = reason_texts(reason);
        CAPTURE(all[0]);
        for (const Language language : languages) {
            CHECK(seats(all[index_of(language)]) == seats(all[0]));
        }
    }
}

TEST_CASE("A code is found by its number, its name, and behind any zone") {
    CHECK(find_code("ACRF-133")->name == "duplicate");
    CHECK(find_code("133")->level == CodeLevel::channel);
    CHECK(find_code("00042-004")->name == "check-digits");
    CHECK(find_code("-091")->name == "order");
    CHECK(find_code("not-well-formed")->number == 102);
    // A field code that only the channel knows still has a text.
    CHECK(find_code("00042-312")->number == 312);
    CHECK(find_code("00042-4") == nullptr);
    CHECK(find_code("00042-04x") == nullptr);
    CHECK(find_code("00042-999") == nullptr);
    CHECK(find_code("") == nullptr);
    CHECK(label("00042-999", Language::fr) == "00042-999");
    CHECK(advice("00042-999", Language::fr).empty());
}

TEST_CASE("A sentence carries element and details, and an unused seat leaves nothing") {
    Finding finding;
    finding.reason = Reason::length;
    finding.element = "INSS";
    finding.details = {"11", "11"};
    CHECK(sentence(finding, Language::en) == "INSS must have between 11 and 11 characters.");
    CHECK(sentence(finding, Language::de) == "INSS muss zwischen 11 und 11 Zeichen haben.");
    finding.details = {"{1}"};  // a detail is never read as a pattern
    CHECK(sentence(finding, Language::en) == "INSS must have at least {1} characters.");
    finding.details = {"", "20"};
    CHECK(sentence(finding, Language::nl) == "INSS mag ten hoogste 20 tekens tellen.");
    finding.reason = Reason::element_missing;
    finding.details = {"INSS"};
    CHECK(sentence(finding, Language::en) == "INSS is missing.");
    finding.reason = Reason::length;
    finding.value = "85073003328";
    CHECK(sentence(finding, Language::en).find("8507") == std::string::npos);
}

TEST_CASE("docs/codes.md is what the table says") {
    const std::string page = codes_page();
    if (std::getenv("SLUICE_BLESS") != nullptr) {
        std::ofstream(page_path(), std::ios::binary) << page;
    }
    std::ifstream file(page_path(), std::ios::binary);
    std::ostringstream found;
    found << file.rdbuf();
    CHECK_MESSAGE(found.str() == page,
                  "docs/codes.md is old: run this test with SLUICE_BLESS=1 and look at the change");
}
