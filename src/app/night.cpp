#include "app/night.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>

#include "app/dispatch.hpp"
#include "app/journal.hpp"
#include "app/memory_plan.hpp"
#include "app/progress.hpp"
#include "app/receiving.hpp"
#include "app/returning.hpp"
#include "app/sending_turn.hpp"
#include "app/stamping.hpp"
#include "app/supplement.hpp"
#include "app/trace_projection.hpp"
#include "app/unfetched.hpp"
#include "app/waiting_line.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "ledger/reading.hpp"

namespace app {

using ledger::FileState;

core::Instant parse_until(const Home& home, const std::string& text) {
    if (const auto instant = core::parse_instant(text)) return *instant;
    const bool shape = text.size() == 5 && text[2] == ':' &&
                       std::all_of(text.begin(), text.end(),
                                   [](char c) { return c == ':' || (c >= '0' && c <= '9'); });
    const int hours = shape ? std::stoi(text.substr(0, 2)) : 99,
              minutes = shape ? std::stoi(text.substr(3)) : 99;
    if (hours > 23 || minutes > 59)
        throw core::Fault(core::FaultKind::usage, "read the time of", "--until",
                          "'" + text + "' is neither HH:MM nor an RFC 3339 instant",
                          "write it like 06:00");
    const core::Instant now = home.now();
    const core::Date today = home.zone().date(now);
    const int seconds = hours * 3600 + minutes * 60;
    const core::Instant at = home.zone().instant(today, seconds);
    return at > now ? at : home.zone().instant(core::Date{today.days + 1}, seconds);
}

namespace {
struct Queued {
    ledger::FileId id;
    std::int64_t bytes;
    bool decided;
};
}  // namespace

// What waits, in the order of the night (waiting_line.hpp).
static std::vector<Queued> queue(Home& home, const NightOptions& options,
                                 const std::set<std::string>& locked) {
    std::vector<Queued> ready;
    for (const WaitingFile& file :
         order_of_night(home.ledger(), home.calendar(), home.now()).ready) {
        const bool ours =
            options.jobs.empty() ? locked.count(file.job) == 0 : options.jobs.count(file.job) > 0;
        if (ours) ready.push_back({file.id, file.bytes, file.state == FileState::decided});
    }
    return ready;
}

// A file whose drafts cannot fit beside the reserve is held before it starts, with words.
static bool fits(Home& home, ledger::File& file) {
    const auto space = io::disk_space(home.spool());
    const std::uint64_t needed =
        static_cast<std::uint64_t>(file.bytes) + home.settings().disk_reserve_bytes;
    if (file.state != FileState::verified || space.bytes_free >= needed) return true;
    file.held_reason = "its drafts may need " + std::to_string(file.bytes) +
                       " bytes beside the reserve, " + std::to_string(space.bytes_free) +
                       " are free";
    file.stopped_at = to_string(file.state);
    auto step = home.ledger().begin();
    step->update_file(file);
    step->append(ledger::EntryKind::held, file.id, home.now(), "{\"why\":\"disk\"}");
    step->commit();
    return false;
}

// An operator may have stopped it since the queue was made.
static bool may_run(FileState state) {
    return state == FileState::verified || state == FileState::processing ||
           state == FileState::decided;
}

static std::vector<ledger::File> still_there(Home& home, const std::vector<Queued>& files,
                                             std::size_t from, std::size_t end) {
    const ledger::Reading reading(home.ledger());
    std::vector<ledger::File> batch;
    for (std::size_t i = from; i < end; ++i) {
        auto file = home.ledger().find_file(files[i].id);
        if (file && may_run(file->state)) batch.push_back(*std::move(file));
    }
    return batch;
}

// What a crash left decided is a batch of its own, as it was: those behind it begin where they
// would have begun.
static std::size_t batch_end(const std::vector<Queued>& files, std::size_t from,
                             const Settings& settings) {
    const std::uint64_t bytes_max = memory_plan(settings).batch_bytes;
    std::uint64_t bytes = 0;
    std::size_t end = from;
    while (end < files.size() && end - from < settings.batch_files_max &&
           files[end].decided == files[from].decided) {
        bytes += static_cast<std::uint64_t>(files[end].bytes);
        if (bytes > bytes_max) break;
        ++end;
    }
    return std::max(end, from + 1);
}

// One lock for each job that runs, so that a small urgent job can run beside a long one; the lock
// without a name is for all the others.
static std::vector<io::Lock> take_locks(Home& home, const NightOptions& options,
                                        std::set<std::string>& locked) {
    std::vector<io::Lock> locks;
    io::make_folders(home.work());
    if (!options.jobs.empty()) {
        for (const std::string& name : options.jobs) {
            if (!home.find_job(name))
                throw core::Fault(core::FaultKind::usage, "run the job", name,
                                  "the home has none of this name", "see: sluice job check");
            locks.push_back(io::Lock::take(home.work() / ("run." + name + ".lock"), "run " + name,
                                           std::chrono::seconds(30)));
        }
        return locks;
    }
    locks.push_back(io::Lock::take(home.work() / "run.lock", "run", std::chrono::seconds(30)));
    for (const auto& one : home.jobs()) {
        auto lock = io::Lock::try_take(home.work() / ("run." + one->name + ".lock"), "run");
        if (lock)
            locks.push_back(std::move(*lock));
        else
            locked.insert(one->name);
    }
    return locks;
}

// Drafts of files that were closed, but for the last sweep, when a run was killed.
static void sweep_drafts(Home& home) {
    for (const std::string& name : io::list(home.spool() / "drafts", 1'000'000)) {
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto file = home.ledger().find_file(std::stoll(name));
        const bool over =
            file && (file->state == FileState::closed || file->state == FileState::refused ||
                     file->state == FileState::cancelled);
        if (over) std::filesystem::remove_all(home.spool() / "drafts" / name);
    }
}

static void send_what_waits(Home& home) {
    const io::Lock turn = sending_turn(home);
    resume_dispatch(home);
}

// What closing the ledger would do otherwise, beside the end of the night.
static std::future<void> begin_checkpoint(const Home& home) {
    if (home.threads() == 1) return {};
    return std::async(std::launch::async, ledger::checkpoint, home.spool() / "ledger");
}

// A partner's slow server must not keep the next night out: what is left goes with the receives and
// the run behind this one.
static constexpr std::uint64_t turns_of_a_night = 80;  // an hour

NightResult run_night(Home& home, const NightOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    NightResult result;
    std::set<std::string> locked;
    const std::vector<io::Lock> locks = take_locks(home, options, locked);
    io::make_folders(staging_folder(home));
    io::sweep_temporaries(staging_folder(home));
    sweep_drafts(home);
    send_what_waits(home);
    // What does not go in this turn goes at the end of the night, which waits for it.
    Received received = receive_all(
        home, begin + std::chrono::seconds(home.settings().channel_turn_seconds_max), Follows::run);
    constexpr std::chrono::seconds patience{2};  // with another reception, between two looks
    open_supplements(home, options.jobs, locked);
    ProcessOptions process;
    process.until = options.until;
    process.holds = [&](const std::string& job) {
        return options.jobs.empty() ? locked.count(job) == 0 : options.jobs.count(job) > 0;
    };
    for (;;) {
        const std::vector<Queued> files = queue(home, options, locked);
        std::int64_t bytes = 0;
        for (const Queued& file : files) bytes += file.bytes;
        Progress progress(bytes, options.quiet);
        process.progress = [&](std::int64_t done, std::int64_t records) {
            progress.add(done, records, 0);
        };
        Processing processing(home, process);
        std::size_t worked = 0;
        for (std::size_t from = 0; from < files.size() && !result.stopped;) {
            const std::size_t end = batch_end(files, from, home.settings());
            std::vector<ledger::File> batch = still_there(home, files, from, end);
            std::erase_if(batch, [&](ledger::File& file) { return !fits(home, file); });
            from = end;
            if (batch.empty()) continue;
            worked += batch.size();
            result.stopped = !processing.run(std::move(batch), result.tally) ||
                             (options.until && home.now() >= *options.until);
        }
        processing.finish(result.tally);
        // What came in meanwhile belongs to this night as well, and so does all that another
        // reception is still at: what it has recorded is done while it goes on.
        if (worked > 0 && !result.stopped) send_what_waits(home);
        if (worked > 0 && !result.stopped) continue;
        result.stopped =
            result.stopped || (received.missed && options.until && home.now() >= *options.until);
        if (result.stopped || !received.missed) break;
        receive_landed(home, received, patience);
    }
    result.fault = received.fault;
    result.tally.answers += received.answers;
    result.tally.refused_files += received.refused;
    result.tally.files += received.refused;
    const auto checkpoint = begin_checkpoint(home);
    result.tally.answers += static_cast<std::int64_t>(settle_questions(home));
    settle_unfetched(home);
    send_what_waits(home);
    const auto turns = turns_of_a_night * home.settings().channel_turn_seconds_max;
    if (push_and_tell(home, result.tally.files > 0,
                      std::chrono::steady_clock::now() + std::chrono::seconds(turns),
                      result.fault) > 0)
        send_what_waits(home);
    record_stamp_trouble(home);
    project_traces(home);   // their segments are entries
    project_journal(home);  // what was committed since the last answer
    received.end_removing();
    if (!result.fault) result.fault = received.fault;
    result.left = static_cast<std::int64_t>(queue(home, options, locked).size());
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

}  // namespace app
