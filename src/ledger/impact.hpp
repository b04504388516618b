#pragma once
// What one wrong thing touched: files, recipients, parcels and, for an authorisation, the records
// that went out on its ground. Reads only.
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ledger/ledger.hpp"

namespace ledger {

// Files decided with a schema, in order; `digest` is the whole digest or its beginning.
void each_file_of_schema(const Ledger& book, std::string_view digest,
                         const std::function<void(const File&)>& visit);
void each_file_of_directory_version(const Ledger& book, std::string_view version,
                                    const std::function<void(const File&)>& visit);
// Digests of the schemas that are kept under this name (base name), newest kept last.
std::vector<std::string> schema_digests(const Ledger& book, std::string_view name);

// Files with parcels received in [from, to), in order.
void each_delivered_file(const Ledger& book, core::Instant from, core::Instant to,
                         const std::function<void(const File&)>& visit);

using Ranges = std::vector<std::pair<std::int64_t, std::int64_t>>;  // both included, rising

// Ordinals of the accepted records of one file that each recipient got, all of them or on the
// ground of one authorisation.
std::map<std::string, Ranges> records_by_recipient(const Ledger& book, FileId file,
                                                   std::string_view authorisation);

}  // namespace ledger
