#pragma once
// Taking back a file that is not decided yet: by its sender (TD) or by an operator.
#include <string>

#include "app/home.hpp"
#include "ledger/ledger.hpp"

namespace app {

// Not once it is decided, held or not: its outgoing names are drawn then.
bool can_be_cancelled(const ledger::File& file);
// Inside a step: what was provisional is dropped with its counts and document ids.
void cancel_file(ledger::Step& step, ledger::File& file, core::Instant now, std::string body);
// After the commit, and repeatable: drafts go, the private copies go to the archive.
void clear_cancelled(Home& home, const ledger::File& file);

}  // namespace app
