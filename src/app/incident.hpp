#pragma once
// Incidents as the ledger's entries tell them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"

namespace app {

struct Incident {
    std::int64_t number = 0;
    core::Instant opened_at;
    std::optional<core::Instant> closed_at;
    std::string cause, reason, last, files;  // last: the newest follow-up; files: blank separated
    std::int64_t follow_ups = 0;
};

// In the order of their opening.
std::vector<Incident> incidents(Home& home);

}  // namespace app
