// What the duplicate law and the channel's checks decide of an arrival, and how it is recorded and
// answered.
#include <algorithm>

#include "app/cancelling.hpp"
#include "app/dispatch.hpp"
#include "app/json.hpp"
#include "app/receiving_impl.hpp"
#include "app/sending.hpp"
#include "core/code_table.hpp"
#include "outbox/names.hpp"
#include "outbox/status_answer.hpp"

namespace app {

using intake::Arrival;
using ledger::EntryKind;
using ledger::FileState;
using ledger::OutgoingKind;

static const job::Job* job_of(Home& home, const Arrival& arrival) {
    const auto jobs = home.jobs_of_subject(arrival.identity.subject);
    return jobs.empty() ? nullptr : jobs.front();
}

Decision decide_arrival(Home& home, const Arrival& arrival, const std::string& digest) {
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
        arrival.identity.subject == outbox::receipt_subject ||
        is_recipient_notification(home, arrival.identity))
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

void cancel_named(Home& home, ledger::Step& step, const Arrival& arrival, core::Instant now,
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

void record(Home& home, ledger::Step& step, const Arrival& arrival, Decision decision,
            const std::string& trust, const RecipientNotification* said, core::Instant now,
            Received& received) {
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
                         file.identity.subject == outbox::receipt_subject || said != nullptr;
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
    else if (accepted && said != nullptr)
        decision.kind = settle_notification(home, step, file, *said, now);
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
    if (accepted && said != nullptr) {
        std::vector<int> codes;
        if (said->code != 0) codes = {said->code};
        draw_answer(home, step, file, OutgoingKind::receipt,
                    receipt_detail(true, said->code == 0, codes), now);
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

}  // namespace app
