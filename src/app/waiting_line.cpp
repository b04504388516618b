#include "app/waiting_line.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <tuple>

namespace app {

using ledger::File;
using ledger::FileState;

std::string line_of(const File& file) {
    return file.identity.sender + file.identity.subject +
           static_cast<char>(file.identity.environment);
}

double urgency_of(const File& file, core::Instant now) {
    constexpr double year = 365.0 * 86'400e6;  // no deadline: behind everything that has one
    const double left = file.deadline_at
                            ? static_cast<double>(file.deadline_at->microseconds - now.microseconds)
                            : year;
    const double weight = static_cast<double>(std::clamp(file.priority, 1, 9)) / 5.0;
    return left >= 0 ? left * weight : left / weight;
}

// A supplier whose absence holds now; the engine's own does not park: whoever starts a run during
// it wants it to run. A partner's OUT takes parcels at any time.
static const job::Unavailability* parked_by(const File& file, const job::Calendar& calendar,
                                            core::Instant now) {
    if (file.state == FileState::decided) return nullptr;  // nothing more is asked of anybody
    for (const job::Unavailability* one : calendar.holding(now, file.identity.sender, file.job))
        if (one->who == job::Unavailability::Who::supplier) return one;
    return nullptr;
}

namespace {

struct Line {
    std::vector<File> files;
    std::vector<double> urgency;  // of the most urgent from here on
    std::size_t next = 0;
};

struct Candidate {
    double urgency;
    std::int64_t bytes;  // the sender had so many, when this was put up
    ledger::FileId id;
    std::size_t line;
    bool operator>(const Candidate& other) const {
        return std::tie(urgency, bytes, id) > std::tie(other.urgency, other.bytes, other.id);
    }
};

void rank(Line& line, core::Instant now) {
    line.urgency.resize(line.files.size());
    double most = 1e300;
    for (std::size_t i = line.files.size(); i-- > 0;) {
        most = std::min(most, urgency_of(line.files[i], now));
        line.urgency[i] = most;
    }
}

// The heads of all lines compete; a head put up before its sender was served again is put back with
// what the sender has had by now.
std::vector<File> merged(std::vector<Line>& lines, core::Instant now) {
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> heads;
    std::map<std::string, std::int64_t> had;
    const auto put_up = [&](std::size_t index) {
        const Line& line = lines[index];
        if (line.next == line.files.size()) return;
        const File& file = line.files[line.next];
        heads.push({line.urgency[line.next], had[file.identity.sender], file.id, index});
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        rank(lines[i], now);
        put_up(i);
    }
    std::vector<File> order;
    while (!heads.empty()) {
        const Candidate best = heads.top();
        heads.pop();
        Line& line = lines[best.line];
        std::int64_t& bytes = had[line.files[line.next].identity.sender];
        if (bytes != best.bytes) {
            put_up(best.line);
            continue;
        }
        bytes += std::max<std::int64_t>(1, line.files[line.next].bytes);
        order.push_back(std::move(line.files[line.next++]));
        put_up(best.line);
    }
    return order;
}

}  // namespace

Waiting order_of_night(std::vector<File> files, const job::Calendar& calendar, core::Instant now) {
    Waiting waiting;
    std::map<std::string, std::size_t> index;
    std::map<std::string, std::pair<std::string, std::optional<core::Instant>>> blocked;
    std::vector<Line> lines;
    for (File& file : files) {
        const std::string name = line_of(file);
        if (const auto at = blocked.find(name); at != blocked.end()) {
            waiting.stopped.push_back(
                {std::move(file), "behind " + at->second.first, at->second.second});
            continue;
        }
        if (file.state == FileState::held) {
            blocked[name] = {file.identity.text(), std::nullopt};
            waiting.stopped.push_back({std::move(file), "held", std::nullopt});
            continue;
        }
        if (const job::Unavailability* parked = parked_by(file, calendar, now)) {
            blocked[name] = {file.identity.text(), parked->to};
            waiting.stopped.push_back(
                {std::move(file), "parked: supplier " + parked->name, parked->to});
            continue;
        }
        const auto [at, fresh] = index.try_emplace(name, lines.size());
        if (fresh) lines.emplace_back();
        lines[at->second].files.push_back(std::move(file));
    }
    waiting.ready = merged(lines, now);
    return waiting;
}

}  // namespace app
