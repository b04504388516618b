#pragma once
// Figures for Prometheus' text file collector, written after each run under a name that is renamed
// into place. No names of partners or files: counts only.
#include <string>

#include "app/home.hpp"
#include "app/night.hpp"

namespace app {

std::string metrics_of(Home& home, const NightResult& result);
// To the setting metrics-file; nothing where it is empty. A file that cannot be written is left.
void write_metrics(Home& home, const NightResult& result);

}  // namespace app
