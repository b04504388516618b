// Random look-ups in one version, one thread: ours one by one and in batches, and with --peers the
// same rows in SQLite and LMDB, asked for the same persons in the same run.
// usage: bench_directory_lookups STORE PERSONS LOOKUPS [--peers FOLDER]
#include <lmdb.h>
#include <sqlite3.h>

#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "directory/store.hpp"
#include "people.hpp"

namespace {

using directory::Holdings;
using directory::PersonKey;
using directory::Version;
namespace fs = std::filesystem;

// Of this thread's processor, so that whoever else is at work on the machine counts for nothing.
double processor_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Answer {
    std::uint64_t rows = 0, in_force = 0;
    bool operator==(const Answer&) const = default;
};

constexpr core::Date at{20'000};

void report(const char* name, std::size_t lookups, double seconds, const Answer& answer) {
    std::printf("%-18s %10.0f lookups/s  (%zu in %.2f s; rows %llu, in force %llu)\n", name,
                static_cast<double>(lookups) / seconds, lookups, seconds,
                static_cast<unsigned long long>(answer.rows),
                static_cast<unsigned long long>(answer.in_force));
    std::fflush(stdout);
}

void count(const Holdings& holdings, Answer& answer) {
    answer.rows += holdings.size();
    for (std::size_t i = 0; i < holdings.size(); ++i)
        answer.in_force += holdings[i].covers(at) ? 1U : 0U;
}

Answer ask_one_by_one(const Version& version, const std::vector<PersonKey>& keys) {
    Answer answer;
    Holdings holdings;
    for (const PersonKey key : keys) {
        version.find(key, holdings);
        count(holdings, answer);
    }
    return answer;
}

Answer ask_in_batches(const Version& version, const std::vector<PersonKey>& keys) {
    Answer answer;
    std::vector<Holdings> holdings(64);
    for (std::size_t begin = 0; begin < keys.size(); begin += 64) {
        const std::size_t n = std::min<std::size_t>(64, keys.size() - begin);
        version.find(std::span(keys).subspan(begin, n), std::span(holdings).first(n));
        for (std::size_t i = 0; i < n; ++i) count(holdings[i], answer);
    }
    return answer;
}

struct Packed {  // what both peers keep for a row: 16 bytes
    char partner[6];
    std::uint16_t sector, type;
    std::uint16_t quality;
    std::uint16_t from, to;  // days since 1970; 65535: open
};

Packed pack(const directory::Holding& h) {
    Packed packed{};
    std::memcpy(packed.partner, h.partner.data(), 6);
    packed.sector = h.sector;
    packed.type = h.institution_type;
    packed.quality = h.quality;
    packed.from = static_cast<std::uint16_t>(h.from.days);
    packed.to = h.to == directory::open_end ? 65535 : static_cast<std::uint16_t>(h.to.days);
    return packed;
}

void need(bool good, const char* what) {
    if (!good) throw std::runtime_error(what);
}

// ---- SQLite: one row a holding, clustered by person ----

void sqlite_load(const Version& version, const fs::path& file) {
    sqlite3* db = nullptr;
    need(sqlite3_open(file.c_str(), &db) == SQLITE_OK, "open sqlite");
    sqlite3_exec(db,
                 "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                 "CREATE TABLE h(insz INTEGER, n INTEGER, partner INTEGER, sector INTEGER,"
                 "type INTEGER, quality INTEGER, d1 INTEGER, d2 INTEGER,"
                 "PRIMARY KEY(insz, n)) WITHOUT ROWID; BEGIN",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO h VALUES(?,?,?,?,?,?,?,?)", -1, &insert, nullptr);
    PersonKey last{UINT32_MAX};
    int n = 0;
    version.each_row([&](PersonKey person, const directory::Holding& h) {
        n = person == last ? n + 1 : 0;
        last = person;
        const Packed packed = pack(h);
        const int values[] = {n,
                              std::atoi(std::string(h.partner).c_str()),
                              packed.sector,
                              packed.type,
                              packed.quality,
                              packed.from,
                              packed.to};
        sqlite3_bind_int64(insert, 1, person.value);
        for (int i = 0; i < 7; ++i) sqlite3_bind_int(insert, i + 2, values[i]);
        need(sqlite3_step(insert) == SQLITE_DONE, "insert");
        sqlite3_reset(insert);
    });
    sqlite3_finalize(insert);
    sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(db);
}

Answer sqlite_ask(const fs::path& file, const std::vector<PersonKey>& keys) {
    sqlite3* db = nullptr;
    need(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK, "open");
    sqlite3_exec(db, "PRAGMA mmap_size=100000000000; BEGIN", nullptr, nullptr, nullptr);
    sqlite3_stmt* select = nullptr;
    sqlite3_prepare_v2(db, "SELECT partner,sector,type,quality,d1,d2 FROM h WHERE insz=?", -1,
                       &select, nullptr);
    Answer answer;
    for (const PersonKey key : keys) {
        sqlite3_bind_int64(select, 1, key.value);
        while (sqlite3_step(select) == SQLITE_ROW) {
            ++answer.rows;
            const int from = sqlite3_column_int(select, 4), to = sqlite3_column_int(select, 5);
            answer.in_force += from <= at.days && (to == 65535 || at.days <= to) ? 1U : 0U;
        }
        sqlite3_reset(select);
    }
    sqlite3_finalize(select);
    sqlite3_close(db);
    return answer;
}

// ---- LMDB: one value a person, its rows packed ----

struct Environment {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    Environment(const fs::path& file, unsigned flags, unsigned txn_flags) {
        need(mdb_env_create(&env) == 0, "lmdb");
        mdb_env_set_mapsize(env, 64ULL << 30);
        need(mdb_env_open(env, file.c_str(), MDB_NOSUBDIR | flags, 0600) == 0, "open lmdb");
        need(mdb_txn_begin(env, nullptr, txn_flags, &txn) == 0, "txn");
        need(mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &dbi) == 0, "dbi");
    }
};

void lmdb_load(const Version& version, const fs::path& file) {
    Environment lmdb(file, MDB_NOSYNC | MDB_WRITEMAP, 0);
    PersonKey last{UINT32_MAX};
    std::vector<Packed> rows;
    const auto put = [&] {
        if (rows.empty()) return;
        MDB_val key{sizeof last.value, &last.value},
            value{rows.size() * sizeof(Packed), rows.data()};
        need(mdb_put(lmdb.txn, lmdb.dbi, &key, &value, MDB_APPEND) == 0, "put");
        rows.clear();
    };
    version.each_row([&](PersonKey person, const directory::Holding& h) {
        if (person != last) put();
        last = person;
        rows.push_back(pack(h));
    });
    put();
    need(mdb_txn_commit(lmdb.txn) == 0, "commit");
    mdb_env_close(lmdb.env);
}

Answer lmdb_ask(const fs::path& file, const std::vector<PersonKey>& keys) {
    Environment lmdb(file, MDB_RDONLY | MDB_NOTLS, MDB_RDONLY);
    Answer answer;
    for (PersonKey person : keys) {
        MDB_val key{sizeof person.value, &person.value}, value{};
        if (mdb_get(lmdb.txn, lmdb.dbi, &key, &value) != 0) continue;
        const auto* rows = static_cast<const char*>(value.mv_data);
        for (std::size_t i = 0; i + sizeof(Packed) <= value.mv_size; i += sizeof(Packed)) {
            Packed packed;
            std::memcpy(&packed, rows + i, sizeof packed);
            ++answer.rows;
            answer.in_force +=
                packed.from <= at.days && (packed.to == 65535 || at.days <= packed.to) ? 1U : 0U;
        }
    }
    mdb_txn_abort(lmdb.txn);
    mdb_env_close(lmdb.env);
    return answer;
}

template <class Ask>
Answer timed(const char* name, std::size_t lookups, const Ask& ask) {
    const double begin = processor_seconds();
    const Answer answer = ask();
    report(name, lookups, processor_seconds() - begin, answer);
    return answer;
}

void peers(const Version& version, const std::vector<PersonKey>& keys, const fs::path& folder,
           const Answer& ours) {
    const fs::path sqlite = folder / "peer.sqlite", lmdb = folder / "peer.lmdb";
    double begin = processor_seconds();
    sqlite_load(version, sqlite);
    std::printf(
        "SQLite load %.1f s, %.1f bytes a row\n", processor_seconds() - begin,
        static_cast<double>(fs::file_size(sqlite)) / static_cast<double>(version.counts().rows));
    begin = processor_seconds();
    lmdb_load(version, lmdb);
    std::printf("LMDB load %.1f s\n", processor_seconds() - begin);
    for (int round = 0; round < 2; ++round) {
        need(timed("SQLite", keys.size(), [&] { return sqlite_ask(sqlite, keys); }) == ours,
             "differ");
        need(timed("LMDB", keys.size(), [&] { return lmdb_ask(lmdb, keys); }) == ours, "differ");
        timed("ours, one by one", keys.size(), [&] { return ask_one_by_one(version, keys); });
        timed("ours, in batches", keys.size(), [&] { return ask_in_batches(version, keys); });
    }
}

}  // namespace

int main(int words_count, char** words) {
    if (words_count < 4) return 2;
    const double begin = processor_seconds();
    const directory::Store store(words[1], {});
    const auto version = store.open_current();
    const double opened = processor_seconds() - begin;
    const std::uint64_t persons = std::strtoull(words[2], nullptr, 10);
    const std::size_t lookups = std::strtoull(words[3], nullptr, 10);
    const auto info = store.find(version->id());
    std::printf("opened in %.2f ms; %llu persons, %llu rows, version %s of %llu bytes\n",
                opened * 1e3, static_cast<unsigned long long>(version->counts().persons),
                static_cast<unsigned long long>(version->counts().rows), version->id().c_str(),
                static_cast<unsigned long long>(info->bytes));
    std::vector<PersonKey> keys(lookups);
    bench::Random random{4711};
    for (PersonKey& key : keys) key = bench::person(random.next() % persons, persons);
    timed("first touch", lookups, [&] { return ask_in_batches(*version, keys); });
    Answer ours;
    for (int round = 0; round < 3; ++round) {
        ours = timed("ours, one by one", lookups, [&] { return ask_one_by_one(*version, keys); });
        timed("ours, in batches", lookups, [&] { return ask_in_batches(*version, keys); });
    }
    if (words_count > 5 && std::string(words[4]) == "--peers")
        peers(*version, keys, words[5], ours);
    return 0;
}
