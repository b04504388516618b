#include "app/waiting_line.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <queue>
#include <tuple>

namespace app {

using ledger::FileState;

std::string line_of(const WaitingFile& file) {
    return file.identity.sender + file.identity.subject +
           static_cast<char>(file.identity.environment);
}

static std::int64_t due(const WaitingFile& file) {
    return file.deadline_at ? file.deadline_at->microseconds : INT64_MAX;
}

std::int64_t urgency_of(const WaitingFile& file) {
    const std::int64_t deadline = due(file), received = file.received_at.microseconds;
    const std::int64_t priority = std::clamp(file.priority, 1, 5);
    if (deadline == INT64_MAX || deadline <= received) return deadline;
    return received + (deadline - received) / 5 * priority;
}

// A supplier whose absence holds now; the engine's own does not park: whoever starts a run during
// it wants it to run. A partner's OUT takes parcels at any time.
static const job::Unavailability* parked_by(const WaitingFile& file, const job::Calendar& calendar,
                                            core::Instant now) {
    if (file.state == FileState::decided) return nullptr;  // nothing more is asked of anybody
    for (const job::Unavailability* one : calendar.holding(now, file.identity.sender, file.job))
        if (one->who == job::Unavailability::Who::supplier) return one;
    return nullptr;
}

namespace {

struct Line {
    std::vector<WaitingFile> files;
    std::vector<std::int64_t> urgency;  // of the most urgent from here on
    std::size_t next = 0;
};

struct Candidate {
    std::int64_t urgency;
    int priority;
    std::int64_t bytes;  // the sender had so many, when this was put up
    ledger::FileId id;
    std::size_t line;
    bool operator>(const Candidate& other) const {
        return std::tie(urgency, priority, bytes, id) >
               std::tie(other.urgency, other.priority, other.bytes, other.id);
    }
};

void rank(Line& line) {
    line.urgency.resize(line.files.size());
    std::int64_t most = INT64_MAX;
    for (std::size_t i = line.files.size(); i-- > 0;) {
        most = std::min(most, urgency_of(line.files[i]));
        line.urgency[i] = most;
    }
}

// The heads of all lines compete; a head put up before its sender was served again is put back with
// what the sender has had by now.
std::vector<WaitingFile> merged(std::vector<Line>& lines, std::size_t count, Served had) {
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> heads;
    const auto put_up = [&](std::size_t index) {
        const Line& line = lines[index];
        if (line.next == line.files.size()) return;
        const WaitingFile& file = line.files[line.next];
        heads.push({line.urgency[line.next], file.priority, had[{file.identity.sender, due(file)}],
                    file.id, index});
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        rank(lines[i]);
        put_up(i);
    }
    std::vector<WaitingFile> order;
    order.reserve(count);
    while (!heads.empty()) {
        const Candidate best = heads.top();
        heads.pop();
        Line& line = lines[best.line];
        const WaitingFile& file = line.files[line.next];
        std::int64_t& bytes = had[{file.identity.sender, due(file)}];
        if (bytes != best.bytes) {
            put_up(best.line);
            continue;
        }
        bytes += std::max<std::int64_t>(1, file.bytes);
        order.push_back(std::move(line.files[line.next++]));
        put_up(best.line);
    }
    return order;
}

}  // namespace

Waiting order_of_night(std::vector<WaitingFile> files, const job::Calendar& calendar,
                       core::Instant now, const Served& served) {
    Waiting waiting;
    std::map<std::string, std::size_t> index;
    std::map<std::string, std::pair<std::string, std::optional<core::Instant>>> blocked;
    std::vector<Line> lines;
    Served had = served;
    for (WaitingFile& file : files) {
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
        if (file.state == FileState::decided) {
            had[{file.identity.sender, due(file)}] += std::max<std::int64_t>(1, file.bytes);
            waiting.ready.push_back(std::move(file));
            continue;
        }
        const auto [at, fresh] = index.try_emplace(name, lines.size());
        if (fresh) lines.emplace_back();
        lines[at->second].files.push_back(std::move(file));
    }
    std::sort(waiting.ready.begin(), waiting.ready.end(), [](const auto& a, const auto& b) {
        return std::tie(a.decided_by, a.id) < std::tie(b.decided_by, b.id);
    });
    const std::size_t count = files.size() - waiting.stopped.size() - waiting.ready.size();
    std::vector<WaitingFile>().swap(files);
    std::vector<WaitingFile> others = merged(lines, count, std::move(had));
    std::move(others.begin(), others.end(), std::back_inserter(waiting.ready));
    return waiting;
}

Waiting order_of_night(const ledger::Ledger& ledger, const job::Calendar& calendar,
                       core::Instant now) {
    std::vector<WaitingFile> files;
    std::set<std::int64_t> deadlines;
    ledger.each_file_in(
        {FileState::verified, FileState::processing, FileState::decided, FileState::held},
        [&](ledger::File file) {
            if (file.deadline_at) deadlines.insert(file.deadline_at->microseconds);
            files.push_back({file.id, std::move(file.identity), std::move(file.job), file.state,
                             file.received_at, file.deadline_at, file.bytes, file.priority});
        });
    for (WaitingFile& file : files) {
        if (file.state != FileState::decided) continue;
        for (const ledger::Entry& entry : ledger.entries(file.id))
            if (entry.kind == ledger::EntryKind::decided) file.decided_by = entry.index;
    }
    return order_of_night(std::move(files), calendar, now, ledger.bytes_served(deadlines));
}

}  // namespace app
