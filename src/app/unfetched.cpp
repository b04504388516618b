#include "app/unfetched.hpp"

#include <algorithm>
#include <map>

#include "app/archive.hpp"
#include "app/channel_pace.hpp"
#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "app/marker.hpp"
#include "app/sending.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "ledger/figures.hpp"
#include "outbox/names.hpp"
#include "outbox/unfetched.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;
using ledger::Outgoing;
using ledger::OutgoingState;

static constexpr std::string_view detail = "unfetched";
static constexpr std::size_t listed_max = 10'000;
static constexpr std::int64_t entries_at_once = 1'000;
static constexpr const char* expired_marker = "expired.index";

static int days_kept(Home& home, const Outgoing& row) {
    if (home.settings().unfetched_expire_days > 0)
        return static_cast<int>(home.settings().unfetched_expire_days);
    const auto file = home.ledger().find_file(row.file);
    const auto job = file ? home.find_job(file->job) : nullptr;
    return job ? job->payload_days : job::Job{}.payload_days;
}

static core::Date expires(Home& home, const Outgoing& row) {
    return core::Date{home.zone().date(row.at).days + days_kept(home, row) + 1};
}

static std::int32_t days_lying(const Home& home, const Outgoing& row) {
    return home.today().days - home.zone().date(row.at).days;
}

template <class Visit>
static void each_entry(const ledger::Ledger& book, EntryKind kind, std::int64_t next,
                       const Visit& visit) {
    for (;;) {
        const auto page = book.entries_of(kind, next, entries_at_once);
        for (const ledger::Entry& entry : page) visit(entry);
        if (page.size() < static_cast<std::size_t>(entries_at_once)) return;
        next = page.back().index + 1;
    }
}

// ---- expired ----

// Said first, then done: what a crash left lying is taken out by the next run.
static void finish_expired(Home& home) {
    const std::int64_t end = home.ledger().entry_count();
    const std::int64_t from = read_marker(home, expired_marker);
    each_entry(home.ledger(), EntryKind::expired, from, [&](const ledger::Entry& entry) {
        const auto row = home.ledger().find_outgoing(ledger::body_text(entry.body, "name"));
        if (row && row->state == OutgoingState::expired &&
            io::facts(home.partner_folder(row->recipient) / row->folder / row->name))
            take_out(home, *row);
    });
    write_marker(home, expired_marker, end);
}

static void expire(Home& home, const std::vector<Outgoing>& rows) {
    const core::Instant now = home.now();
    std::vector<SentEvent> events;
    auto step = home.ledger().begin();
    for (const Outgoing& read : rows) {
        // It may have been taken or transferred since it was read.
        const auto fresh = home.ledger().find_outgoing(read.id);
        if (!fresh || fresh->state != OutgoingState::published) continue;
        Outgoing row = *fresh;
        const core::Instant published = row.at;
        row.state = OutgoingState::expired;
        row.at = std::max(now, row.at);
        step->update_outgoing(row);
        step->append(EntryKind::expired, row.file, now,
                     JsonObject()
                         .text("what", "unfetched")
                         .text("name", row.name)
                         .text("recipient", row.recipient)
                         .text("published", core::to_string(published))
                         .text("sha256", row.digest)
                         .str());
        events.push_back({row, outbox::DeliveryEvent::expiry});
    }
    draw_evidence(home, *step, events, now);
    step->commit();
    io::crash_point("unfetched.expired");
    for (const SentEvent& one : events) take_out(home, one.parcel);
}

// ---- reminded ----

bool is_reminder(const Outgoing& row) {
    return row.detail == detail;
}

std::string reminder_text(Home& home, const Outgoing& row) {
    outbox::UnfetchedFacts facts;
    facts.recipient = row.recipient;
    facts.at = row.at;
    each_parcel_known_to_lie(home, [&](const Outgoing& one) {
        if (one.recipient != row.recipient || one.folder != row.folder) return;
        const auto identity = outbox::data_identity(one.name);
        if (identity) facts.environment = identity->environment;
        if (facts.parcels.size() >= listed_max)
            ++facts.unlisted;
        else
            facts.parcels.push_back({one.name, one.digest, one.number, one.records, one.bytes,
                                     one.at, expires(home, one)});
    });
    return outbox::unfetched_list(facts);
}

