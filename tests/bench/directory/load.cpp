// Loads a persons table into a store, or applies a night's mutations to it, and says how long it
// took and what it left on disk. Digests are fast sums here: SHA-256 is the app's.
// usage: bench_directory_load STORE load|apply FILE DATE [MEMORY_MIB]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "directory/store.hpp"

namespace fs = std::filesystem;

static std::uint64_t bytes_under(const fs::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) bytes += entry.file_size();
    return bytes;
}

int main(int count, char** words) {
    if (count < 5) return 2;
    directory::StoreOptions options;
    options.change_share_max = 1e9;
    if (count > 5) options.memory_budget_bytes = std::strtoull(words[5], nullptr, 10) << 20;
    directory::Store store(words[1], options);
    const auto begin = std::chrono::steady_clock::now();
    const core::Date today = *core::parse_date(words[4]);
    const core::Instant now{std::int64_t{today.days} * 86'400'000'000};
    directory::Change change;
    if (std::string(words[2]) == "load") {
        directory::Store::LoadFiles files;
        files.file[0] = words[3];
        change = store.load(files, today, now);
    } else {
        change = store.apply(words[3], {}, today, now);
    }
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf(
        "%s %s: %llu rows read in %.1f s (%.2f M rows/s), %llu errors; +%llu -%llu ~%llu; now %llu "
        "rows, %llu persons; store %llu bytes (%.2f a row); peak memory %ld MiB\n",
        words[2], change.id.c_str(), static_cast<unsigned long long>(change.rows_read), seconds,
        static_cast<double>(change.rows_read) / seconds / 1e6,
        static_cast<unsigned long long>(change.errors),
        static_cast<unsigned long long>(change.added),
        static_cast<unsigned long long>(change.removed),
        static_cast<unsigned long long>(change.changed),
        static_cast<unsigned long long>(change.counts.rows),
        static_cast<unsigned long long>(change.counts.persons),
        static_cast<unsigned long long>(bytes_under(words[1])),
        static_cast<double>(bytes_under(words[1])) / static_cast<double>(change.counts.rows + 1),
        usage.ru_maxrss / 1024);
    for (const auto& finding : change.findings)
        std::printf("%llu:%llu %s\n", static_cast<unsigned long long>(finding.line),
                    static_cast<unsigned long long>(finding.column), finding.text.c_str());
    return change.errors == 0 ? 0 : 1;
}
