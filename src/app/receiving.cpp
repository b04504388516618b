#include "app/receiving.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "app/dispatch.hpp"
#include "app/fetching.hpp"
#include "app/heartbeat.hpp"
#include "app/memory_plan.hpp"
#include "app/obstacles.hpp"
#include "app/parallel.hpp"
#include "app/pushing.hpp"
#include "app/receiving_impl.hpp"
#include "app/sending.hpp"
#include "app/sending_turn.hpp"
#include "app/stamping.hpp"
#include "app/trust_keeping.hpp"
#include "app/turn.hpp"
#include "intake/landing_zone.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"

namespace app {

namespace fs = std::filesystem;
using intake::Arrival;

namespace {

fs::path claims_folder(const Home& home) {
    return home.work() / "claims";
}

core::Date today_of(const Home& home) {
    return home.today();
}

}  // namespace

static std::vector<seal::RegisteredCertificate> certificates_of(const job::Partner* partner) {
    std::vector<seal::RegisteredCertificate> list;
    if (partner == nullptr) return list;
    for (const job::Certificate& certificate : partner->certificates)
        list.push_back(
            seal::register_certificate(certificate.file, certificate.from, certificate.to));
    return list;
}

// Claims that are copied and verified, on other threads beside what the owner does: the batch
// before is answered meanwhile. With one thread it is done when it is asked for.
class ReadClaims {
  public:
    ReadClaims(Home& home, std::vector<intake::Claim> claims);
    // While copies grow the engine is no silent one, however long that takes.
    std::vector<Arrival> arrivals(const Home& home) {
        constexpr std::chrono::seconds between_looks{5};
        std::uint64_t copied = 0;
        while (done_.wait_for(between_looks) == std::future_status::timeout)
            if (const auto now = bytes_copied(home); std::exchange(copied, now) != now)
                leave_heartbeat(home);
        done_.get();
        return std::move(arrivals_);
    }

  private:
    std::uint64_t bytes_copied(const Home& home) const {
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < claims_.size(); ++i) {
            const auto folder = home.spool() / intake::copies_folder(options_[i].received_on);
            for (int part = 1; part <= options_[i].parts_max; ++part)
                if (const auto facts =
                        io::facts(folder / (claims_[i].key + "." + std::to_string(part) + ".zst")))
                    bytes += facts->bytes;
        }
        return bytes;
    }

    std::vector<intake::Claim> claims_;
    std::map<std::string, std::vector<seal::RegisteredCertificate>> certificates_;
    std::optional<seal::DecryptionKey> decryption_;
    std::vector<intake::ArrivalOptions> options_;
    std::vector<Arrival> arrivals_;
    std::future<void> done_;  // the last: it uses the others and must end before them
};

ReadClaims::ReadClaims(Home& home, std::vector<intake::Claim> claims)
    : claims_(std::move(claims)), arrivals_(claims_.size()) {
    home.begin_jobs();
    decryption_ = seal::DecryptionKey::find(home.keys_folder());
    const seal::TrustStore& trust = home.trust();
    const job::Partners& partners = home.partners();
    for (const intake::Claim& claim : claims_)
        if (certificates_.count(claim.partner) == 0)
            certificates_[claim.partner] = certificates_of(partners.find(claim.partner));
    const core::Date today = today_of(home);
    std::set<core::Date> days;
    for (const intake::Claim& claim : claims_) {
        intake::ArrivalOptions one;
        one.spool = home.spool();
        // Small files are copied side by side; with one thread nothing goes on beside the digest.
        one.threads = claims_.size() == 1 && home.threads() > 1
                          ? memory_plan(home.settings()).copy_threads(home.threads())
                          : 0;
        one.today = today;
        one.received_on = home.zone().date(claim.appeared);
        one.disk_reserve_bytes = home.settings().disk_reserve_bytes;
        one.signature_bytes_max = home.settings().signature_bytes_max;
        if (days.insert(one.received_on).second)
            io::make_folders(home.spool() / intake::copies_folder(one.received_on));
        one.partner = partners.find(claim.partner);
        one.trust = &trust;
        one.decryption = decryption_ ? &*decryption_ : nullptr;
        one.certificates = &certificates_[claim.partner];
        core::FileIdentity identity;
        if (!claim.names.empty() && core::parse_identity(claim.names.front(), identity))
            for (const job::Job* job : home.jobs_of_subject(identity.subject)) {
                one.age_days_max = job->limits.age_days_max;
                one.file_bytes_max = job->limits.file_bytes_max;
            }
        options_.push_back(std::move(one));
    }
    const unsigned threads = home.threads();
    done_ = std::async(threads == 1 ? std::launch::deferred : std::launch::async, [this, threads] {
        parallel_for(threads, claims_.size(), [&](std::size_t i) {
            arrivals_[i] = intake::read_claim(claims_[i], options_[i]);
            // Once more, before the others go in front of it.
            if (arrivals_[i].fault) arrivals_[i] = intake::read_claim(claims_[i], options_[i]);
        });
    });
}

