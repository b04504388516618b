#pragma once
// Conservation: what the facts of every slice say was decided, counted anew, against what the file,
// its parcels and its withheld rows say. A file whose sums do not balance cannot close.
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/finishing.hpp"
#include "app/home.hpp"
#include "ledger/types.hpp"

namespace app {

struct Sums {
    std::int64_t records = 0, accepted = 0, rejected = 0;
    std::map<std::string, std::int64_t> with_document;  // code of the document -> records
    std::map<std::string, std::int64_t> delivered;      // recipient -> records
    std::map<std::pair<std::string, std::string>, std::int64_t> withheld;  // with the reason
};

// From the ledger's facts alone; several threads share the unpacking.
Sums count_decided(const ledger::Ledger& book, const ledger::File& file, unsigned threads);

// `rows` with the records of every parcel. Empty: they balance; else the first sum that does not.
// `recipients`: those that the file could be delivered to; empty for a rehearsal.
std::string imbalance(const Sums& sums, const ledger::File& file,
                      const std::vector<ledger::Outgoing>& rows,
                      const std::vector<std::string>& recipients);

// The certificate: sums and digests, as the body of the entry that closes a file.
std::string closing_body(const Sums& sums, const ledger::File& file,
                         const std::vector<ledger::Outgoing>& rows,
                         const std::vector<ledger::Tally>& tallies);

}  // namespace app
