#pragma once
// What `sluice show` prints: of a file, of one document, of one record. Values are masked.
#include <string>
#include <vector>

#include "app/home.hpp"
#include "ledger/types.hpp"

namespace app {

// The owner of the name first, later attempts behind it.
void show_file(Home& home, const std::vector<ledger::File>& attempts, std::size_t findings_max,
               bool json);
// By ordinal or id. False: there is none.
bool show_document(Home& home, const ledger::File& file, const std::string& document,
                   std::size_t findings_max, bool json);
bool show_record(Home& home, const ledger::File& file, std::int64_t record, bool json);

}  // namespace app
