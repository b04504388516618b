#include "app/receiving.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>

#include "app/answers.hpp"
#include "app/cancelling.hpp"
#include "app/dispatch.hpp"
#include "app/fetching.hpp"
#include "app/json.hpp"
#include "app/parallel.hpp"
#include "app/pushing.hpp"
#include "app/sending.hpp"
#include "app/sending_turn.hpp"
#include "app/stamping.hpp"
#include "app/trust_keeping.hpp"
#include "core/code_table.hpp"
#include "intake/arrival.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/lock.hpp"
#include "outbox/names.hpp"
#include "outbox/status_answer.hpp"

namespace app {

namespace fs = std::filesystem;
using intake::Arrival;
using ledger::EntryKind;
using ledger::FileState;
using ledger::OutgoingKind;

namespace {

// What the duplicate law and the channel checks say of one arrival.
struct Decision {
    EntryKind kind = EntryKind::verified;
    ledger::FileId duplicate_of = 0;
    std::vector<int> codes;
    bool keeps_copies = true;
};

fs::path claims_folder(const Home& home) {
    return home.work() / "claims";
}

core::Date today_of(const Home& home) {
    return home.today();
}

const job::Job* job_of(Home& home, const Arrival& arrival) {
    const auto jobs = home.jobs_of_subject(arrival.identity.subject);
    return jobs.empty() ? nullptr : jobs.front();
}

}  // namespace

// ---- the landing zone ----

static std::vector<intake::Claim> claim_some(Home& home, std::size_t files_max,
                                             Received& received) {
    std::vector<intake::Found> found;
    intake::LandingLimits limits;
    limits.half_set_hours_max = home.settings().half_set_hours_max;
    limits.quiet_seconds = home.settings().quiet_seconds;
    limits.found_max = files_max;
    received.waiting = 0;
    const fs::path partners = home.spool() / "partners";
    if (!io::facts(partners)) return {};
    // Every folder is looked at, also that of a partner who is no longer in partners.xml: what lies
    // there gets an answer.
    for (const std::string& number : io::list(partners, 100'000)) {
        auto landing = intake::look(partners / number, number, limits, home.now());
        received.waiting += static_cast<std::int64_t>(landing.waiting.size());
        std::move(landing.found.begin(), landing.found.end(), std::back_inserter(found));
    }
    std::stable_sort(found.begin(), found.end(), intake::comes_first);
    if (found.size() > files_max) found.resize(files_max);
    std::vector<intake::Claim> claims;
    for (const intake::Found& one : found) {
        auto claim = intake::claim(partners / one.partner, one, claims_folder(home));
        if (claim.names.empty())
            intake::remove_claim(claims_folder(home), claim);  // taken back by its sender
        else
            claims.push_back(std::move(claim));
    }
    io::crash_point("claimed");
    return claims;
}

static std::vector<seal::RegisteredCertificate> certificates_of(const job::Partner* partner) {
    std::vector<seal::RegisteredCertificate> list;
    if (partner == nullptr) return list;
    for (const job::Certificate& certificate : partner->certificates)
        list.push_back(
            seal::register_certificate(certificate.file, certificate.from, certificate.to));
    return list;
}

static std::vector<Arrival> read_claims(Home& home, const std::vector<intake::Claim>& claims) {
    std::map<std::string, std::vector<seal::RegisteredCertificate>> certificates;
    for (const intake::Claim& claim : claims)
        if (certificates.count(claim.partner) == 0)
            certificates[claim.partner] = certificates_of(home.partners().find(claim.partner));
    const seal::TrustStore& trust = home.trust();
    const auto decryption = seal::DecryptionKey::find(home.keys_folder());
    const job::Partners& partners = home.partners();
    const core::Date today = today_of(home);
    std::vector<intake::ArrivalOptions> options;
    for (const intake::Claim& claim : claims) {
        intake::ArrivalOptions one;
        one.spool = home.spool();
        one.threads = claims.size() == 1 ? home.threads() : 0;
        one.today = today;
        one.received_on = home.zone().date(claim.appeared);
        one.signature_bytes_max = home.settings().signature_bytes_max;
        io::make_folders(home.spool() / intake::copies_folder(one.received_on));
        one.partner = partners.find(claim.partner);
        one.trust = &trust;
        one.decryption = decryption ? &*decryption : nullptr;
        one.certificates = &certificates[claim.partner];
        core::FileIdentity identity;
        if (!claim.names.empty() && core::parse_identity(claim.names.front(), identity))
            for (const job::Job* job : home.jobs_of_subject(identity.subject)) {
                one.age_days_max = job->limits.age_days_max;
                one.file_bytes_max = job->limits.file_bytes_max;
            }
        options.push_back(std::move(one));
    }
    std::vector<Arrival> arrivals(claims.size());
    parallel_for(home.threads(), claims.size(),
                 [&](std::size_t i) { arrivals[i] = intake::read_claim(claims[i], options[i]); });
    return arrivals;
}

// ---- the law ----

// trust.md, "the duplicate law": names count once claimed, contents count only for files that were
// accepted for processing.
static Decision decide_arrival(Home& home, const Arrival& arrival, const std::string& digest) {
    Decision decision;
    if (arrival.foreign) {
        decision.kind = EntryKind::quarantined;
        decision.keeps_copies = false;
        return decision;
    }
    decision.codes = arrival.codes;
    if (arrival.identified) {
        if (const auto owner = home.ledger().owner_of_slot(arrival.identity.slot())) {
            const bool same = owner->digest == digest && owner->identity == arrival.identity;
            decision.duplicate_of = owner->id;
            decision.kind = same ? EntryKind::duplicate : EntryKind::quarantined;
            decision.codes = {133};
            decision.keeps_copies = !same;
            return decision;
        }
    }
    if (!decision.codes.empty()) {
        decision.kind = EntryKind::refused;
        return decision;
    }
    const job::Job* job = job_of(home, arrival);
    if (arrival.identity.subject == outbox::status_subject ||
        arrival.identity.subject == outbox::receipt_subject)
        return decision;
    if (job == nullptr) {
        decision.codes = {88};
        decision.kind = EntryKind::refused;
        return decision;
    }
    const auto twin = home.ledger().accepted_content(arrival.identity.sender,
                                                     arrival.identity.environment, digest);
    if (!twin || job->duplicate_content == job::DuplicateContent::accept) return decision;
    decision.duplicate_of = twin->id;
    decision.codes = {133};
    if (job->duplicate_content == job::DuplicateContent::refuse) decision.kind = EntryKind::refused;
    return decision;
}

core::Instant deadline_of(Home& home, const job::Job& job, std::string_view sender,
                          core::Instant received) {
    const core::Date day = home.zone().date(received);
    const job::Deadline agreed = home.agreements().deadline(job, sender, day);
    const core::Date last = home.calendar().last_day(day, agreed.days, agreed.working_days);
    // The whole last day counts.
    return home.zone().start_of_day(core::Date{last.days + 1});
}

static std::string body_of(const Arrival& arrival, const Decision& decision,
                           const ledger::File& file, const std::string& trust) {
    std::vector<std::string> parts;
    for (const intake::ArrivedPart& part : arrival.parts)
        parts.push_back(JsonObject()
                            .number("part", part.part)
                            .number("bytes", static_cast<std::int64_t>(part.bytes))
                            .text("sha256", seal::hex(part.digest))
                            .text("signer", part.signer)
                            .str());
    return JsonObject()
        .text("name", file.go_name)
        .text("landing", arrival.claim.landing)
        .text("sha256", file.digest)
        .raw("parts", json_array(parts))
        .texts("codes", file.codes)
        .text("why", arrival.reason)
        .text("trust", trust)
        .number("duplicate_of", decision.duplicate_of)
        .text("job", file.job)
        .text("deadline", file.deadline_at ? core::to_string(*file.deadline_at) : "")
        .str();
}

static ledger::Part kept_part(const intake::ArrivedPart& part) {
    return {part.part,
            static_cast<std::int64_t>(part.bytes),
            seal::hex(part.digest),
            part.path,
            part.signature_path,
            part.signer};
}

// TD: the file that bears this name and is not decided yet is cancelled; later it is too late, and
// said so.
static void cancel_named(Home& home, ledger::Step& step, const Arrival& arrival, core::Instant now,
                         Received& received) {
    ++received.cancelled;
    auto target = home.ledger().find_file(arrival.identity);
    if (!target || !target->owns_name) {
        // Half a set, or a whole one whose TD came first: it is known as cancelled from now on.
        ledger::File file;
        file.identity = arrival.identity;
        file.go_name = arrival.go_name;
        file.received_at = arrival.claim.appeared;
        file.ticket = outbox::ticket(outbox::file_ticket_kind,
                                     static_cast<std::uint64_t>(step.next("ticket")));
        step.add_file(file);
        step.append(EntryKind::cancelled, file.id, now, "{\"by\":\"sender\"}");
        return;
    }
    // What a run has committed of it goes as well; its drafts are the run's, or the next sweep's.
    if (can_be_cancelled(*target)) return cancel_file(step, *target, now, "{\"by\":\"sender\"}");
    step.append(EntryKind::late_cancel, target->id, now, "{\"by\":\"sender\"}");
    draw_answer(home, step, *target, OutgoingKind::receipt, receipt_detail(true, false, {277}),
                now);
}

static void record(Home& home, ledger::Step& step, const Arrival& arrival, Decision decision,
                   const std::string& trust, core::Instant now, Received& received) {
    ledger::File file;
    file.identity = arrival.identity;
    if (!arrival.identified) {
        file.identity.subject = file.identity.subject.empty() ? "????" : file.identity.subject;
        file.identity.sender = arrival.claim.partner;
        file.identity.environment = arrival.claim.landing == "IN"       ? core::Environment::R
                                    : arrival.claim.landing == "INTEST" ? core::Environment::T
                                                                        : core::Environment::S;
        // What has no readable name must not take one: its slot is the claim's own.
        file.identity.sequence = arrival.claim.key;
    }
    file.go_name = arrival.go_name;
    file.received_at = arrival.claim.appeared;
    file.duplicate_of = decision.duplicate_of;
    file.bytes = static_cast<std::int64_t>(arrival.bytes);
    file.parts = std::max<int>(1, static_cast<int>(arrival.parts.size()));
    file.digest = seal::hex(arrival.digest);
    for (const int code : decision.codes) file.codes.push_back(core::acrf(code));
    file.partners_digest = home.partners().digest;
    const job::Job* job = job_of(home, arrival);
    if (decision.kind == EntryKind::verified && job != nullptr) {
        file.job = job->name;
        file.priority = job->priority;
        file.deadline_at = deadline_of(home, *job, file.identity.sender, file.received_at);
        const job::Agreement* agreed = home.agreements().find(file.identity.sender, job->name,
                                                              home.zone().date(file.received_at));
        if (agreed != nullptr && agreed->priority) file.priority = *agreed->priority;
    }
    const bool accepted = decision.kind == EntryKind::verified;
    const bool at_once = file.identity.subject == outbox::status_subject ||
                         file.identity.subject == outbox::receipt_subject;
    if (!accepted || at_once) file.closed_at = now;
    file.ticket =
        outbox::ticket(outbox::file_ticket_kind, static_cast<std::uint64_t>(step.next("ticket")));
    step.add_file(file);
    if (decision.keeps_copies)
        for (const intake::ArrivedPart& part : arrival.parts)
            step.add_part(file.id, kept_part(part));
    const std::string body = body_of(arrival, decision, file, trust);
    step.append(EntryKind::received, file.id, arrival.claim.appeared, body);
    if (accepted && file.identity.subject == outbox::receipt_subject)
        decision.kind = settle_acknowledgement(home, step, file, arrival.parts, now);
    else
        step.append(decision.kind, file.id, now, body);
    ++received.files;
    if (decision.kind == EntryKind::refused || decision.kind == EntryKind::quarantined)
        ++received.refused;
    if (decision.kind == EntryKind::duplicate) ++received.duplicates;
    if (arrival.foreign) return;
    // A receipt is never answered by a receipt: two machines would thank each other for ever.
    if (file.identity.subject == outbox::receipt_subject) return;
    if (accepted && file.identity.subject == outbox::status_subject) {
        draw_answer(home, step, file, OutgoingKind::status, {}, now);
        step.append(EntryKind::closed, file.id, now, "{}");
        return;
    }
    const bool early = accepted && (job == nullptr || job->receipt != job::Receipt::final);
    if (decision.kind == EntryKind::duplicate) {
        // Answered again with the first receipt: its ticket and result, 133 as information.
        const auto first = home.ledger().find_file(decision.duplicate_of);
        ledger::File again = *first;
        std::vector<int> codes;
        for (const std::string& code : first->codes) codes.push_back(std::stoi(code.substr(5)));
        codes.push_back(133);
        draw_answer(home, step, again, OutgoingKind::receipt,
                    receipt_detail(false, first->state != FileState::refused, codes), now);
    } else if (!accepted || early) {
        draw_answer(home, step, file, OutgoingKind::receipt,
                    receipt_detail(!accepted, accepted, decision.codes), now);
    }
}

// ---- one batch ----

static void settle(Home& home, std::vector<Arrival>& arrivals, Received& received) {
    auto& book = home.ledger();
    io::flush_file_system(home.work());
    io::crash_point("copied");
    const core::Instant now = home.now();
    {
        auto step = book.begin();
        const std::string trust = keep_trust(home, *step);
        for (Arrival& arrival : arrivals) {
            if (book.claim_finished(arrival.claim.key)) continue;  // committed before a crash
            step->finish_claim(arrival.claim.key);
            if (arrival.cancel) {
                cancel_named(home, *step, arrival, now, received);
                continue;
            }
            const Decision decision = decide_arrival(home, arrival, seal::hex(arrival.digest));
            // Before the commit: after a crash here the claim is simply read again.
            if (!decision.keeps_copies) intake::drop_copies(home.spool(), arrival);
            record(home, *step, arrival, decision, trust, now, received);
        }
        step->commit();
    }
    io::crash_point("received");
    for (const Arrival& arrival : arrivals)
        intake::remove_claim(claims_folder(home), arrival.claim);
}

static std::int64_t send_what_waits(Home& home) {
    const io::Lock turn = sending_turn(home);
    return static_cast<std::int64_t>(resume_dispatch(home));
}

// What failed goes on in a later turn; operators read why.
static void say(const std::vector<std::string>& troubles) {
    for (const std::string& words : troubles) std::cerr << "sluice: " << words << '\n';
}

std::int64_t push_and_tell(Home& home, bool came_in, channel::Until until) {
    const Pushed pushed = push_what_lies(home, came_in, until);
    say(pushed.troubles);
    return static_cast<std::int64_t>(pushed.sets);
}

Received receive_all(Home& home, channel::Until until) {
    Received received;
    const Fetched fetched = fetch_from_partners(home, until);
    say(fetched.troubles);
    received.fetched = static_cast<std::int64_t>(fetched.sets);
    io::make_folders(claims_folder(home));
    io::make_folders(staging_folder(home));
    const io::Lock lock =
        io::Lock::take(home.work() / "receive.lock", "receive", std::chrono::seconds(300));
    io::sweep_temporaries(staging_folder(home));
    auto left = intake::unfinished(claims_folder(home), home.spool() / "partners");
    // Those that were committed have nothing more to give, and their copies may be in use.
    const auto known = std::stable_partition(left.begin(), left.end(), [&](const auto& claim) {
        return !home.ledger().claim_finished(claim.key);
    });
    std::for_each(known, left.end(),
                  [&](const auto& claim) { intake::remove_claim(claims_folder(home), claim); });
    left.erase(known, left.end());
    if (left.empty()) {
        auto step = home.ledger().begin();
        step->forget_claims();
        step->commit();
    }
    bool came_in = false;
    for (;;) {
        auto claims = left.empty() ? claim_some(home, home.settings().batch_files_max, received)
                                   : std::move(left);
        left.clear();
        if (claims.empty()) break;
        came_in = true;
        auto arrivals = read_claims(home, claims);
        settle(home, arrivals, received);
        received.answers += send_what_waits(home);
    }
    if (sweep_fetched(home, came_in) > 0) received.answers += send_what_waits(home);
    received.transferred = push_and_tell(home, came_in, until);
    if (received.transferred > 0) received.answers += send_what_waits(home);
    record_stamp_trouble(home);
    return received;
}

}  // namespace app
