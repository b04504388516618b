#include "ledger/database.hpp"

#include <sqlite3.h>

#include <string>
#include <system_error>

#include "core/ensure.hpp"
#include "core/fault.hpp"

namespace ledger {

Statement::Statement(Database& database, sqlite3_stmt* statement)
    : database_(database), statement_(statement) {}

Statement::~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::int64_t value) {
    ENSURE(sqlite3_bind_int64(statement_, next_++, value) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    ENSURE(sqlite3_bind_text64(statement_, next_++, text.empty() ? "" : text.data(), text.size(),
                               SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
    ENSURE(sqlite3_bind_blob64(statement_, next_++, bytes.empty() ? "" : bytes.data(), bytes.size(),
                               SQLITE_TRANSIENT) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_null() {
    ENSURE(sqlite3_bind_null(statement_, next_++) == SQLITE_OK);
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) database_.fail("run a statement in the ledger");
    return false;
}

void Statement::run() {
    ENSURE(!step());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr
               ? std::string()
               : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Database::Database(const std::filesystem::path& path, Mode mode, int busy_seconds_max)
    : path_(path.string()) {
    // Statistics of its memory, of which nobody asks, would cost a lock at each piece of it.
    static const int plain = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    ENSURE(plain == SQLITE_OK);
    // No locks for threads: a connection has one owner (prepare() has none either).
    const int flags = (mode == Mode::create  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                       : mode == Mode::write ? SQLITE_OPEN_READWRITE
                                             : SQLITE_OPEN_READONLY) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    if (sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
        const std::string reason = handle_ != nullptr ? sqlite3_errmsg(handle_) : "out of memory";
        sqlite3_close(handle_);
        throw core::Fault(core::FaultKind::world, "open the ledger", path.filename().string(),
                          reason,
                          "check that --home names a Sluice home (sluice init DIR makes one)");
    }
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, busy_seconds_max * 1000);
}

Database::~Database() {
    for (auto& [sql, one] : statements_) sqlite3_finalize(one.statement);
    sqlite3_close(handle_);
}

void Database::fail(const char* doing) const {
    const int code = sqlite3_errcode(handle_) & 0xFF;  // the others refine one of these
    const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    std::string reason = sqlite3_errmsg(handle_);
    const int error = code == SQLITE_IOERR ? sqlite3_system_errno(handle_) : 0;
    if (error != 0) reason += ": " + std::generic_category().message(error);
    throw core::Fault(damaged ? core::FaultKind::integrity : core::FaultKind::world, doing,
                      std::filesystem::path(path_).filename().string(), reason,
                      damaged ? "stop all runs and restore the ledger from a backup"
                      : code == SQLITE_CANTOPEN
                          ? "its folder must be writable, also where it is only read"
                          : "mend the cause, then run again");
}

static bool reads_files(std::string_view sql) {
    return sql.find("FROM file") != sql.npos || sql.find("JOIN file") != sql.npos;
}

Statement Database::prepare(std::string_view sql) {
    auto at = statements_.find(sql);
    if (at == statements_.end()) {
        at = statements_.try_emplace(std::string(sql)).first;
        if (sqlite3_prepare_v3(handle_, at->first.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                               &at->second.statement, nullptr) != SQLITE_OK) {
            statements_.erase(at);
            fail("prepare a statement in the ledger");
        }
        at->second.reads_files = reads_files(sql);
    }
    const Prepared prepared = at->second;
    if (prepared.reads_files && write_files_) write_files_();
    return {*this, prepared.statement};
}

void Database::execute(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail("run a statement in the ledger");
}

std::int64_t Database::last_row() const {
    return sqlite3_last_insert_rowid(handle_);
}

int Database::changes() const {
    return sqlite3_changes(handle_);
}

}  // namespace ledger
