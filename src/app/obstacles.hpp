#pragma once
// What keeps files from being received, as operators are told it (status, doctor, alerts): it stops
// nobody but the partner whose folder it concerns.
#include <string>
#include <vector>

#include "app/home.hpp"
#include "intake/landing.hpp"

namespace app {

struct Obstacle {
    std::string about;            // a landing folder, a claim
    std::string problem, advice;  // one line each
};

// Of one partner, or of all where `partner` is empty. Counts names, and looks at no file.
std::vector<Obstacle> obstacles(Home& home, const std::string& partner = {});

intake::LandingLimits landing_limits(const Settings& settings);

}  // namespace app
