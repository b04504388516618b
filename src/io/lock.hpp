#pragma once
// One engine on one home: an advisory lock (flock) on a file. The kernel drops it when its holder
// dies, so a lock is never stale; the file says who holds it, for people alone.
#include <chrono>
#include <optional>
#include <string>

#include "io/file.hpp"

namespace io {

class Lock {
  public:
    // None when somebody else holds it. `purpose` is written beside the pid ("run").
    static std::optional<Lock> try_take(const fs::path& path, const std::string& purpose);
    // Waits up to `limit`; none when it is still held then.
    static std::optional<Lock> wait(const fs::path& path, const std::string& purpose,
                                    std::chrono::milliseconds limit);
    // As wait, but then a Fault that names the holder.
    static Lock take(const fs::path& path, const std::string& purpose,
                     std::chrono::milliseconds limit);

  private:
    explicit Lock(Descriptor fd) : fd_(std::move(fd)) {}
    Descriptor fd_;
};

struct LockHolder {
    long pid = 0;
    std::string purpose;
};
// Who holds the lock now; none when it is free.
std::optional<LockHolder> lock_holder(const fs::path& path);

}  // namespace io
