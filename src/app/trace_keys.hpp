#pragma once
// The pseudonym key that the records of a file are traced under: that of the civil year in which
// the file was received, made on need. Prepared once a file; its copies may go to any thread.
#include "app/home.hpp"
#include "ledger/types.hpp"
#include "traces/pseudonym.hpp"

namespace app {

std::filesystem::path period_keys_folder(const Home& home);
int trace_period(const Home& home, const ledger::File& file);
traces::PersonKey person_key(const Home& home, const ledger::File& file);

}  // namespace app
