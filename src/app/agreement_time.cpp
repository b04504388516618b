#include "app/agreement_time.hpp"

#include <algorithm>
#include <map>

namespace app {

using ledger::EntryKind;

static core::Instant later(core::Instant at, std::int64_t by) {
    return core::Instant{at.microseconds + by};
}

bool FileTime::in_time(core::Instant as_of) const {
    return finished ? *finished < due : as_of < due;
}

bool FileTime::in_time_adjusted(core::Instant as_of) const {
    return finished ? *finished < later(due, supplier) : as_of < later(due, supplier);
}

std::string FileTime::cause(core::Instant as_of) const {
    if (in_time(as_of)) return {};
    if (in_time_adjusted(as_of)) return "supplier";
    const std::int64_t late = finished.value_or(as_of).microseconds - due.microseconds;
    if (held >= late) return "held";
    if (waited >= worked && waited >= delivering) return "capacity";
    return worked >= delivering ? "volume" : "delivery";
}

// Overlap of [from, to) with all absences of a supplier or of this sender's partner; overlapping
// absences count once.
static std::int64_t absence(const job::Calendar& calendar, const ledger::History& history,
                            core::Instant from, core::Instant to) {
    std::vector<std::pair<std::int64_t, std::int64_t>> spans;
    for (const job::Unavailability& one : calendar.unavailable) {
        if (one.who == job::Unavailability::Who::engine) continue;
        if (one.who == job::Unavailability::Who::partner && one.name != history.sender) continue;
        if (!one.job.empty() && one.job != history.job) continue;
        const std::int64_t begin = std::max(from.microseconds, one.from.microseconds);
        const std::int64_t end =
            std::min(to.microseconds, one.to ? one.to->microseconds : to.microseconds);
        if (begin < end) spans.emplace_back(begin, end);
    }
    std::sort(spans.begin(), spans.end());
    std::int64_t sum = 0, covered = INT64_MIN;
    for (const auto& [begin, end] : spans) {
        sum += std::max<std::int64_t>(0, end - std::max(begin, covered));
        covered = std::max(covered, end);
    }
    return sum;
}

namespace {

// Folds the entries of one file; a retry opens it again, its time goes on.
struct Fold {
    FileTime& time;
    core::Instant held_since, started, decided;  // 0: not yet
    bool asked = false;                          // its records are questions to others

    void read(const ledger::Moment& moment) {
        switch (moment.kind) {
            case EntryKind::verified:
                due(moment.body);
                break;
            case EntryKind::started:
                if (started.microseconds == 0) started = moment.at;
                break;
            case EntryKind::slice:
                if (decided.microseconds == 0)
                    records(ledger::body_number(moment.body, "file_records"), 0, false);
                break;
            case EntryKind::decided:
                // Released, it is where it was: that says nothing new.
                if (ledger::body_text(moment.body, "by") == "operator") break;
                decided = moment.at;
                records(ledger::body_number(moment.body, "records"),
                        ledger::body_number(moment.body, "records_rejected"), true);
                break;
            case EntryKind::held:
                held_since = moment.at;
                break;
            case EntryKind::released:
                release(moment.at);
                break;
            case EntryKind::retried:
                time.outcome = Outcome::open;
                time.finished.reset();
                decided = {};
                break;
            case EntryKind::question:
                question(moment);
                break;
            default:
                ends(moment);
        }
    }
    // Questions are finished when their asker has the first answer; the time that sources took is
    // theirs.
    void question(const ledger::Moment& moment) {
        const std::string step = ledger::body_text(moment.body, "step");
        if (step == "asked") asked = true;
        if (step != "returned" || ledger::body_number(moment.body, "part") != 1) return;
        time.supplier += ledger::body_number(moment.body, "supplier_microseconds");
        end(Outcome::processed, moment.at);
    }
    void ends(const ledger::Moment& moment) {
        if (moment.kind == EntryKind::closed && !asked) end(Outcome::processed, moment.at);
        if (moment.kind == EntryKind::refused) end(Outcome::refused, moment.at);
        if (moment.kind == EntryKind::cancelled || moment.kind == EntryKind::duplicate ||
            moment.kind == EntryKind::quarantined)
            end(Outcome::apart, moment.at);
    }
    void end(Outcome outcome, core::Instant at) {
        time.outcome = outcome;
        time.finished = at;
    }
    void release(core::Instant at) {
        if (held_since.microseconds != 0) time.held += at.microseconds - held_since.microseconds;
        held_since = {};
    }
    void records(std::int64_t total, std::int64_t rejected, bool known) {
        time.records = total;
        time.rejected = rejected;
        time.records_known = known;
    }
    void due(const std::string& body) {
        if (const auto at = core::parse_instant(ledger::body_text(body, "deadline")))
            time.due = *at;
    }
};

}  // namespace

FileTime time_of(const ledger::History& history, const job::Calendar& calendar,
                 core::Instant otherwise, core::Instant as_of) {
    FileTime time;
    time.received = history.received_at;
    time.due = otherwise;
    Fold fold{time, {}, {}, {}, false};
    for (const ledger::Moment& moment : history.moments) fold.read(moment);
    fold.release(as_of);
    const core::Instant end = time.finished.value_or(as_of);
    const core::Instant begun = fold.started.microseconds != 0 ? fold.started : end;
    const core::Instant done = fold.decided.microseconds != 0 ? fold.decided : end;
    time.waited = begun.microseconds - time.received.microseconds;
    time.worked = std::max<std::int64_t>(0, done.microseconds - begun.microseconds);
    time.delivering = std::max<std::int64_t>(0, end.microseconds - done.microseconds);
    // Of questions the sources' own time counts, whatever the calendar says of them.
    if (time.supplier == 0) time.supplier = absence(calendar, history, time.received, end);
    // Nothing of an apart or refused file is data that somebody waits for.
    if (time.outcome == Outcome::refused || time.outcome == Outcome::apart)
        time.records = time.rejected = 0;
    return time;
}

std::vector<ParcelTime> parcels_of(const ledger::History& history) {
    std::vector<ParcelTime> parcels;
    std::map<std::string, std::size_t> by_name;
    for (const ledger::Moment& moment : history.moments) {
        if (moment.kind == EntryKind::outgoing)
            for (const std::string_view one : ledger::body_items(moment.body, "files"))
                if (ledger::body_text(one, "kind") == "parcel") {
                    by_name[ledger::body_text(one, "name")] = parcels.size();
                    parcels.push_back({ledger::body_text(one, "recipient"),
                                       ledger::body_number(one, "records"),
                                       {}});
                }
        if (moment.kind != EntryKind::published) continue;
        for (const std::string_view one : ledger::body_items(moment.body, "files")) {
            const auto found = by_name.find(ledger::body_text(one, "name"));
            if (found == by_name.end()) continue;
            parcels[found->second].published = moment.at;
            by_name.erase(found);
        }
    }
    return parcels;
}

}  // namespace app
