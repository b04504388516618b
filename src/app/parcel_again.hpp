#pragma once
// A parcel written once more from the private copy of its file: the records that the ledger says
// went to its recipient, in their context. For what we keep only in an envelope for somebody else.
#include <filesystem>
#include <optional>

#include "app/home.hpp"

namespace app {

struct ParcelAgain {
    std::filesystem::path path;  // in `folder`; the caller removes it
    // The same bytes as then. Otherwise the job hides or adds elements, and only the order of the
    // records is the same.
    bool exact = false;
};

// None where the file's own bytes, its job or its schema are gone.
std::optional<ParcelAgain> write_parcel_again(Home& home, const ledger::File& file,
                                              const ledger::Outgoing& parcel,
                                              const std::filesystem::path& folder);

}  // namespace app