// ---- one batch ----

// What recipients' own notifications say, read before the step: that may take a while.
static std::map<const Arrival*, RecipientNotification> read_notifications(
    Home& home, const std::vector<Arrival>& arrivals) {
    std::map<const Arrival*, RecipientNotification> said;
    for (const Arrival& arrival : arrivals)
        if (arrival.identified && !arrival.cancel && !arrival.foreign && arrival.codes.empty() &&
            is_recipient_notification(home, arrival.identity))
            said.emplace(&arrival, read_recipient_notification(home, arrival));
    return said;
}

// `forgotten`: claims before this key are gone since the flush, and no power loss brings them back.
static void settle(Home& home, std::vector<Arrival>& arrivals, Received& received,
                   const std::string& forgotten) {
    auto& book = home.ledger();
    io::flush_file_system(home.work());
    io::crash_point("copied");
    const auto notifications = read_notifications(home, arrivals);
    const core::Instant now = home.now();
    {
        auto step = book.begin();
        const std::string trust = keep_trust(home, *step);
        if (!forgotten.empty()) step->forget_claims_before(forgotten);
        for (Arrival& arrival : arrivals) {
            if (arrival.fault) continue;  // its claim stays, and is read again by the next one
            step->finish_claim(arrival.claim.key);
            if (arrival.cancel) {
                cancel_named(home, *step, arrival, now, received);
                continue;
            }
            const Decision decision = decide_arrival(home, arrival, seal::hex(arrival.digest));
            // Before the commit: after a crash here the claim is simply read again.
            if (!decision.keeps_copies) intake::drop_copies(home.spool(), arrival);
            const auto said = notifications.find(&arrival);
            record(home, *step, arrival, decision, trust,
                   said == notifications.end() ? nullptr : &said->second, now, received);
        }
        step->commit();
    }
    io::crash_point("received");
}

// Beside what follows, under the lock of this reception: another one looks through the same folder.
static std::future<void> remove_claims(Home& home, std::vector<intake::Claim> claims,
                                       std::shared_ptr<const io::Lock> lock) {
    if (claims.empty()) return {};
    auto remove = [folder = claims_folder(home), claims = std::move(claims),
                   lock = std::move(lock)]() mutable {
        std::exception_ptr fault;
        for (const intake::Claim& claim : claims) {
            try {
                intake::remove_claim(folder, claim);
            } catch (const core::Fault&) {  // a planted folder that is shut, say
                if (!fault) fault = std::current_exception();
            }
        }
        lock.reset();  // here: a future keeps its work until somebody asks for it
        if (fault) std::rethrow_exception(fault);
    };
    if (home.threads() > 1) return std::async(std::launch::async, std::move(remove));
    std::packaged_task<void()> task(std::move(remove));
    task();
    return task.get_future();
}

static std::vector<intake::Claim> claims_of(std::vector<Arrival> arrivals) {
    std::vector<intake::Claim> claims;
    claims.reserve(arrivals.size());
    for (Arrival& arrival : arrivals)
        if (!arrival.fault) claims.push_back(std::move(arrival.claim));
    return claims;
}

static std::int64_t send_what_waits(Home& home) {
    const io::Lock turn = sending_turn(home);
    return static_cast<std::int64_t>(resume_dispatch(home));
}

// What failed goes on in a later turn; operators read why.
static void say(const std::vector<std::string>& troubles) {
    for (const std::string& words : troubles) std::cerr << "sluice: " << words << '\n';
}

std::int64_t push_and_tell(Home& home, bool came_in, channel::Until until,
                           std::exception_ptr& fault) {
    const Pushed pushed = push_what_lies(home, came_in, until);
    say(pushed.troubles);
    if (!fault) fault = pushed.fault;
    return static_cast<std::int64_t>(pushed.sets);
}

void Received::tell(const core::Fault& one) {
    if (fault)
        say({one.what()});
    else
        fault = std::make_exception_ptr(one);
}

void Received::end_removing() {
    if (!removed.valid()) return;
    try {
        removed.get();
    } catch (const core::Fault& one) {
        tell(one);
    }
}

// False: nothing has room any more. What is too large for the room that there is stops nobody.
static bool tell_faults(const std::vector<Arrival>& arrivals, Received& received) {
    bool any = false, no_room = false;
    for (const Arrival& arrival : arrivals) {
        if (arrival.fault) received.tell(*arrival.fault);
        any = any || !arrival.fault;
        no_room = no_room || arrival.no_room;
    }
    return any || !no_room;
}

