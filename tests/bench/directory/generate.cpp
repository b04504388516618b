// Writes the persons table of a made-up nation as CSV, and a night's mutations of it.
// usage: bench_directory_generate PERSONS persons|mutations SEED SHARE > FILE
#include <cstdio>
#include <cstdlib>
#include <string>

#include "people.hpp"

using namespace bench;

static void append_row(std::string& out, const char* action, const std::string& insz,
                       const Kind& kind, const std::string& from, const std::string& to) {
    out += action;
    out += insz;
    for (const std::uint32_t value : {kind.partner, std::uint32_t{kind.sector},
                                      std::uint32_t{kind.type}, std::uint32_t{kind.quality}})
        out += ',' + std::to_string(value);
    out += ',' + from + ',' + to + '\n';
    if (out.size() < 1 << 20) return;
    std::fwrite(out.data(), 1, out.size(), stdout);
    out.clear();
}

static std::string date(Random& random, unsigned first_year, unsigned years) {
    char text[16];
    std::snprintf(text, sizeof text, "%04u-%02u-%02u", first_year + random.below(years),
                  1 + random.below(12), 1 + random.below(28));
    return text;
}

int main(int count, char** words) {
    if (count < 3) return 2;
    const std::uint64_t persons = std::strtoull(words[1], nullptr, 10);
    const bool mutations = std::string(words[2]) == "mutations";
    const std::uint64_t seed = count > 3 ? std::strtoull(words[3], nullptr, 10) : 1;
    const double share = count > 4 ? std::strtod(words[4], nullptr) : 0.005;
    std::string out = std::string(mutations ? "action," : "") +
                      "insz,partner,sector,institution_type,quality,from,to\n";
    const auto hit = static_cast<std::uint32_t>(share * 4e9);
    for (std::uint64_t i = 0; i < persons; ++i) {
        // Not in order: files of many institutions put together are not.
        const std::uint64_t n = mutations ? i : (i * 7'368'787) % persons;
        const std::string insz = directory::to_insz(person(n, persons));
        const std::uint32_t first = Random{n}.below(960);
        Random random{n * 31 + 11};
        for (std::uint32_t row = 0; row < rows_of(n); ++row) {
            const Kind one = kind(first + row * 61);
            const std::string from = date(random, 1990, 30);
            const bool open = random.below(3) != 0;
            const std::string to = open ? "" : date(random, 2021, 5);
            if (!mutations) {
                append_row(out, "", insz, one, from, to);
            } else if (Random{seed * 1'000'003 + n * 64 + row}.below(4'000'000'000U) < hit) {
                append_row(out, "change,", insz, one, from, open ? "2026-06-30" : "");
            }
        }
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    return 0;
}
