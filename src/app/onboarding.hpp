#pragma once
// How far a new partner has come: its checklist, and what the files that it sent for rehearsal came
// to, measured from the ledger.
#include <string>
#include <vector>

#include "app/home.hpp"
#include "job/onboarding.hpp"

namespace app {

// Files of environment T since the day of the request.
struct Conformance {
    std::int64_t files = 0, passed = 0;
    std::string newest;  // name of the newest one that is decided; empty: none came
    bool newest_passed = false;
    bool good() const { return passed > 0 && newest_passed; }
};
Conformance conformance_of(Home& home, const job::Partner& partner);

// What is missing before it may become active: "the check of its security", "a rehearsal that
// passed". Empty for a partner without an onboarding, too.
std::vector<std::string> missing_for_active(Home& home, const job::Partner& partner);

}  // namespace app
