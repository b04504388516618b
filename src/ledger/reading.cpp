#include "ledger/reading.hpp"

#include "ledger/database.hpp"

namespace ledger {

Reading::Reading(const Ledger& book) : book_(book) {
    book_.database().execute("BEGIN");
}

Reading::~Reading() {
    try {
        book_.database().execute("COMMIT");
    } catch (...) {  // nothing was written
    }
}

void checkpoint(const std::filesystem::path& folder) {
    Ledger(folder, false).database().execute("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace ledger
