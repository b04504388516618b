#include <doctest/doctest.h>

#include <set>

#include "app/command.hpp"
#include "app/target.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"

using app::parse_target;

TEST_CASE(
    "Every command has a name of its own, help that fits a terminal and an example of itself") {
    std::set<std::string_view> names;
    for (const app::Command& command : app::commands()) {
        CAPTURE(command.name);
        CHECK(names.insert(command.name).second);
        CHECK((command.run != nullptr));
        CHECK(!command.summary.empty());
        CHECK(command.summary.back() != '.');
        CHECK(command.summary.size() <= 78 - 20);
        CHECK(command.operands_min <= command.operands_max);
        CHECK(command.example.find("sluice " + std::string(command.name)) !=
              std::string_view::npos);
        std::size_t from = 0;
        for (const std::string text(command.description); from < text.size();) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            CHECK(end - from <= 100);
            from = end + 1;
        }
        for (const app::Option& option : command.options) CHECK(!option.help.empty());
    }
}

TEST_CASE("An example's command line is one that its command takes") {
    for (const app::Command& command : app::commands()) {
        const std::string example(command.example);
        if (example.find_first_of("<>|\"#") != std::string::npos) continue;  // for a shell to read
        std::vector<std::string> words;
        for (std::size_t from = 0; from < example.size();) {
            const std::size_t end = std::min(example.find(' ', from), example.size());
            words.push_back(example.substr(from, end - from));
            from = end + 1;
        }
        const bool pair = command.name.find(' ') != std::string_view::npos;
        words.erase(words.begin(), words.begin() + (pair ? 3 : 2));
        CAPTURE(example);
        CHECK_NOTHROW(app::read_arguments(command, words));
    }
}

TEST_CASE("No command has an option of the name of a common one, which would make both unusable") {
    for (const app::Command& command : app::commands())
        for (const app::Option& option : command.options)
            for (const app::Option& common : app::common_options()) {
                CAPTURE(command.name);
                CHECK(option.name != common.name);
            }
}

TEST_CASE("A file may be named by any member of its set, with a document or records") {
    const std::string identity = "DMFA.100101.20260401.00001.R";
    for (const std::string name :
         {"FI.DMFA.100101.20260401.00001.R.1.1", "GO.DMFA.100101.20260401.00001.R.1",
          "FS.DMFA.100101.20260401.00001.R", "DMFA.100101.20260401.00001.R",
          "/srv/IN/FI.DMFA.100101.20260401.00001.R.1.1"}) {
        CAPTURE(name);
        const auto target = parse_target(name);
        REQUIRE(target.identity.has_value());
        CHECK(target.identity->text() == identity);
        CHECK(target.records.empty());
        CHECK(target.document.empty());
    }
    const auto document = parse_target(identity + "/A-1/2");
    REQUIRE(document.identity.has_value());
    CHECK(document.document == "A-1/2");
    CHECK(parse_target(identity + "#7,3-5,4").records == std::vector<std::int64_t>{3, 4, 5, 7});
    CHECK_FALSE(parse_target("what.is.this").identity.has_value());
}

TEST_CASE("Records that are no numbers from 1 are a usage fault") {
    for (const std::string records :
         {"", "0", "x", "3-", "5-3", "1,,2", "-1", "1-99999999", "1 "}) {
        CAPTURE(records);
        CHECK_THROWS_AS(parse_target("DMFA.100101.20260401.00001.R#" + records), core::Fault);
    }
}

TEST_CASE("The columns of a table line up by code points, and nothing hangs over at the end") {
    app::TextTable table;
    table.row({{"Äpfel"}, {"1", app::Colour::none, true}, {"x"}});
    table.row({{"a"}, {"100", app::Colour::none, true}, {""}});
    CHECK(table.str() == "Äpfel    1  x\na      100\n");
}

TEST_CASE("What others wrote stays on its line and says nothing to the terminal") {
    CHECK(app::plain("B26Q1-001, Caisse d'été") == "B26Q1-001, Caisse d'été");
    CHECK(app::plain("12\n3 \033[31m\x7F \xC2\x9B"
                     "31m\r\t") == "12?3 ?[31m? ?31m??");
    CHECK(app::plain("\xC2") == "\xC2");
    app::TextTable table;
    table.row({{"a\nb"}, {"c"}});
    CHECK(table.str() == "a?b  c\n");
}

TEST_CASE("The body of an entry is spoken without its punctuation") {
    CHECK(app::spoken(R"({"name":"FO.X","records":3,"why":"a \"b\": c"})") ==
          "name FO.X, records 3, why a \"b\": c");
    CHECK(app::csv_field("a,b") == "\"a,b\"");
    CHECK(app::csv_field("a \"b\"") == "\"a \"\"b\"\"\"");
}
