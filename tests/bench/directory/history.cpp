// Many nights: a base and a small file of mutations for each night; then any version is opened and
// asked, one person after the other and all together, and compared with what a plain table says.
// usage: bench_directory_history STORE PERSONS NIGHTS SHARE
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "directory/store.hpp"
#include "people.hpp"

namespace fs = std::filesystem;
using directory::PersonKey;

static double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

static std::uint64_t bytes_under(const fs::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) bytes += entry.file_size();
    return bytes;
}

static std::string line_of(PersonKey key, const bench::Kind& kind, core::Date from,
                           const std::string& to) {
    return directory::to_insz(key) + "," + std::to_string(kind.partner) + "," +
           std::to_string(kind.sector) + "," + std::to_string(kind.type) + "," +
           std::to_string(kind.quality) + "," + core::to_string(from) + "," + to + "\n";
}

int main(int count, char** words) {
    if (count != 5) return 2;
    const std::uint64_t persons = std::strtoull(words[2], nullptr, 10);
    const int nights = std::atoi(words[3]);
    const auto changes = static_cast<std::uint32_t>(static_cast<double>(persons) * 10 *
                                                    std::strtod(words[4], nullptr));
    const fs::path folder = words[1];
    directory::StoreOptions options;
    options.change_share_max = 1e9;
    directory::Store store(folder / "store", options);
    const core::Date first = *core::parse_date("2026-01-01");
    const auto at = [&](int night) {
        return core::Instant{std::int64_t{first.days + night} * 86'400'000'000};
    };
    fs::create_directories(folder);
    const fs::path csv = folder / "night.csv";
    {
        std::ofstream out(csv);
        out << directory::header_line(directory::TableName::persons) << '\n';
        for (std::uint64_t n = 0; n < persons; ++n)
            for (std::uint32_t row = 0; row < 10; ++row)
                out << line_of(bench::person(n, persons), bench::kind(row), first, "");
    }
    directory::Store::LoadFiles files;
    files.file[0] = csv;
    if (store.load(files, first, at(0)).errors > 0) return 1;
    const std::uint64_t base_bytes = bytes_under(folder / "store");
    // Each night closes rows or opens them again; what one person's rows are is kept for a few.
    bench::Random random{17};
    constexpr std::uint64_t watched_max = 500;
    const std::uint64_t step = std::max<std::uint64_t>(1, persons / watched_max);
    std::map<int, std::map<std::uint64_t, std::uint64_t>> closed_then;  // night, person: closed
    std::map<std::uint64_t, std::uint64_t> closed;  // bits of rows, of watched persons
    const auto begin = std::chrono::steady_clock::now();
    for (int night = 1; night <= nights; ++night) {
        {
            std::ofstream out(csv);
            out << "action," << directory::header_line(directory::TableName::persons) << '\n';
            for (std::uint32_t i = 0; i < changes; ++i) {
                const std::uint64_t n = random.below(static_cast<std::uint32_t>(persons));
                const std::uint32_t row = random.below(10);
                const bool open = random.below(2) == 0;
                out << "change,"
                    << line_of(bench::person(n, persons), bench::kind(row), first,
                               open ? "" : "2040-12-31");
                if (n % step != 0) continue;
                const std::uint64_t bit = std::uint64_t{1} << row;
                closed[n] = open ? closed[n] & ~bit : closed[n] | bit;
            }
        }
        const core::Date today{first.days + night};
        const auto change = store.apply(csv, {}, today, at(night));
        if (change.outcome != directory::Outcome::current) return 1;
        if (night % std::max(1, nights / 20) == 0 || night == 1) closed_then[night] = closed;
    }
    const double made = seconds_since(begin);
    const std::uint64_t bytes = bytes_under(folder / "store") - base_bytes;
    std::printf(
        "%llu persons, %llu rows, %d nights of %u changes in %.0f s; base %.1f MB, nights "
        "%.1f MB (%.1f bytes a change)\n",
        static_cast<unsigned long long>(persons), static_cast<unsigned long long>(persons * 10),
        nights, changes, made, static_cast<double>(base_bytes) / 1e6,
        static_cast<double>(bytes) / 1e6,
        static_cast<double>(bytes) / (static_cast<double>(changes) * nights));
    double worst_open = 0, worst_one = 0, worst_batch = 0;
    for (const auto& [night, expected] : closed_then) {
        const auto opened = std::chrono::steady_clock::now();
        const auto version = store.open_at(core::Instant{at(night).microseconds + 1});
        directory::Holdings one;
        version->find(bench::person(persons / 2, persons), one);
        worst_open = std::max(worst_open, seconds_since(opened));
        std::vector<PersonKey> keys;
        for (const auto& [n, bits] : expected) keys.push_back(bench::person(n, persons));
        auto start = std::chrono::steady_clock::now();
        for (const PersonKey key : keys) version->find(key, one);
        worst_one = std::max(worst_one, seconds_since(start) / static_cast<double>(keys.size()));
        std::vector<directory::Holdings> all(keys.size());
        start = std::chrono::steady_clock::now();
        version->find(std::span<const PersonKey>(keys), std::span(all));
        worst_batch =
            std::max(worst_batch, seconds_since(start) / static_cast<double>(keys.size()));
        std::size_t place = 0;
        for (const auto& [n, bits] : expected) {
            version->find(keys[place], one);
            const directory::Holdings& batch = all[place++];
            if (one.size() != 10 || batch.size() != 10) return 1;
            for (std::size_t i = 0; i < 10; ++i)
                for (std::uint32_t row = 0; row < 10; ++row) {
                    if (one[i].partner != std::to_string(bench::kind(row).partner) ||
                        one[i].quality != bench::kind(row).quality)
                        continue;
                    const bool is_closed = (bits >> row & 1U) != 0;
                    if ((one[i].to != directory::open_end) != is_closed ||
                        batch[i].to != one[i].to) {
                        std::printf("night %d differs\n", night);
                        return 1;
                    }
                }
        }
    }
    std::printf(
        "%zu versions asked, each equal to the plain table: open and first look-up at most "
        "%.1f ms, one by one %.1f us, together %.1f us a look-up\n",
        closed_then.size(), worst_open * 1e3, worst_one * 1e6, worst_batch * 1e6);
    return 0;
}
