#include "io/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

#include "core/fault.hpp"
#include "io/file_parts.hpp"

namespace io {

static Descriptor open_lock_file(const fs::path& path, int flags) {
    return parts::try_open(AT_FDCWD, path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | flags,
                           private_file_mode);
}

std::optional<Lock> Lock::try_take(const fs::path& path, const std::string& purpose) {
    Descriptor fd = open_lock_file(path, O_CREAT);
    if (!fd) parts::fail("open the lock", shown(path));
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return std::nullopt;
        if (errno != EINTR) parts::fail("lock", shown(path));
    }
    // For people alone, so a failure to write it is no failure to lock.
    const std::string text = std::to_string(::getpid()) + " " + purpose + "\n";
    if (::ftruncate(fd.get(), 0) == 0 &&
        ::pwrite(fd.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        static_cast<void>(::ftruncate(fd.get(), 0) == 0);
    return Lock(std::move(fd));
}

static LockHolder read_holder(int fd) {
    char text[200];
    const ssize_t n = ::pread(fd, text, sizeof text - 1, 0);
    LockHolder holder;
    if (n <= 0) return holder;
    text[n] = 0;
    char* rest = nullptr;
    holder.pid = std::strtol(text, &rest, 10);
    while (*rest == ' ') ++rest;
    holder.purpose = rest;
    while (!holder.purpose.empty() && holder.purpose.back() == '\n') holder.purpose.pop_back();
    return holder;
}

std::optional<LockHolder> lock_holder(const fs::path& path) {
    Descriptor fd = open_lock_file(path, 0);
    if (!fd) {
        if (errno == ENOENT) return std::nullopt;
        parts::fail("open the lock", shown(path));
    }
    // A shared lock, so that two who ask do not take each other for a holder.
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
    if (errno != EWOULDBLOCK) parts::fail("ask for the lock", shown(path));
    return read_holder(fd.get());
}

std::optional<Lock> Lock::wait(const fs::path& path, const std::string& purpose,
                               std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        if (auto lock = try_take(path, purpose)) return lock;
        if (std::chrono::steady_clock::now() >= end) return std::nullopt;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

Lock Lock::take(const fs::path& path, const std::string& purpose, std::chrono::milliseconds limit) {
    if (auto lock = wait(path, purpose, limit)) return std::move(*lock);
    const auto holder = lock_holder(path);
    throw core::Fault(core::FaultKind::world, "lock", shown(path),
                      holder && holder->pid > 0 ? "process " + std::to_string(holder->pid) + " (" +
                                                      printable(holder->purpose) + ") holds it"
                                                : "another process holds it",
                      "wait until it has ended and run again");
}

}  // namespace io
