#pragma once
// A claim as a folder of ours: its key, its members, and how it goes away. Inside of intake alone.
#include <filesystem>
#include <string>
#include <vector>

#include "intake/landing.hpp"

namespace intake {

// A claim bears this mark until its last member was moved.
inline constexpr char taking = '+';
std::string without_mark(std::string name);
// instant-kind-partner-landing-name, so that after a crash the folder alone tells what it is.
std::string key_of(const Found& found);
// Of a folder that is no claim, one without key. Without its names.
Claim claim_named(const std::string& key);

inline bool is_go(const std::string& name) {
    return name.rfind("GO.", 0) == 0;
}
// As a claim is read: by name, but the GO of what is misnamed first.
void order(Claim& claim);
bool comes_first(const Claim& a, const Claim& b);

std::vector<std::string> names_in(const io::Folder& folder);
// A folder of claims, or what a sender planted, with all that is in it.
void remove_folder(const io::Folder& claims, const std::string& name);
// Whatever it is, if it is there.
void discard(const io::Folder& folder, const std::string& name);

}  // namespace intake
