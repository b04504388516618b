#pragma once
// SQLite, narrowly: a connection, prepared statements and immediate transactions as RAII. Inside
// the ledger room only.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

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
    void execute(const char* sql);            // any number of statements without parameters
    std::int64_t last_row() const;
    int changes() const;
    [[noreturn]] void fail(const char* doing) const;

  private:
    sqlite3* handle_ = nullptr;
    std::string path_;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace ledger
