#pragma once
// The voucher: a small signed paper that comes with each parcel (VO, signature VS), so that its
// recipient sees what belongs to it and what is missing. xsd/answers/voucher.xsd, docs/answers.md.
#include <cstdint>
#include <string>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "seal/digest.hpp"

namespace outbox {

struct VoucherFacts {
    core::FileIdentity parcel;  // of the set this voucher belongs to
    std::string recipient;      // 6 digits
    std::string subject;        // of the parcel
    std::uint64_t number = 0;   // from 1, without gaps, for this recipient and subject
    std::string previous;       // identity of the parcel with number - 1; empty for the first
    std::string source;         // identity of the file it was made of, or its ticket when masked
    std::string job;
    std::uint64_t documents = 0, records = 0;
    std::string data_name;  // FO..., FO...zst or CO...
    std::uint64_t bytes = 0;
    seal::Hash digest{};              // SHA-256 of the published bytes
    std::uint64_t content_bytes = 0;  // without compression
    core::Instant at;
    std::uint64_t journal_index = 0;  // 0: not known
    std::string directory_version;    // may be empty
};

std::string voucher(const VoucherFacts& facts);

}  // namespace outbox
