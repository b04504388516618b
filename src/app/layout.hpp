#pragma once
// The folders of a home: what init makes, doctor looks for and everybody else relies on.
#include <filesystem>
#include <string>
#include <vector>

#include "job/partner.hpp"

namespace app {

struct HomeFolder {
    std::string path;  // relative to the home
    unsigned mode;
};

// Parents before children.
const std::vector<HomeFolder>& home_folders();
// IN and OUT of each environment, and the folder around them.
std::vector<HomeFolder> partner_folders(const job::Partner& partner);

// Makes what is missing with its mode, and touches nothing that is there. True: it was missing.
bool make_folder(const std::filesystem::path& home, const HomeFolder& folder);

}  // namespace app
