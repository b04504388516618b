#include "app/heartbeat.hpp"

#include <algorithm>
#include <fstream>

#include "io/file.hpp"
#include "ledger/figures.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr std::int64_t minute = 60'000'000;

static fs::path month_file(const Home& home, core::Instant at) {
    return home.spool() / "metrics" /
           ("alive." + core::to_string(home.zone().date(at)).substr(0, 7));
}

// The minute that a line names; nothing where it was torn.
static std::optional<std::int64_t> minute_of(const std::string& line) {
    if (line.empty() || line.size() > 12 ||
        line.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return std::stoll(line);
}

static std::int64_t last_minute(const fs::path& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) return -1;
    // Lines are shorter than 16 bytes.
    const std::streamoff size = in.tellg(), from = std::max<std::streamoff>(0, size - 32);
    in.seekg(from);
    std::int64_t last = -1;
    std::string line;
    while (std::getline(in, line))
        if (const auto at = minute_of(line)) last = *at;
    return last;
}

// A lost heartbeat costs a minute of the figure; it must never cost a night.
void leave_heartbeat(const Home& home) {
    const core::Instant now = home.now();
    const fs::path file = month_file(home, now);
    const std::int64_t at = now.microseconds / minute;
    if (last_minute(file) == at) return;
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    std::ofstream out(file, std::ios::app | std::ios::binary);
    out << at << '\n';
}

std::vector<core::Instant> signs_of_life(Home& home, core::Instant from, core::Instant to) {
    std::vector<core::Instant> beats = ledger::heartbeats(home.ledger(), from, to, minute);
    for (core::Date day = home.zone().date(from); home.zone().start_of_day(day) < to; ++day.days) {
        const core::YearMonthDay civil = core::civil(day);
        if (civil.day != 1 && day != home.zone().date(from)) continue;
        std::ifstream in(month_file(home, home.zone().start_of_day(day)));
        for (std::string line; std::getline(in, line);) {
            const auto number = minute_of(line);
            if (!number) continue;
            const core::Instant at{*number * minute};
            if (at >= from && at < to) beats.push_back(at);
        }
    }
    std::sort(beats.begin(), beats.end());
    return beats;
}

std::optional<core::Instant> first_sign_of_life(Home& home) {
    std::optional<core::Instant> first;
    for (const ledger::Entry& entry : home.ledger().entries_from(0, 1)) first = entry.at;
    const fs::path folder = home.spool() / "metrics";
    if (!io::facts(folder)) return first;
    for (const std::string& name : io::list(folder, 100'000)) {
        if (name.rfind("alive.", 0) != 0) continue;
        std::ifstream in(folder / name);
        for (std::string line; std::getline(in, line);) {
            const auto number = minute_of(line);
            if (!number) continue;
            const core::Instant at{*number * minute};
            first = std::min(first.value_or(at), at);
            break;  // they stand in order
        }
    }
    return first;
}

}  // namespace app
