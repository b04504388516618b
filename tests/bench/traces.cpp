// The privacy log beside plain rows in SQLite, on the same seeded traces in the same run.
//
//   bench_traces FOLDER [TRACES [PERSONS [NIGHT [SQLITE_TRACES]]]]
//
// Prints one line a measure: bytes a trace, traces a second, milliseconds for one person.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "traces/builder.hpp"
#include "traces/merge.hpp"
#include "traces/pseudonym.hpp"

namespace fs = std::filesystem;

namespace {

using Time = std::chrono::steady_clock;
double since(Time::time_point begin) {
    return std::chrono::duration<double>(Time::now() - begin).count();
}

// Files of 200,000 records; persons evenly drawn; one to three recipients a record, of 300, few of
// them large; one delivery in twenty withheld.
class World {
  public:
    World(std::uint64_t traces, std::uint64_t persons)
        : traces_(traces), persons_(persons), key_("secret of the bench") {
        for (std::size_t i = 0; i < recipients; ++i) {
            traces::Fate fate;
            fate.recipient = std::to_string(200'000 + i);
            fate.quality = std::to_string(1 + i % 40);
            fate.authorisation = "A" + std::to_string(i % 97);
            fates.push_back(fate);
            fate.decision = traces::Decision::withheld;
            fate.authorisation.clear();
            fate.reason = "A3 no file on this person";
            fates.push_back(fate);
        }
    }
    bool done() const { return made_ >= traces_; }
    std::uint64_t made() const { return made_; }
    std::uint64_t pseudonym(std::uint64_t person) const {
        std::array<char, 24> digits{};
        std::snprintf(digits.data(), digits.size(), "%011llu",
                      static_cast<unsigned long long>(40'000'000'000 + person));
        return traces::person_pseudonym(key_, {digits.data(), 11});
    }
    traces::Source next_file() {
        traces::Source source;
        ++files_;
        std::array<char, 64> name{};
        std::snprintf(name.data(), name.size(), "DMFA.1001%02d.20260401.%05d.R",
                      static_cast<int>(files_ % 100), static_cast<int>(files_));
        source.file = name.data();
        source.attempt = files_;
        source.message = "dmfa";
        source.sender = "1001" + std::to_string(10 + files_ % 90);
        source.user = "CN=sender " + source.sender + ",O=Example";
        source.directory_version = "2026-04-01.1";
        source.received.microseconds = files_ * 1'000'000;
        source.sent.microseconds = files_ * 1'000'000 + 500'000;
        source.closing_entry = files_ * 60;
        source.records = records_of_file;
        return source;
    }
    // The traces of one file: (person, record from 1, index of the fate).
    template <class Take>
    void each(Take take) {
        for (std::uint64_t r = 1; r <= records_of_file && !done(); ++r) {
            const std::uint64_t person = pseudonym(draw() % persons_);
            const std::uint64_t dice = draw();
            const std::uint64_t count = 1 + (dice & 7U) / 4 + (dice & 3U) / 3;
            std::size_t last = fates.size();
            for (std::uint64_t i = 0; i < count && !done(); ++i) {
                const std::uint64_t more = draw();
                // Small numbers are more frequent: the lesser of two.
                std::size_t to = std::min(more % recipients, (more >> 20) % recipients);
                if (to == last) to = (to + 1) % recipients;
                last = to;
                const std::size_t withheld = (more >> 40) % 20 == 0 ? 1 : 0;
                take(person, static_cast<std::int64_t>(r), 2 * to + withheld);
                ++made_;
            }
        }
    }
    std::vector<traces::Fate> fates;

  private:
    static constexpr std::size_t recipients = 300;
    static constexpr std::uint64_t records_of_file = 200'000;
    std::uint64_t draw() {  // splitmix64
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31);
    }
    std::uint64_t traces_, persons_, made_ = 0, state_ = 20261122;
    std::int64_t files_ = 0;
    traces::PersonKey key_;
};

void drop_from_cache(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ::close(fd);
}

struct Sealed {
    fs::path file;
    traces::Summary summary;
};

double ask(const std::vector<Sealed>& segments, std::uint64_t person, std::uint64_t& hits) {
    const auto begin = Time::now();
    for (const Sealed& one : segments)
        traces::Segment(one.file, one.summary.digest).find(person, [&](const traces::Trace&) {
            ++hits;
        });
    return since(begin);
}

void report_questions(const char* what, const std::vector<Sealed>& segments, const World& world,
                      std::uint64_t persons) {
    constexpr std::uint64_t questions = 40;
    double cold = 0, cold_most = 0, warm = 0;
    std::uint64_t hits = 0;
    for (std::uint64_t q = 0; q < questions; ++q) {
        const std::uint64_t person = world.pseudonym(q * (persons / questions));
        for (const Sealed& one : segments) drop_from_cache(one.file);
        const double seconds = ask(segments, person, hits);
        cold += seconds;
        cold_most = std::max(cold_most, seconds);
        std::uint64_t again = 0;
        warm += ask(segments, person, again);
    }
    std::printf(
        "one person, %s (%zu): %.1f ms out of the cache (slowest %.1f), %.1f ms in it; "
        "%.1f traces each\n",
        what, segments.size(), 1e3 * cold / questions, 1e3 * cold_most, 1e3 * warm / questions,
        static_cast<double>(hits) / questions);
}

double peak_mebibytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

// ---- plain rows ----

void must(int status, sqlite3* db) {
    if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW) return;
    std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    std::exit(3);
}

void bind_text(sqlite3_stmt* row, int column, const std::string& text) {
    sqlite3_bind_text(row, column, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void plain_rows(const fs::path& file, std::uint64_t traces, std::uint64_t persons) {
    sqlite3* db = nullptr;
    must(sqlite3_open(file.c_str(), &db), db);
    must(sqlite3_exec(db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
                      "cache_size=-65536; CREATE TABLE trace(person INTEGER, file INTEGER, record "
                      "INTEGER, recipient TEXT, decision INTEGER, reason TEXT, authorisation TEXT, "
                      "quality TEXT); CREATE INDEX trace_person ON trace(person);",
                      nullptr, nullptr, nullptr),
         db);
    sqlite3_stmt* insert = nullptr;
    must(sqlite3_prepare_v2(db, "INSERT INTO trace VALUES(?,?,?,?,?,?,?,?)", -1, &insert, nullptr),
         db);
    World world(traces, persons);
    const auto begin = Time::now();
    while (!world.done()) {
        const auto source = world.next_file();
        must(sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr), db);
        world.each([&](std::uint64_t person, std::int64_t record, std::size_t fate) {
            const traces::Fate& what = world.fates[fate];
            sqlite3_bind_int64(insert, 1, static_cast<std::int64_t>(person));
            sqlite3_bind_int64(insert, 2, source.attempt);
            sqlite3_bind_int64(insert, 3, record);
            bind_text(insert, 4, what.recipient);
            sqlite3_bind_int(insert, 5, static_cast<int>(what.decision));
            bind_text(insert, 6, what.reason);
            bind_text(insert, 7, what.authorisation);
            bind_text(insert, 8, what.quality);
            must(sqlite3_step(insert), db);
            sqlite3_reset(insert);
        });
        must(sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr), db);
    }
    const double seconds = since(begin);
    sqlite3_finalize(insert);
    must(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr), db);
    sqlite3_close(db);
    std::printf("plain rows in SQLite: %llu traces, %.0f a second, %.1f bytes a trace\n",
                static_cast<unsigned long long>(world.made()),
                static_cast<double>(world.made()) / seconds,
                static_cast<double>(fs::file_size(file)) / static_cast<double>(world.made()));
}

}  // namespace

