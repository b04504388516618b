#include "app/retrying.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "app/dispatch.hpp"
#include "app/operate.hpp"
#include "app/private_copy.hpp"
#include "app/receiving.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/frames.hpp"
#include "seal/cms_verify.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;

// What can change while the bytes stay the same: trust, partners, jobs, and the other files.
static constexpr std::array<int, 8> changeable{88, 89, 103, 125, 126, 133, 153, 154};

static bool can_change(const std::string& code) {
    return std::any_of(changeable.begin(), changeable.end(),
                       [&](int number) { return core::acrf(number) == code; });
}

std::string why_not_verified_again(Home& home, const ledger::File& file) {
    if (!file.owns_name)
        return "this attempt came under a name that was in use; its sender uses a new one";
    for (const std::string& code : file.codes)
        if (!can_change(code))
            return "only its sender can mend " + code + " (" +
                   core::label(code, core::Language::en) + ")";
    for (const ledger::Outgoing& row : home.ledger().outgoing(file.id))
        if (row.kind == ledger::OutgoingKind::notification)
            return "its content was judged and answered; its sender sends it under a new name";
    return has_copies(home, file) ? ""
                                  : "its private copy is no longer kept; its sender sends it again";
}

// ---- signatures ----

static std::vector<seal::ContentDigest> digests_of(const fs::path& copy,
                                                   seal::DigestAlgorithm further) {
    const auto source = delivered(copy);
    seal::Digest first(seal::DigestAlgorithm::sha256), other(further);
    std::string bytes;
    for (std::uint64_t at = 0; at < source->size(); at += bytes.size()) {
        bytes.resize(io::frame_input_bytes);
        bytes.resize(source->read(at, bytes.data(), bytes.size()));
        first.update(bytes);
        if (further != seal::DigestAlgorithm::sha256) other.update(bytes);
    }
    std::vector<seal::ContentDigest> digests{{seal::DigestAlgorithm::sha256, first.value()}};
    if (further != seal::DigestAlgorithm::sha256) digests.push_back({further, other.value()});
    return digests;
}

static void verify_part(Home& home, const ledger::File& file, const ledger::Part& part,
                        const std::vector<seal::RegisteredCertificate>& certificates,
                        Verified& verdict) {
    seal::SignaturePolicy policy;
    policy.signature_bytes_max = home.settings().signature_bytes_max;
    const fs::path signature_copy = copy_of(home, file, part.signature_path);
    std::string signature;
    seal::SignaturePeek peek;
    if (!signature_copy.empty()) {
        signature = io::read_file(signature_copy);
        peek = seal::peek_signature(signature, policy);
    }
    const auto digests =
        digests_of(copy_of(home, file, part.path),
                   peek.verdict.good() ? peek.algorithm : seal::DigestAlgorithm::sha256);
    if (seal::hex(digests.front().value) != part.digest)
        throw core::Fault(core::FaultKind::integrity, "read the private copy of",
                          file.identity.text(), "its digest is not the one of its reception",
                          "call somebody: the copy was changed or the disk is failing");
    if (signature_copy.empty()) return;  // it was optional, or 122 stands among the codes
    seal::SignatureVerdict found = peek.verdict;
    if (found.good())
        found =
            seal::verify_signature(signature, digests, home.trust(), certificates,
                                   {file.received_at, home.zone().date(file.received_at)}, policy);
    if (found.good()) return;
    verdict.codes.push_back(found.answer_code);
    if (verdict.reason.empty()) verdict.reason = found.reason;
}

// ---- the other checks ----

static bool may_send(const job::Partner* partner, core::Environment environment) {
    return partner != nullptr && partner->state != job::PartnerState::closed &&
           !(partner->state == job::PartnerState::test && environment == core::Environment::R);
}

static bool is_too_old(const Home& home, const ledger::File& file, const job::Job& job) {
    const std::string& d = file.identity.date;
    if (d.size() != 8) return false;
    const auto date = core::parse_date(d.substr(0, 4) + '-' + d.substr(4, 2) + '-' + d.substr(6));
    const core::Date received = home.zone().date(file.received_at);
    return date && received.days - date->days > static_cast<std::int32_t>(job.limits.age_days_max);
}

Verified verify_again(Home& home, const ledger::File& file) {
    Verified verdict;
    const job::Partner* partner = home.partners().find(file.identity.sender);
    std::vector<seal::RegisteredCertificate> certificates;
    if (partner != nullptr)
        for (const job::Certificate& one : partner->certificates)
            certificates.push_back(seal::register_certificate(one.file, one.from, one.to));
    if (!may_send(partner, file.identity.environment)) verdict.codes.push_back(103);
    for (const ledger::Part& part : home.ledger().parts(file.id))
        verify_part(home, file, part, certificates, verdict);
    const auto jobs = home.jobs_of_subject(file.identity.subject);
    if (jobs.empty()) {
        verdict.codes.push_back(88);
    } else {
        verdict.job = jobs.front();
        if (is_too_old(home, file, *verdict.job)) verdict.codes.push_back(126);
        const auto twin = home.ledger().accepted_content(file.identity.sender,
                                                         file.identity.environment, file.digest);
        if (twin && twin->id != file.id &&
            verdict.job->duplicate_content == job::DuplicateContent::refuse)
            verdict.codes.push_back(133);
    }
    const std::set<int> unique(verdict.codes.begin(), verdict.codes.end());
    verdict.codes.assign(unique.begin(), unique.end());
    return verdict;
}

// ---- recording ----

// Processing reads from the work folder; what was archived comes back.
static void bring_back(const Home& home, const ledger::File& file, const std::string& path) {
    const fs::path from = copy_of(home, file, path);
    const fs::path to = home.spool() / path;
    if (from.empty() || from == to) return;
    if (const fs::path sealed = envelope_beside(from); !sealed.empty())
        io::publish(sealed, to.parent_path() / sealed.filename());
    io::publish(from, to);
}

static void start_anew(ledger::Step& step, ledger::File& file, const job::Job& job) {
    step.drop_slices(file.id);
    step.drop_tallies(file.id);
    step.release_documents(file.id);
    file.codes.clear();
    file.documents = {};
    file.records = {};
    file.job = job.name;
    file.job_digest.clear();
    file.schema_digest.clear();
    file.priority = job.priority;
    file.decided_at.reset();
    file.closed_at.reset();
    file.duplicate_of = 0;
}

void record_retry(Home& home, ledger::File& file, const Verified& verdict,
                  const std::string& body) {
    const core::Instant now = home.now();
    const bool passes = verdict.codes.empty();
    if (passes)
        for (const ledger::Part& part : home.ledger().parts(file.id)) {
            bring_back(home, file, part.path);
            bring_back(home, file, part.signature_path);
        }
    auto step = home.ledger().begin();
    step->append(EntryKind::retried, file.id, now, body);
    if (passes) {
        start_anew(*step, file, *verdict.job);
        file.partners_digest = home.partners().digest;
        file.deadline_at = deadline_of(home, *verdict.job, file.identity.sender, file.received_at);
        step->update_file(file);
        step->append(EntryKind::verified, file.id, now, body);
        if (verdict.job->receipt != job::Receipt::final)
            draw_answer(home, *step, file, ledger::OutgoingKind::receipt,
                        receipt_detail(false, true, {}), now);
    }
    step->commit();
}

}  // namespace app
