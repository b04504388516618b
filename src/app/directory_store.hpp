#pragma once
// What the directory's commands share: the folder and the settings of a directory, the ledger's
// entry about a new version, and findings and versions in words.
#include <string>

#include "app/home.hpp"
#include "directory/store.hpp"

namespace app {

// "main"; --synthetic: what rehearsals see; --name NAME: of a secondary network.
std::string directory_name(const Arguments& arguments);
directory::StoreOptions directory_options(const Home& home);
directory::Store open_directory(const Home& home, const std::string& name);
// The version named by --version, else the current one. A Fault (usage) where nothing was loaded.
std::shared_ptr<const directory::Version> asked_version(const directory::Store& store,
                                                        const Arguments& arguments);

// One entry for each version that became current, is held or was released. Where a crash came
// between a version and its entry, the next call makes up for it.
void enter_missing(Home& home, const directory::Store& store, const std::string& name);
void enter(Home& home, const directory::Store& store, const std::string& name,
           const directory::Change& change, const std::string& reason = {});

std::string counts_json(const directory::VersionCounts& counts);
void print_change(const directory::Change& change, const Home& home, bool json);
// 0 current, 1 held or rejected.
int status_of(const directory::Change& change);

inline constexpr Option directory_choice[] = {
    {"synthetic", "", "the directory that rehearsals and acceptance see"},
    {"name", "NAME", "the directory of a secondary network"},
};

}  // namespace app
