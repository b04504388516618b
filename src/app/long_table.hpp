#pragma once
// Rows of a table that may be longer than memory: they lie in a nameless file until they are shown.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "pages/sheet.hpp"

namespace app {

class LongTable {
  public:
    // `table` has no rows; `folder` is where its file may lie.
    LongTable(const std::filesystem::path& folder, pages::Table table);

    void add(const std::vector<pages::Value>& row);  // texts and numbers alone
    std::int64_t count() const { return count_; }
    // How wide each column is for people, its heading included.
    const std::vector<std::size_t>& widths() const { return widths_; }
    // The table with some of its rows at a time, in order; once, empty, where it has none.
    void each(const std::function<void(const pages::Table&)>& visit);

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::vector<pages::Value> read(const std::string& line) const;

    std::filesystem::path folder_;
    pages::Table table_;
    std::unique_ptr<std::FILE, Close> file_;
    std::vector<std::size_t> widths_;
    std::int64_t count_ = 0;
};

}  // namespace app
