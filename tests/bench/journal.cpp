// bench_journal [ENTRIES [FOLDER]]: entries appended to a log and made durable under one
// checkpoint, on one core, beside writing the same bytes to one file and flushing it; and
// commitments to records. Prints rates.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "io/file.hpp"
#include "journal/log.hpp"
#include "journal/record.hpp"

namespace fs = std::filesystem;

static double seconds(const std::function<void()>& work) {
    const std::clock_t begin = std::clock();
    work();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

static constexpr std::uint64_t slice_records = 2'000;

static std::string entry(std::uint64_t index) {
    return "{\"index\":" + std::to_string(index) +
           ",\"at\":\"2026-04-01T20:00:00.000000Z\",\"kind\":\"published\",\"file\":"
           "\"DMFA.100101.20260401.00001.R\",\"attempt\":17,\"body\":{\"name\":"
           "\"FO.DMFA.999999.20260401.00001.R.zst\",\"recipient\":\"400001\"}}";
}

int main(int argc, char** argv) {
    const auto count = static_cast<std::uint64_t>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
    const fs::path folder =
        argc > 2 ? fs::path(argv[2]) : fs::temp_directory_path() / "sluice-bench-journal";
    fs::remove_all(folder);
    io::make_folders(folder);
    const seal::NoteSigner signer("bench.example", std::string(32, 'k'));
    std::uint64_t bytes = 0;
    const double log_seconds = seconds([&] {
        journal::Log log(folder / "log", signer, {signer.verifier()});
        log.extend(count, [&](std::uint64_t from, std::uint64_t to, const auto& take) {
            for (std::uint64_t i = from; i < to; ++i) {
                const std::string text = entry(i);
                bytes += text.size();
                take(text);
            }
        });
    });
    const double plain_seconds = seconds([&] {
        auto file = io::OutputFile::create(folder / "plain");
        std::string block;
        for (std::uint64_t i = 0; i < count; ++i) {
            block += entry(i);
            if (block.size() < 1 << 20) continue;
            file.append(block);
            block.clear();
        }
        file.append(block);
        file.sync();
    });
    const std::string key(32, 'k');
    seal::Hash root{};
    const double record_seconds = seconds([&] {
        journal::RecordWords words;
        words.route =
            "\"recipients\":[{\"partner\":\"400001\"},{\"partner\":\"400002\"}],\"withheld\":[]";
        words.codes = "[]";
        for (std::uint64_t begin = 0; begin < count; begin += slice_records) {
            const std::uint64_t size = std::min(slice_records, count - begin);
            const auto salts = journal::salts(key, begin + 1, size);
            std::vector<std::string> openings(size);
            for (std::uint64_t i = 0; i < size; ++i) {
                words.record = begin + i + 1;
                words.begin = (begin + i) * 1500;
                words.end = words.begin + 1500;
                journal::put_opening(openings[i], salts[i], words);
            }
            root = journal::root_of_leaves(journal::leaves_of({openings.begin(), openings.end()}));
        }
    });
    const double n = static_cast<double>(count);
    std::printf("append     %10.0f entries/s  (%.0f bytes each, durable, one checkpoint)\n",
                n / log_seconds, static_cast<double>(bytes) / n);
    std::printf("plain file %10.0f entries/s  (ratio %.2f)\n", n / plain_seconds,
                plain_seconds / log_seconds);
    std::printf("commitment %10.0f records/s  (%s)\n", n / record_seconds,
                seal::hex(root).substr(0, 8).c_str());
    fs::remove_all(folder);
    return 0;
}
