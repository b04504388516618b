#pragma once
// What `sluice show` prints: of a file, of one document, of one record. Values are masked, unless
// they are to be revealed (app/reveal.hpp).
#include <string>
#include <vector>

#include "app/home.hpp"
#include "ledger/types.hpp"

namespace app {

struct Telling {
    std::size_t findings_max = 100;
    bool json = false;
    bool reveal = false;  // values in clear
};

// The owner of the name first, later attempts behind it.
void show_file(Home& home, const std::vector<ledger::File>& attempts, const Telling& telling);
// By ordinal or id. False: there is none.
bool show_document(Home& home, const ledger::File& file, const std::string& document,
                   const Telling& telling);
bool show_record(Home& home, const ledger::File& file, std::int64_t record, const Telling& telling);

}  // namespace app
