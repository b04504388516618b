#pragma once
// The facts of one slice as compressed columns: a few bytes a record instead of a row, and the
// findings that were kept. Any record is found again by its ordinal (Ledger::slice_of_record, then
// position).
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/finding.hpp"

namespace ledger {

struct RecordFact {
    bool accepted = true;        // of its own; its document may still have been refused as a whole
    std::uint32_t route = 0;     // index in SliceFacts::routes
    std::uint64_t offset = 0;    // in the text of its slice
    std::uint32_t document = 0;  // index in SliceFacts::documents
    std::uint64_t person = 0;    // keyed pseudonym of whom it is about; 0: nobody
    bool operator==(const RecordFact&) const = default;
};

// Where records went: recipients that got them, each on what ground, and those from whom they were
// withheld, each with the reason.
struct Route {
    std::vector<std::string> recipients;
    std::vector<std::string> grounds;  // of each recipient: the authorisation row; empty where the
                                       // job asks for none. As long as `recipients`, or empty
    std::vector<std::pair<std::string, std::string>> withheld;
    auto operator<=>(const Route&) const = default;
};

struct DocumentFact {
    std::uint64_t ordinal = 0;
    bool begins = false, ends = false;
    std::string id;
    std::uint64_t records = 0, accepted = 0;  // in this slice
    bool operator==(const DocumentFact&) const = default;
};

// What ties a record to its bytes; only who has the journal's secret can make such a digest.
struct RecordBytes {
    std::uint64_t length = 0;               // behind RecordFact::offset
    std::array<std::uint8_t, 32> digest{};  // see journal::bytes_digests
    bool operator==(const RecordBytes&) const = default;
};

struct SliceFacts {
    std::vector<Route> routes;
    std::vector<DocumentFact> documents;
    std::vector<RecordFact> records;
    std::vector<RecordBytes> bytes;  // one for each record; none where they were not wanted
    // Documents beside the records: (index in records, place among the documents of the set), in
    // the order of the records.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> enclosed;

    std::string pack() const;
    static SliceFacts unpack(
        std::string_view bytes);  // a Fault (integrity) where the bytes are not ours
};
// The documents of packed facts alone: they stand before the records, which are many more.
std::vector<DocumentFact> documents_in(std::string_view facts);

std::string pack_findings(const std::vector<core::Finding>& findings);
std::vector<core::Finding> unpack_findings(std::string_view bytes);

}  // namespace ledger
