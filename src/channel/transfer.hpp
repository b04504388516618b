#pragma once
// Whole files over a line that may break anywhere. Each goes under a temporary name until all of
// it is there, and goes on where it was cut.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "channel/far.hpp"

namespace channel {

// The name under which `name` grows.
std::string temporary_name(const std::string& name);

// Of a set in order, GO last: `path` on our side, the name is its last component.
struct Members {
    std::vector<std::filesystem::path> paths;
    std::string folder;  // on the far side
};

// When a turn is over: what is under way then is a Trouble (paused) and goes on in the next.
using Until = std::chrono::steady_clock::time_point;

// A Trouble (paused) where the turn is over; `what` is what goes on in the next one.
void check_time(Until until, const std::string& what);

enum class Lying : unsigned char { nothing, all };  // of the set, under its final names

// Every member lies under its temporary name afterwards, whole. Lying::all: the set is there
// already under its names, and nothing was sent. A Trouble (taken) where something else has one.
Lying upload(Far& far, const Members& set, Until until = Until::max());
// Gives the members their names, in order. What has no temporary name any more has got its name
// before; so this may be repeated after a cut, when upload() was finished once.
void reveal(Far& far, const Members& set);

// A file of theirs into `to`, which may hold the first part of it from an earlier attempt. Durable
// afterwards but for its name. A Trouble where it turns out longer or shorter than `bytes`.
void download(Far& far, const std::string& path, std::uint64_t bytes,
              const std::filesystem::path& to, Until until = Until::max());

}  // namespace channel