// What lies in the landing zone, under the lock of reception.
static void take_landed(Home& home, Received& received, Follows follows,
                        std::shared_ptr<const io::Lock> lock) {
    io::make_folders(claims_folder(home));
    io::make_folders(staging_folder(home));
    io::sweep_temporaries(staging_folder(home));
    std::vector<core::Fault> faults;
    auto left = intake::unfinished(claims_folder(home), home.spool() / "partners", faults);
    for (const core::Fault& fault : faults) received.tell(fault);
    received.end_removing();
    // What was recorded and lies there no more. Not of this very instant: by a clock that stands
    // still a key of it may be asked for again.
    std::string gone = intake::key_prefix(home.now());
    for (const intake::Claim& claim : left) gone = std::min(gone, claim.key);
    if (!faults.empty()) gone.clear();  // what could not be looked at may be recorded
    // Those that were committed have nothing more to give, and their copies may be in use.
    const auto known = std::stable_partition(left.begin(), left.end(), [&](const auto& claim) {
        return !home.ledger().claim_finished(claim.key);
    });
    received.removed = remove_claims(
        home, {std::make_move_iterator(known), std::make_move_iterator(left.end())}, lock);
    left.erase(known, left.end());
    bool came_in = false;
    std::unique_ptr<ledger::Ledger> book;  // a connection of its own, beside what the owner does
    const auto is_used = [&](const intake::Found& found, const std::string& key) {
        if (!book) book = std::make_unique<ledger::Ledger>(home.spool() / "ledger", false, true);
        if (book->claim_finished(key)) return true;
        const auto folder = home.spool() / intake::copies_folder(home.zone().date(found.appeared));
        return std::any_of(found.names.begin(), found.names.end(), [&](const std::string& name) {
            const auto parsed = core::parse_file_name(name);
            return name.rfind("FI.", 0) == 0 &&
                   io::facts(folder / (key + "." + std::to_string(parsed.name.part) + ".zst"));
        });
    };
    intake::LandingZone zone(home.spool() / "partners", claims_folder(home),
                             landing_limits(home.settings()), is_used);
    const auto read_some = [&]() -> std::unique_ptr<ReadClaims> {
        const std::size_t most = home.settings().batch_files_max;
        const auto end = left.begin() + static_cast<std::ptrdiff_t>(std::min(most, left.size()));
        std::vector<intake::Claim> claims(std::make_move_iterator(left.begin()),
                                          std::make_move_iterator(end));
        left.erase(left.begin(), end);
        zone.fill(most, home.now(), claims);
        received.waiting = zone.waiting();
        if (claims.empty()) return nullptr;
        came_in = true;
        return std::make_unique<ReadClaims>(home, std::move(claims));
    };
    for (auto reading = read_some(); reading != nullptr;) {
        auto arrivals = reading->arrivals(home);
        if (!tell_faults(arrivals, received)) break;
        settle(home, arrivals, received, std::exchange(gone, {}));
        // Not before the step: what a crash leaves is one batch, and stays one.
        home.jobs();  // loaded here, on the thread that owns the home
        auto next =
            std::async(home.threads() > 1 ? std::launch::async : std::launch::deferred, read_some);
        if (home.threads() == 1) next.wait();
        received.answers += send_what_waits(home);
        reading = next.get();
        if (reading == nullptr) reading = read_some();
        received.end_removing();
        if (reading != nullptr || follows == Follows::run)
            received.removed = remove_claims(home, claims_of(std::move(arrivals)), lock);
    }
    if (sweep_fetched(home, came_in) > 0) received.answers += send_what_waits(home);
    for (const core::Fault& fault : zone.faults()) received.tell(fault);
}

static const char* const lock_name = "receive.lock";

bool receive_landed(Home& home, Received& received, std::chrono::seconds patience) {
    io::make_folders(home.work());
    auto lock = io::Lock::wait(home.work() / lock_name, "receive", patience);
    received.missed = !lock;
    if (lock)
        take_landed(home, received, Follows::run,
                    std::make_shared<const io::Lock>(std::move(*lock)));
    return !received.missed;
}

Received receive_all(Home& home, channel::Until until, Follows follows) {
    memory_plan(home.settings());  // said before anything is taken
    constexpr std::chrono::seconds patience_of_a_run{5};
    Received received;
    // Half of the turn: what goes out has its share.
    const auto begin = std::chrono::steady_clock::now();
    const Fetched fetched = fetch_from_partners(
        home, until == channel::Until::max() ? until : begin + (until - begin) / 2);
    say(fetched.troubles);
    received.fetched = static_cast<std::int64_t>(fetched.sets);
    received.fault = fetched.fault;
    // Other receptions do not wait for partners' servers, which have their turn without the lock.
    if (follows == Follows::run)
        receive_landed(home, received, patience_of_a_run);
    else
        take_landed(home, received, follows,
                    std::make_shared<const io::Lock>(turn_at(home, lock_name, "receive")));
    const bool came_in = received.files + received.cancelled > 0;
    received.transferred = push_and_tell(home, came_in, until, received.fault);
    if (received.transferred > 0) received.answers += send_what_waits(home);
    record_stamp_trouble(home);
    return received;
}

}  // namespace app
