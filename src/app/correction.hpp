#pragma once
// The correction file: the sender's own rejected records alone, in the context of their documents,
// ready to be mended and sent again.
#include <optional>

#include "app/finishing.hpp"

namespace app {

// Walks the private copy once more, without validating, and keeps the records that the ledger says
// were rejected. Nothing: there are none. `row` has the name it gets.
std::optional<outbox::StagedFile> write_correction(Home& home, const Ending& ending,
                                                   const ledger::Outgoing& row);

}  // namespace app
