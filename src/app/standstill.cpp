#include "app/standstill.hpp"

#include "io/file.hpp"

namespace app {

Standstill::Standstill(Home& home, const std::string& what, std::chrono::seconds patience) {
    io::make_folders(home.work());
    // In the order in which a run takes them, so that two never wait for each other.
    locks_.push_back(io::Lock::take(home.work() / "run.lock", what, patience));
    for (const auto& one : home.jobs())
        locks_.push_back(
            io::Lock::take(home.work() / ("run." + one->name + ".lock"), what, patience));
    locks_.push_back(io::Lock::take(home.work() / "receive.lock", what, patience));
}

}  // namespace app
