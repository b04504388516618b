#pragma once
// Places in a parcel, as its recipient names them, found again in the file it was made of: the n-th
// record of a parcel is the n-th that was routed to its recipient.
#include <cstdint>
#include <string>
#include <vector>

#include "app/home.hpp"

namespace app {

struct ParcelPlace {
    std::string path;                    // with positions, in the parcel; empty: not said
    std::uint64_t line = 0, column = 0;  // in the parcel, unpacked; counts where no path was found
    std::string document_id;             // as the document bears it; counts where neither did
    // Ordinals through the file. 0: not found, or no record but the whole document (parcel).
    std::int64_t document = 0, record = 0;
};

// Reads the bytes that went out, from the archive; those that went out in an envelope are made
// again. Nothing but ids is found where they have expired or went out in another form than the
// file's own.
void find_in_parcel(Home& home, const ledger::Outgoing& parcel, std::vector<ParcelPlace>& places);

}  // namespace app
