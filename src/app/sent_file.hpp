#pragma once
// Which file of ours a partner speaks of, however it writes the name.
#include <optional>
#include <string>

#include "app/home.hpp"

namespace app {

// The file that `recipient` got from us in this environment under this name: with or without the
// prefix of a member, packed or not. Nothing where there is none.
std::optional<ledger::Outgoing> find_sent(Home& home, const std::string& name,
                                          const std::string& recipient,
                                          core::Environment environment);

}  // namespace app
