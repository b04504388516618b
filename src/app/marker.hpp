#pragma once
// How far an act that goes over the entries of the ledger has come, as a number in a file of
// spool/work. Losing it costs going over all of them once more.
#include <cstdint>
#include <string>

#include "app/home.hpp"

namespace app {

// 0: from the first entry.
std::int64_t read_marker(Home& home, const std::string& name);
void write_marker(const Home& home, const std::string& name, std::int64_t index);

}  // namespace app