int main(int count, char** words) {
    const auto number = [&](int at, std::uint64_t otherwise) {
        return count > at ? std::strtoull(words[at], nullptr, 10) : otherwise;
    };
    if (count < 2) return 2;
    const fs::path folder = words[1];
    const std::uint64_t traces = number(2, 100'000'000), persons = number(3, 11'500'000),
                        night = number(4, 4'000'000), rows = number(5, 5'000'000);
    fs::create_directories(folder);

    World world(traces, persons);
    {
        constexpr std::uint64_t calls = 5'000'000;
        const traces::PersonKey key("secret");
        std::uint64_t sum = 0;
        const auto begin = Time::now();
        for (std::uint64_t i = 0; i < calls; ++i) {
            std::array<char, 11> digits{'8', '5', '0', '7', '3', '0', '0', '3', '3', '2', '8'};
            digits[5] = static_cast<char>('0' + (sum + i) % 10);
            sum += traces::person_pseudonym(key, {digits.data(), digits.size()});
        }
        std::printf("person_pseudonym: %.0f ns (%llx)\n", 1e9 * since(begin) / calls,
                    static_cast<unsigned long long>(sum & 0xF));
    }

    std::vector<Sealed> segments;
    std::uint64_t bytes = 0;
    const auto begin = Time::now();
    while (!world.done()) {
        Sealed one{folder / ("night-" + std::to_string(segments.size())), {}};
        traces::SegmentBuilder builder(one.file, 2026, {});
        while (!world.done() && builder.rows() < night) {
            builder.begin_source(world.next_file());
            std::vector<std::uint32_t> fates;
            for (const traces::Fate& fate : world.fates) fates.push_back(builder.fate(fate));
            world.each([&](std::uint64_t person, std::int64_t record, std::size_t fate) {
                builder.add(person, record, fates[fate]);
            });
        }
        one.summary = builder.finish();
        bytes += one.summary.bytes;
        segments.push_back(one);
    }
    const double seconds = since(begin);
    std::printf(
        "segments of nights: %llu traces, %.0f a second, %.2f bytes a trace, %.0f MiB of "
        "memory\n",
        static_cast<unsigned long long>(world.made()), static_cast<double>(world.made()) / seconds,
        static_cast<double>(bytes) / static_cast<double>(world.made()), peak_mebibytes());
    report_questions("segments of nights", segments, world, persons);

    const auto merging = Time::now();
    std::vector<Sealed> merged;
    for (std::size_t from = 0; from < segments.size(); from += 16) {
        std::vector<std::unique_ptr<traces::Segment>> open;
        std::vector<const traces::Segment*> parts;
        for (std::size_t i = from; i < std::min(from + 16, segments.size()); ++i) {
            open.push_back(
                std::make_unique<traces::Segment>(segments[i].file, segments[i].summary.digest));
            parts.push_back(open.back().get());
        }
        Sealed one{folder / ("merged-" + std::to_string(from)), {}};
        one.summary = traces::merge_segments(parts, one.file);
        merged.push_back(one);
    }
    const double merge_seconds = since(merging);
    bytes = 0;
    for (const Sealed& one : merged) bytes += one.summary.bytes;
    std::printf("merged: %.0f traces a second, %.2f bytes a trace\n",
                static_cast<double>(world.made()) / merge_seconds,
                static_cast<double>(bytes) / static_cast<double>(world.made()));
    report_questions("merged segments", merged, world, persons);

    plain_rows(folder / "plain.db", rows, persons);
    fs::remove_all(folder);
}
