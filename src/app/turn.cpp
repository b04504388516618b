#include "app/turn.hpp"

#include <chrono>
#include <iostream>

#include "io/file.hpp"

namespace app {

io::Lock turn_at(const Home& home, const std::string& name, const std::string& purpose) {
    constexpr std::chrono::seconds said_after{5}, once_more{600};
    io::make_folders(home.work());
    const auto path = home.work() / name;
    for (auto limit = said_after;; limit = once_more) {
        if (auto lock = io::Lock::wait(path, purpose, limit)) return std::move(*lock);
        const auto holder = io::lock_holder(path);
        if (holder && holder->pid > 0)
            std::cerr << "sluice: to " << purpose << ", wait for process " << holder->pid << " ("
                      << io::printable(holder->purpose) << ")\n";
    }
}

}  // namespace app
