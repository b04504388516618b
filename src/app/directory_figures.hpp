#pragma once
// Counts over all persons' rows of one version: by sector, type and quality, and for each
// institution what its rows are worth. One pass, in memory that does not grow with the rows.
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "core/instant.hpp"
#include "directory/version.hpp"

namespace app {

struct GroupFigures {
    std::int64_t rows = 0;
    std::int64_t in_force = 0;  // on the day asked for
};

struct InstitutionFigures {
    std::int64_t rows = 0, in_force = 0;
    std::int64_t persons = 0;    // on whom it holds a file that day
    std::int64_t replaced = 0;   // rows under a number that was replaced
    std::int64_t bis = 0;        // rows under a Bis number
    std::int64_t odd_codes = 0;  // type or quality that the lists have with another sector
    std::int64_t overlaps = 0;   // rows in force beside another one of the same institution
    std::int64_t stale = 0;      // in force on somebody of 110 years or more
    std::int64_t future = 0;     // begin after that day
};

using GroupKey = std::array<std::uint16_t, 3>;  // sector, institution type, quality

struct DirectoryFigures {
    std::map<GroupKey, GroupFigures> groups;
    std::map<std::string, InstitutionFigures> institutions;
};

DirectoryFigures directory_figures(const directory::Version& version, core::Date at);

}  // namespace app
