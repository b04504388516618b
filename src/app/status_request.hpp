#pragma once
// A sender asks by file what became of his files (FI.STAT...): the answer's text.
#include <string>

#include "app/home.hpp"

namespace app {

std::string status_text(Home& home, const ledger::File& request, const ledger::Outgoing& row);

// Who has to act on a file in this state: engine, sender, recipient or operator.
std::string_view actor_of(const ledger::File& file);

}  // namespace app
