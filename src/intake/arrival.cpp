#include "intake/arrival.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/ensure.hpp"
#include "intake/copying.hpp"
#include "seal/opened_signature.hpp"

namespace intake {

namespace fs = std::filesystem;
using core::Prefix;

// ---- names ----

static int landing_error(core::Environment environment, const std::string& landing) {
    if (environment == core::Environment::R) return landing == "IN" ? 0 : 118;
    if (environment == core::Environment::T) return landing == "INTEST" ? 0 : 119;
    return landing == "INTEST-S" ? 0 : 257;
}

std::vector<int> check_name(const core::ParsedName& parsed, const Claim& claim,
                            const ArrivalOptions& options) {
    std::set<int> codes(parsed.errors.begin(), parsed.errors.end());
    const core::FileIdentity& identity = parsed.name.identity;
    if (!identity.sender.empty() && identity.sender != claim.partner) codes.insert(108);
    if (codes.count(117) == 0)
        if (const int code = landing_error(identity.environment, claim.landing); code != 0)
            codes.insert(code);
    if (identity.date.size() == 8 && codes.count(110) == 0) {
        const std::string& d = identity.date;
        const auto date =
            core::parse_date(d.substr(0, 4) + '-' + d.substr(4, 2) + '-' + d.substr(6));
        if (date && *date > options.today) codes.insert(111);
        if (date &&
            options.today.days - date->days > static_cast<std::int32_t>(options.age_days_max))
            codes.insert(126);
    }
    if (parsed.name.total > options.parts_max) codes.insert(128);
    return {codes.begin(), codes.end()};
}

// ---- sets ----

namespace {

struct Set {
    std::optional<core::ParsedName> go, cancel;
    std::map<int, std::string> fi, fs;  // part -> raw name
    std::set<int> fi_totals, fs_totals;
    int fi_count = 0, fs_count = 0;
    bool fi_misnumbered = false, fs_misnumbered = false;
};

void add_member(Set& set, const std::string& name, const core::ParsedName& parsed) {
    const core::FileName& file = parsed.name;
    switch (file.prefix) {
        case Prefix::GO:
            set.go = parsed;
            break;
        case Prefix::TD:
            set.cancel = parsed;
            break;
        case Prefix::FI:
            ++set.fi_count;
            set.fi_totals.insert(file.total);
            set.fi_misnumbered =
                set.fi_misnumbered || !parsed.good() || !set.fi.emplace(file.part, name).second;
            break;
        case Prefix::FS:
            ++set.fs_count;
            set.fs_totals.insert(file.total);
            set.fs_misnumbered =
                set.fs_misnumbered || !parsed.good() || !set.fs.emplace(file.part, name).second;
            break;
        case Prefix::FO:
        case Prefix::CO:
            break;
    }
}

bool numbered(const std::map<int, std::string>& members, const std::set<int>& totals, int total) {
    if (totals.size() > 1 || (!totals.empty() && *totals.begin() != total)) return false;
    return members.empty() || members.rbegin()->first <= total;
}

void check_set(const Set& set, const core::FileName& go, bool signature_required,
               std::set<int>& codes) {
    if (set.fi_count != go.total) codes.insert(120);
    if (set.fi_misnumbered || !numbered(set.fi, set.fi_totals, go.total)) codes.insert(123);
    if (signature_required ? set.fs_count != go.total : set.fs_count > go.total) codes.insert(122);
    if (set.fs_misnumbered || !numbered(set.fs, set.fs_totals, go.total)) codes.insert(124);
}

}  // namespace

// ---- parts ----

std::string copies_folder(core::Date received_on) {
    std::string day = core::to_string(received_on);
    day.erase(std::remove(day.begin(), day.end(), '-'), day.end());
    return "archive/in/" + day;
}

static void verify_part(Arrival& arrival, ArrivedPart& part, const seal::OpenedSignature& signature,
                        const Copied& copied, const ArrivalOptions& options, std::set<int>& codes) {
    const seal::SignaturePeek peek = signature.peek();
    seal::SignatureVerdict verdict = peek.verdict;
    if (verdict.good()) {
        std::vector<seal::ContentDigest> digests{{seal::DigestAlgorithm::sha256, copied.sha256}};
        if (!copied.other.empty()) digests.push_back({peek.algorithm, copied.other});
        verdict = signature.verify(digests, *options.trust, *options.certificates,
                                   {arrival.claim.appeared, options.received_on});
    }
    part.signer = verdict.signer_fingerprint;
    if (verdict.good()) return;
    codes.insert(verdict.answer_code);
    if (arrival.reason.empty())
        arrival.reason = verdict.reason + " (signature code " + std::to_string(verdict.main_code) +
                         "/" + std::to_string(verdict.explanatory_code) + ")";
}

template <typename Read>
static auto delivered(const Read& read) {
    try {
        return read();
    } catch (const core::Fault& fault) {
        throw NotRead(fault);
    }
}

static void read_part(Arrival& arrival, const io::Folder& folder, int number, const std::string& fi,
                      const std::string* fs_name, const ArrivalOptions& options,
                      std::set<int>& codes) {
    ArrivedPart part;
    part.part = number;
    const std::string base =
        copies_folder(options.received_on) + "/" + arrival.claim.key + "." + std::to_string(number);
    std::optional<seal::OpenedSignature> signature;
    // What its sender put in the place of a member after it was looked at (a link, say) is none.
    const auto input = delivered([&] { return folder.find_file(fi); });
    if (!input) {
        codes.insert(120);
        return;
    }
    const auto signed_by =
        fs_name != nullptr ? delivered([&] { return folder.find_file(*fs_name); }) : std::nullopt;
    if (fs_name != nullptr && !signed_by) codes.insert(122);
    if (signed_by) {
        // One byte more than allowed is enough for the verifier to refuse it by its size.
        const std::string bytes =
            delivered([&] { return signed_by->read(0, options.signature_bytes_max + 1); });
        seal::SignaturePolicy policy;
        policy.signature_bytes_max = options.signature_bytes_max;
        signature.emplace(bytes, policy);
        part.signature_path = base + ".fs";
        // A crash may have left the claim half read. The caller flushes.
        io::OutputFile::create_anew(options.spool / part.signature_path).append(bytes);
    }
    part.path = base + ".zst";
    arrival.parts.push_back(part);
    const Copied copied =
        copy_privately(*input, options.spool / part.path,
                       options.file_bytes_max - std::min(options.file_bytes_max, arrival.bytes),
                       signature ? signature->peek().algorithm : seal::DigestAlgorithm::sha256,
                       options.threads, options.decryption, options.disk_reserve_bytes);
    part.bytes = copied.bytes;
    part.digest = copied.sha256;
    arrival.bytes += copied.bytes;
    if (copied.too_long) codes.insert(184);
    if (copied.bytes == 0) codes.insert(134);
    if (!copied.envelope_fault.empty()) {
        codes.insert(102);
        if (arrival.reason.empty()) arrival.reason = "the envelope: " + copied.envelope_fault;
    }
    if (signature) verify_part(arrival, part, *signature, copied, options, codes);
    arrival.parts.back() = std::move(part);
}

static void read_set(Arrival& arrival, const Set& set, const ArrivalOptions& options,
                     std::set<int>& codes) {
    const io::Folder folder =
        io::Folder::open(options.spool / "work" / "claims").folder(arrival.claim.key);
    seal::Sha256 digest;
    for (const auto& [number, name] : set.fi) {
        const auto fs_name = set.fs.find(number);
        try {
            read_part(arrival, folder, number, name,
                      fs_name == set.fs.end() ? nullptr : &fs_name->second, options, codes);
        } catch (const core::Fault& fault) {
            arrival.fault = fault;
            arrival.no_room = dynamic_cast<const NotRead*>(&fault) == nullptr;
            return drop_copies(options.spool, arrival);
        }
    }
    for (const ArrivedPart& part : arrival.parts) digest.update(part.digest);
    const seal::Hash hash = digest.value();
    arrival.digest = std::string(seal::bytes_of(hash));
}

static void check_partner(const Arrival& arrival, const ArrivalOptions& options,
                          std::set<int>& codes) {
    if (options.partner == nullptr || options.partner->state == job::PartnerState::closed ||
        (options.partner->state == job::PartnerState::test &&
         arrival.identity.environment == core::Environment::R))
        codes.insert(103);
}

static void name_arrival(Arrival& arrival, const Set& set) {
    const core::ParsedName* named = set.go ? &*set.go : set.cancel ? &*set.cancel : nullptr;
    core::ParsedName first;
    if (named == nullptr && !arrival.claim.names.empty()) {
        first = core::parse_file_name(arrival.claim.names.front());
        named = &first;
    }
    if (named == nullptr) return;
    arrival.identity = named->name.identity;
    core::FileName go = named->name;
    go.prefix = Prefix::GO;
    go.elements = std::min(go.elements, 7);
    arrival.go_name = go.text();
    core::FileIdentity checked;
    arrival.identified =
        core::parse_identity(arrival.identity.text(), checked) && checked == arrival.identity;
}

Arrival read_claim(const Claim& claim, const ArrivalOptions& options) {
    Arrival arrival;
    arrival.claim = claim;
    if (claim.kind == FoundKind::foreign) {
        arrival.foreign = true;
        arrival.go_name = claim.names.empty() ? "" : io::printable(claim.names.front());
        return arrival;
    }
    std::set<int> codes;
    Set set;
    for (const std::string& name : claim.names) {
        const auto parsed = core::parse_file_name(name);
        if (claim.kind == FoundKind::misnamed) {
            const auto wrong = check_name(parsed, claim, options);
            if (name == claim.names.front()) codes.insert(wrong.begin(), wrong.end());
        }
        add_member(set, name, parsed);
    }
    name_arrival(arrival, set);
    if (claim.kind == FoundKind::misnamed) {
        arrival.identified = false;
        arrival.go_name = io::printable(claim.names.empty() ? "" : claim.names.front());
        arrival.codes.assign(codes.begin(), codes.end());
        return arrival;
    }
    // In another's name: neither takes that name nor cancels what bears it. It is answered to those
    // in whose folder it lay.
    const std::string& sender = arrival.identity.sender;
    if (!sender.empty() && sender != claim.partner) arrival.identified = false;
    // Also where TD came between the look and the moves, or while a claim lay half made.
    if (claim.kind == FoundKind::cancel || set.cancel) {
        arrival.cancel = arrival.identified;
        if (!arrival.cancel) arrival.codes = {108};
        return arrival;
    }
    check_partner(arrival, options, codes);
    if (claim.kind == FoundKind::half_set || !set.go) {
        codes.insert(130);
        if (set.go) arrival.reason = "what came with this GO was put again later, without another";
    } else {
        const auto wrong = check_name(*set.go, claim, options);
        codes.insert(wrong.begin(), wrong.end());
        check_set(set, set.go->name, arrival.identity.environment == core::Environment::R, codes);
    }
    // Also a set that is refused by its name is read: its digest is what tells a repetition from a
    // change.
    if (!set.fi.empty()) read_set(arrival, set, options, codes);
    arrival.codes.assign(codes.begin(), codes.end());
    return arrival;
}

void drop_copies(const fs::path& spool, const Arrival& arrival) {
    for (const ArrivedPart& part : arrival.parts) {
        if (!part.path.empty()) {
            io::remove_file(spool / part.path);
            io::remove_file((spool / part.path).replace_extension(envelope_extension));
        }
        if (!part.signature_path.empty()) io::remove_file(spool / part.signature_path);
    }
}

}  // namespace intake
