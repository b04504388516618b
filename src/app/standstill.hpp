#pragma once
// Nobody receives, runs or operates on files while this object lives: for what must see the home
// whole (a backup) or change what everybody uses (a key).
#include <chrono>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "io/lock.hpp"

namespace app {

class Standstill {
  public:
    // Waits for a reception and for runs at most `patience` each; a Fault (world) after that.
    Standstill(Home& home, const std::string& what,
               std::chrono::seconds patience = std::chrono::seconds(30));

  private:
    std::vector<io::Lock> locks_;
};

}  // namespace app
