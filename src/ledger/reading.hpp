#pragma once
// Many questions to the ledger in one read transaction: SQLite takes and gives back its locks once
// and not for each of them, and all answers are of one moment. Not around a Step.
#include "ledger/ledger.hpp"

namespace ledger {

class Reading {
  public:
    explicit Reading(const Ledger& book);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

  private:
    const Ledger& book_;
};

// Moves what was committed from the log in front of the database into it, through a connection of
// its own: beside the work of others, so that closing the ledger has less to do.
void checkpoint(const std::filesystem::path& folder);

}  // namespace ledger
