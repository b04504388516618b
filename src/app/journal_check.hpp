#pragma once
// Does the signed log hold, and does the ledger say what it says? For `journal verify`: each check
// gives the first thing that does not hold, in words, or nothing.
#include <cstdint>
#include <string>

#include "app/home.hpp"

namespace app {

struct JournalChecked {
    std::string problem;
    std::uint64_t entries = 0, signed_entries = 0, checkpoints = 0;
};

// Entries without a gap, states as their fold, and the whole log; looks again under the journal's
// lock before it says that something is wrong, as a run may be writing beside it.
JournalChecked check_journal(Home& home);

// The rows of every file, its parts, slices, sums and what went out, against the entries that were
// signed.
std::string check_facts(Home& home);

// The bytes that are kept: what came in and went out against its digests, our own signatures, and
// the authorities as they were at each reception.
std::string check_archive(Home& home);

}  // namespace app
