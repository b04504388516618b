#include "app/long_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "app/report_print.hpp"

namespace fs = std::filesystem;
using pages::Value;

namespace {

pages::Table heads() {
    return {"files", "Files", {{"name", "NAME"}, {"count", "C"}}, {}};
}

}  // namespace

TEST_CASE("rows of a long table come back in order, some at a time, and leave no file behind") {
    const fs::path folder = fs::temp_directory_path() / "sluice-long-table";
    fs::remove_all(folder);
    fs::create_directories(folder);
    app::LongTable table(folder, heads());
    for (std::int64_t i = 0; i < 2500; ++i)
        table.add({"file " + std::to_string(i), Value::of(i * 100)});
    CHECK(fs::is_empty(folder));
    CHECK(table.count() == 2500);
    CHECK(table.widths() == std::vector<std::size_t>{9, 6});
    for (int time = 0; time < 2; ++time) {
        std::int64_t next = 0;
        std::size_t most = 0;
        table.each([&](const pages::Table& some) {
            CHECK(some.key == "files");
            most = std::max(most, some.rows.size());
            for (const auto& row : some.rows) {
                CHECK(row[0].text == "file " + std::to_string(next));
                CHECK(row[1].number == 100 * next);
                ++next;
            }
        });
        CHECK(next == 2500);
        CHECK(most == 1000);
    }
}

TEST_CASE("a sheet with a long table is written as one with the same rows in memory") {
    const fs::path folder = fs::temp_directory_path();
    pages::Sheet sheet;
    sheet.name = "impact";
    sheet.title = "Touched";
    sheet.figures = {{"files", "files", Value::of(std::int64_t{3})}};
    pages::Sheet whole = sheet;
    std::vector<app::LongTable> more;
    for (const int rows : {1001, 0, 2}) {
        pages::Table table = heads();
        more.emplace_back(folder, table);
        for (int i = 0; i < rows; ++i) {
            table.rows.push_back({"f" + std::to_string(i), Value::of(std::int64_t{i})});
            more.back().add(table.rows.back());
        }
        whole.tables.push_back(std::move(table));
    }
    std::ostringstream text, json;
    app::print_text(text, sheet, more);
    app::print_json(json, sheet, more);
    CHECK(text.str() == app::text_of(whole));
    CHECK(json.str() == app::json_of(whole));
}
