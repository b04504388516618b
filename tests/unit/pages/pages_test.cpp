#include <doctest/doctest.h>

#include "pages/chart.hpp"
#include "pages/html.hpp"
#include "pages/sheet.hpp"
#include "pages/status_page.hpp"
#include "pages/texts.hpp"

using pages::Value;

namespace {

std::size_t times(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

pages::StatusPage sample() {
    pages::StatusPage page;
    page.sender = "000101";
    page.sender_name = "Anna & <Co>";
    page.installation = "sluice.example";
    page.made = "2026-11-22 02:00";
    page.made_at = "2026-11-22T01:00:00.000Z";
    pages::PageFile file;
    file.name = "LIST.000101.20261122.00001.R";
    file.state = file.state_word = "closed";
    file.final = true;
    file.step = pages::Step::mend_records;
    file.records = 3;
    file.records_accepted = 2;
    file.records_rejected = 1;
    file.causes.push_back({"00024-004", "B", "check digits", "look at the number", 1, {}});
    file.causes[0].examples.push_back(
        {1, 2, 17, 9, "REF-1", "/List[1]/Form[1]/Person[2]/INSS[1]", "<b>\"1\"</b>"});
    file.rejected.push_back({1, "REF-1", 3, 1, false});
    page.files.push_back(file);
    return page;
}

}  // namespace

TEST_CASE("Values of the data never become markup") {
    const std::string html = pages::html_of(sample());
    CHECK(html.find("<b>\"") == std::string::npos);
    CHECK(html.find("&lt;b&gt;&quot;1&quot;&lt;/b&gt;") != std::string::npos);
    CHECK(html.find("Anna &amp; &lt;Co&gt;") != std::string::npos);
    CHECK(pages::escaped(std::string("a\x01", 2)) == "a\xEF\xBF\xBD");
}

TEST_CASE("A status page needs no script and no network, and says its language") {
    for (const auto language : core::languages) {
        auto page = sample();
        page.language = language;
        const std::string html = pages::html_of(page);
        CHECK(html.find("<script") == std::string::npos);
        CHECK(html.find("http") == std::string::npos);
        CHECK(html.find("<html lang=\"" + std::string(core::to_string(language)) + "\"") !=
              std::string::npos);
        CHECK(html.find(pages::text(pages::Text::step_mend_records, language)) !=
              std::string::npos);
    }
}

TEST_CASE("Every text is there in four languages") {
    for (int i = 0; i <= static_cast<int>(pages::Text::step_waiting); ++i)
        for (const auto language : core::languages)
            CHECK_FALSE(pages::text(static_cast<pages::Text>(i), language).empty());
}

TEST_CASE("The same facts stand in XML and CSV, with as many fields in each line") {
    const std::string xml = pages::xml_of(sample());
    CHECK(xml.find("<cause code=\"00024-004\" severity=\"B\" count=\"1\">") != std::string::npos);
    CHECK(xml.find("value=\"&lt;b&gt;&quot;1&quot;&lt;/b&gt;\"") != std::string::npos);
    const std::string csv = pages::csv_of(sample());
    CHECK(times(csv, "\n") == 5);
    std::string line;
    bool quoted = false;
    std::size_t commas = 0;
    for (const char c : csv) {
        if (c == '"') quoted = !quoted;
        if (c == ',' && !quoted) ++commas;
        if (c != '\n') continue;
        CHECK(commas == 21);
        commas = 0;
    }
}

TEST_CASE("A page of ten thousand files is whole") {
    auto page = sample();
    page.files.resize(10'000, page.files.front());
    const std::string html = pages::html_of(page);
    CHECK(times(html, "<article>") == 10'000);
    CHECK(times(html, "<tr>") == times(html, "</tr>"));
    CHECK(html.size() < 40'000'000);
}

TEST_CASE("A share is cut and never rounded up to the whole") {
    CHECK(Value::share(99'999, 100'000).plain() == "99.99");
    CHECK(Value::share(99, 100).plain() == "99.00");
    CHECK(Value::share(1, 1).plain() == "100.00");
    CHECK(Value::share(0, 0).plain().empty());
    CHECK(Value::share(0, 0).for_people() == "-");
}

TEST_CASE("Sheets become CSV with quoted fields, and HTML with a chart that can be read aloud") {
    pages::Sheet sheet;
    sheet.name = "x";
    sheet.title = "X";
    pages::Table table{"days", "Days", {{"day", "DAY"}, {"n", "N"}}, {}};
    table.rows = {{"a,\"b", Value::of(std::int64_t{3})}, {"c", Value()}};
    table.chart = {1};
    CHECK(pages::svg_of(table).find("<desc>a,&quot;b N 3; c N -; </desc>") != std::string::npos);
    sheet.tables = {table};
    CHECK(pages::csv_of(sheet) == "table,day,n\ndays,\"a,\"\"b\",3\ndays,c,\n");
    const std::string html = pages::html_of(sheet, "now");
    CHECK(html.find("<svg role=\"img\"") != std::string::npos);
    CHECK(times(html, "<td") == 4);
}
