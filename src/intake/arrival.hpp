#pragma once
// A claim read: private copies, digests, signatures, and every fault of the channel that can be
// told without the ledger.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/fault.hpp"
#include "intake/landing.hpp"
#include "job/partner.hpp"
#include "seal/cms_verify.hpp"
#include "seal/envelope.hpp"

namespace intake {

struct ArrivedPart {
    int part = 1;
    std::uint64_t bytes = 0;
    std::string digest;          // raw SHA-256
    std::string path;            // private copy, relative to the spool
    std::string signature_path;  // FS as delivered, relative to the spool; empty where none came
    std::string signer;          // fingerprint
};

struct Arrival {
    Claim claim;
    core::FileIdentity identity;  // as far as it could be read
    bool identified = false;
    std::string go_name;  // as written; for what has no GO the name that stands for it
    std::vector<ArrivedPart> parts;
    std::string
        digest;  // raw SHA-256 over the parts' digests in order; empty where nothing was read
    std::uint64_t bytes = 0;
    std::vector<int> codes;  // annex 30; empty: the channel's checks passed
    std::string reason;      // of a signature fault, for operators
    bool cancel = false;     // TD
    bool foreign = false;
    std::optional<core::Fault> fault;  // it could not be read: nothing above says anything of it
    bool no_room = false;              // for its copies, that is
};

struct ArrivalOptions {
    std::filesystem::path spool;
    unsigned threads = 1;                        // for the frames of one large part
    core::Date today;                            // civil, in the home's zone
    core::Date received_on;                      // the civil day of claim.appeared
    std::uint32_t age_days_max = 31;             // 126
    std::uint64_t file_bytes_max = 20ULL << 30;  // 184
    std::uint64_t disk_reserve_bytes = 0;        // no large copy uses it up
    std::uint64_t signature_bytes_max = 256ULL << 10;
    int parts_max = 9;                      // 128
    const job::Partner* partner = nullptr;  // owner of the folder; null: unknown
    const seal::TrustStore* trust = nullptr;
    const seal::DecryptionKey* decryption = nullptr;  // ours, for envelopes; null: we have none
    const std::vector<seal::RegisteredCertificate>* certificates = nullptr;
};

// Where private copies lie, relative to the spool: they are the archive from their first byte on.
std::string copies_folder(core::Date received_on);

// Reads the claim. Copies lie in copies_folder afterwards, which the caller has made, durable after
// the caller's flush. Where it cannot be read or copied what was copied of it is dropped.
Arrival read_claim(const Claim& claim, const ArrivalOptions& options);
// Takes away the copies that read_claim made (a refused duplicate, a crash).
void drop_copies(const std::filesystem::path& spool, const Arrival& arrival);

// The channel checks on the name alone, given where it was found. Sorted codes.
std::vector<int> check_name(const core::ParsedName& parsed, const Claim& claim,
                            const ArrivalOptions& options);

}  // namespace intake