// Of the last `days`: who was reminded before them is reminded again.
static std::map<std::string, core::Instant> last_reminders(Home& home, std::int32_t days) {
    std::map<std::string, core::Instant> last;
    const ledger::Ledger& book = home.ledger();
    const core::Date first{home.today().days - days};
    const std::int64_t from = ledger::first_entry_at(book, home.zone().start_of_day(first));
    each_entry(book, EntryKind::reminded, from, [&](const ledger::Entry& entry) {
        if (ledger::body_text(entry.body, "what") == "unfetched")
            last[ledger::body_text(entry.body, "recipient") + "/" +
                 ledger::body_text(entry.body, "folder")] = entry.at;
    });
    return last;
}

// `oldest` of each recipient and folder. The reminder hangs on the file of that parcel.
static bool remind(Home& home, const std::map<std::string, Outgoing>& oldest) {
    const auto days = static_cast<std::int32_t>(home.settings().unfetched_remind_days);
    if (days == 0 || oldest.empty()) return false;
    const core::Instant now = home.now();
    const auto last = last_reminders(home, days);
    bool any = false;
    auto step = home.ledger().begin();
    for (const auto& [key, row] : oldest) {
        if (days_lying(home, row) < days) continue;
        if (const auto at = last.find(key);
            at != last.end() && home.today().days - home.zone().date(at->second).days < days)
            continue;
        const auto file = home.ledger().find_file(row.file);
        if (!file) continue;
        const Outgoing drawn =
            draw_outgoing(home, *step, *file, ledger::OutgoingKind::status, row.recipient,
                          outbox::status_subject, std::string(detail), now);
        step->append(EntryKind::reminded, 0, now,
                     JsonObject()
                         .text("what", "unfetched")
                         .text("recipient", row.recipient)
                         .text("folder", row.folder)
                         .text("name", drawn.name)
                         .text("oldest", row.name)
                         .str());
        any = true;
    }
    if (any) step->commit();
    return any;
}

// ---- a run ----

bool settle_unfetched(Home& home) {
    finish_expired(home);
    // What is on its way to a partner's own server does not expire meanwhile.
    const auto nobody_pushes = io::Lock::try_take(home.work() / "push.lock", "push");
    std::vector<Outgoing> over;
    std::map<std::string, Outgoing> oldest;
    each_parcel_known_to_lie(home, [&](const Outgoing& row) {
        const job::Partner* partner = home.partners().find(row.recipient);
        if (partner == nullptr || days_lying(home, row) == 0) return;
        if (expires(home, row) <= home.today() && !on_legal_hold(home.ledger(), row.file)) {
            // Of what was being renamed there some members have their names: it waits for its end.
            if (!io::facts(channels_folder(home) / row.recipient / row.name)) over.push_back(row);
            return;
        }
        const auto [at, fresh] = oldest.try_emplace(row.recipient + "/" + row.folder, row);
        if (!fresh && row.at < at->second.at) at->second = row;
    });
    const bool events = !over.empty() && nobody_pushes;
    if (events) expire(home, over);
    return remind(home, oldest) || events;
}

std::vector<Unfetched> long_unfetched(Home& home) {
    const auto days = static_cast<std::int32_t>(home.settings().unfetched_alert_days);
    std::vector<Unfetched> list;
    if (days == 0) return list;
    each_parcel_known_to_lie(home, [&](const Outgoing& row) {
        if (days_lying(home, row) < days) return;
        if (list.empty() || list.back().recipient != row.recipient)
            list.push_back({row.recipient, {}, 0, row.at});
        Unfetched& one = list.back();
        ++one.parcels;
        one.oldest = std::min(one.oldest, row.at);
        if (one.files.size() >= listed_max) return;
        if (const auto file = home.ledger().find_file(row.file))
            one.files.push_back(file->identity.text());
    });
    return list;
}

}  // namespace app
