#pragma once
// SQLite, narrowly: a connection, prepared statements and immediate transactions as RAII. Inside
// the ledger room only.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace ledger {

class Database;

// A prepared statement in use: bind in order, then step or run. Reset when it goes out of scope.
class Statement {
  public:
    Statement(Database& database, sqlite3_stmt* statement);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view text);
    Statement& bind_blob(std::string_view bytes);
    Statement& bind_null();

    bool step();  // true: a row is there
    void run();   // no rows wanted
    std::int64_t integer(int column) const;
    std::string text(int column) const;
    bool is_null(int column) const;

  private:
    Database& database_;
    sqlite3_stmt* statement_;
    int next_ = 1;
};

class Database {
  public:
    enum class Mode : unsigned char { create, write, read };
    Database(const std::filesystem::path& path, Mode mode, int busy_seconds_max);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Statement prepare(std::string_view sql);  // cached by text
    // Called before each statement that reads the table of files: what is still to be written there
    // comes first. Empty: nothing is.
    void before_files_are_read(std::function<void()> write) { write_files_ = std::move(write); }
    void execute(const char* sql);  // any number of statements without parameters
    std::int64_t last_row() const;
    int changes() const;
    [[noreturn]] void fail(const char* doing) const;

  private:
    sqlite3* handle_ = nullptr;
    std::string path_;
    struct Prepared {
        sqlite3_stmt* statement = nullptr;
        bool reads_files = false;
    };
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, Prepared, Hash, std::equal_to<>> statements_;
    std::function<void()> write_files_;
};

}  // namespace ledger
