#pragma once
// The commitments to the records of a slice, from its facts as the ledger keeps them: what the
// entry of the slice holds, and what opens one record later.
#include <optional>
#include <string>
#include <vector>

#include "app/fold.hpp"
#include "app/home.hpp"
#include "journal/evidence.hpp"
#include "ledger/facts.hpp"
#include "ledger/ledger.hpp"
#include "parse/outcome.hpp"

namespace app {

// {"slice","first_record","records","root","facts_sha256","findings_sha256"}: one member of the
// array `roots` in a slice's entry. `key`: journal::file_key.
std::string slice_root(std::string_view key, const ledger::Slice& slice,
                       const std::vector<core::Finding>& findings);

// What ties the records of a slice to their bytes, for its facts.
std::vector<ledger::RecordBytes> bytes_of_records(std::string_view key,
                                                  const parse::Outcome& outcome);

// Packs the findings of each slice and makes its member, on some threads.
struct SliceToCommit {
    const ledger::File* file = nullptr;
    Folded* folded = nullptr;
    std::string root;
};
void commit_slices(Home& home, std::vector<SliceToCommit>& slices);

// The opening of one record, from the ledger.
journal::RecordOpening open_record(Home& home, const ledger::File& file, const ledger::Slice& slice,
                                   std::int64_t record);

// The newest entry that holds the root of this slice; none where there is none.
std::optional<ledger::Entry> entry_of_slice(const ledger::Ledger& book, ledger::FileId file,
                                            std::int64_t slice);

}  // namespace app
