#pragma once
// A folder that goes away, CSV files by their rows, and a directory over them.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "directory/store.hpp"

namespace test {

namespace fs = std::filesystem;

class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "sluice-directory-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path& path() const { return path_; }
    fs::path write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }

  private:
    fs::path path_;
};

inline std::string csv(directory::TableName table, const std::vector<std::string>& rows) {
    std::string text(directory::header_line(table));
    text += '\n';
    for (const std::string& row : rows) text += row + '\n';
    return text;
}

// A good number of the 20th century from its nine digits.
inline std::string insz(std::uint32_t nine) {
    return directory::to_insz(directory::PersonKey{nine});
}

inline core::Date day(const char* text) {
    return *core::parse_date(text);
}

struct Home {
    explicit Home(directory::StoreOptions options = {})
        : store(folder.path() / "main", std::move(options)) {}
    directory::Change load(directory::TableName table, const std::vector<std::string>& rows) {
        directory::Store::LoadFiles files;
        files.file[static_cast<std::size_t>(table)] = folder.write("table.csv", csv(table, rows));
        return store.load(files, today, next());
    }
    directory::Change apply(const std::vector<std::string>& rows, const std::string& owner = {}) {
        std::string text =
            "action," + std::string(directory::header_line(directory::TableName::persons)) + "\n";
        for (const std::string& row : rows) text += row + "\n";
        return store.apply(folder.write("mutations.csv", text), owner, today, next());
    }
    core::Instant next() { return core::Instant{now += 1'000'000}; }

    Folder folder;
    directory::Store store;
    core::Date today = day("2026-11-22");
    std::int64_t now = 1'000'000'000'000'000;
};

}  // namespace test
