// The bytes that are kept, against the ledger, which was checked against the journal before.
#include <set>

#include "app/journal_check.hpp"
#include "app/own_signature.hpp"
#include "app/private_copy.hpp"
#include "app/trust_keeping.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "journal/evidence.hpp"
#include "outbox/names.hpp"
#include "seal/key_roll.hpp"

namespace app {

namespace {

namespace fs = std::filesystem;
using ledger::EntryKind;

std::string digest_of(const parse::Source& source) {
    constexpr std::size_t at_once = 1 << 20;
    seal::Sha256 running;
    std::string piece;
    for (std::uint64_t at = 0; at < source.size(); at += piece.size()) {
        piece.resize(at_once);
        piece.resize(source.read(at, piece.data(), piece.size()));
        if (piece.empty()) break;
        running.update(piece);
    }
    return seal::hex(running.value());
}

class ArchiveCheck {
  public:
    explicit ArchiveCheck(Home& home)
        : home_(home),
          chain_(seal::parse_certificates(seal::all_signer_chains(home.keys_folder()),
                                          "spool/keys")) {}

    std::string problem_of(const ledger::File& file) {
        bool expired = false;
        std::string trust;
        for (const ledger::Entry& entry : home_.ledger().entries(file.id)) {
            expired = expired || entry.kind == EntryKind::expired_set;
            if (entry.kind == EntryKind::received) trust = journal::member(entry.body, "trust");
        }
        if (std::string found = check_received(file, expired); !found.empty()) return found;
        // A Fault names what is no longer what it was.
        if (!trust.empty() && trusted_.insert(trust).second) kept_trust(home_, trust);
        return check_sent(file, expired);
    }

  private:
    std::string check_received(const ledger::File& file, bool expired) const {
        for (const ledger::Part& part : home_.ledger().parts(file.id)) {
            const fs::path copy = home_.spool() / part.path;
            const std::string what =
                "part " + std::to_string(part.part) + " of " + file.identity.text();
            if (part.path.empty() || (expired && !io::facts(copy))) continue;
            if (!io::facts(copy)) return what + " is missing from the archive";
            if (digest_of(*delivered(copy)) != part.digest)
                return "the archive has other bytes for " + what + " than those that were received";
        }
        return {};
    }

    std::string check_sent(const ledger::File& file, bool expired) const {
        for (const ledger::Outgoing& row : home_.ledger().outgoing(file.id)) {
            const auto identity = outbox::data_identity(row.name);
            if (!identity || row.digest.empty()) continue;
            const fs::path folder = home_.archive() / "out" / identity->date;
            const bool parcel = row.kind == ledger::OutgoingKind::parcel;
            if (io::facts(folder / row.name)) {
                if (digest_of(*open_plain(folder / row.name)) != row.digest)
                    return "the archive has other bytes for " + row.name +
                           " than those that went out";
            } else if (is_out(row.state) && !expired) {
                return row.name + " is missing from the archive";
            }
            using outbox::Member;
            if (std::string found = check_signature(
                    folder / row.name, folder / outbox::member_name(Member::signature, *identity));
                !found.empty())
                return found;
            if (!parcel) continue;
            if (std::string found = check_signature(
                    folder / outbox::member_name(Member::voucher, *identity),
                    folder / outbox::member_name(Member::voucher_signature, *identity));
                !found.empty())
                return found;
        }
        return {};
    }

    static bool is_out(ledger::OutgoingState state) {
        return state == ledger::OutgoingState::published ||
               state == ledger::OutgoingState::fetched ||
               state == ledger::OutgoingState::transferred ||
               state == ledger::OutgoingState::acknowledged;
    }

    std::string check_signature(const fs::path& file, const fs::path& signature) const {
        const auto bytes = io::find_file(signature, own_signature_bytes_max);
        if (!bytes || !io::facts(file)) return {};
        const auto verdict = own_signature(file, *bytes, chain_, home_.now());
        if (verdict.good()) return {};
        return signature.filename().string() + " in the archive: " + verdict.reason;
    }

    Home& home_;
    std::vector<seal::CertificateFacts> chain_;
    std::set<std::string> trusted_;  // states of jobs/trust that were looked at
};

}  // namespace

std::string check_archive(Home& home) {
    ArchiveCheck check(home);
    ledger::FileFilter filter;
    filter.limit = 1'000;
    for (;;) {
        const auto files = home.ledger().files(filter);  // newest first
        for (const ledger::File& file : files) {
            filter.before = file.id;
            if (auto problem = check.problem_of(file); !problem.empty()) return problem;
        }
        if (files.size() < static_cast<std::size_t>(filter.limit)) return {};
    }
}

}  // namespace app
