#include "channel/watchdog.hpp"

#include <sys/socket.h>

namespace channel {

using Clock = std::chrono::steady_clock;

Watchdog::Watchdog(int socket, std::chrono::seconds patience)
    : socket_(socket), patience_(patience), thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard<std::mutex> lock(guard_);
        over_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Watchdog::wake() {
    {
        const std::lock_guard<std::mutex> lock(guard_);
        until_ = Clock::now() + patience_;
    }
    changed_.notify_all();
}

void Watchdog::sleep() {
    const std::lock_guard<std::mutex> lock(guard_);
    until_ = Clock::time_point::max();
}

bool Watchdog::has_bitten() const {
    const std::lock_guard<std::mutex> lock(guard_);
    return bitten_;
}

void Watchdog::run() {
    std::unique_lock<std::mutex> lock(guard_);
    while (!over_ && !bitten_) {
        if (until_ == Clock::time_point::max()) {
            changed_.wait(lock);
        } else if (Clock::now() >= until_) {
            bitten_ = true;
            ::shutdown(socket_, SHUT_RDWR);
        } else {
            changed_.wait_for(lock, patience_);
        }
    }
}

}  // namespace channel
