#include "schema/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <utility>

#include "core/fault.hpp"

namespace schema {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

std::uint64_t mapped_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0;
    statm >> pages;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void limit(int resource, std::uint64_t value, std::uint64_t beyond = 0) {
    rlimit bound{};
    bound.rlim_cur = value;
    bound.rlim_max = value + beyond;
    static_cast<void>(setrlimit(static_cast<__rlimit_resource>(resource), &bound));
}

[[noreturn]] void child_main(int out, pid_t parent, const ChildLimits& limits,
                             const std::function<std::string()>& work) {
    // It holds the parent's locks on files: it must not outlive it.
    static_cast<void>(prctl(PR_SET_PDEATHSIG, SIGKILL));
    if (getppid() != parent) _exit(1);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_AS, mapped_bytes() + limits.memory_bytes_max);
    // The first of them says by its signal that the time is over, the second would only kill.
    limit(RLIMIT_CPU, limits.seconds_max, 1);
    int status = 1;
    try {
        std::string result = work();
        result.resize(std::min<std::size_t>(result.size(), limits.output_bytes_max));
        std::size_t sent = 0;
        while (sent < result.size()) {
            const ssize_t wrote = write(out, result.data() + sent, result.size() - sent);
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote <= 0) break;
            sent += static_cast<std::size_t>(wrote);
        }
        status = sent == result.size() ? 0 : 1;
    } catch (...) {  // out of memory, most likely: the exit status says it
    }
    _exit(status);
}

class Child {
  public:
    Child(const ChildLimits& limits, const std::function<std::string()>& work) {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw core::system_fault("open", "a pipe", errno);
        const pid_t parent = getpid();
        process_ = fork();
        if (process_ < 0) {
            const int reason = errno;
            close(ends[0]);
            close(ends[1]);
            throw core::system_fault("start", "a child process", reason);
        }
        if (process_ == 0) {
            close(ends[0]);
            child_main(ends[1], parent, limits, work);
        }
        close(ends[1]);
        in_ = ends[0];
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { close(in_); }

    enum class Heard : std::uint8_t { its_end, no_end, nothing };

    // Reads until the child closes its end, the time is over, or it stands still for `still`.
    Heard drain(Clock::time_point deadline, Milliseconds still, std::string& output) {
        std::array<char, 4096> block{};
        for (std::int64_t worked = -1;;) {
            const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
            if (left.count() <= 0) return Heard::no_end;
            pollfd wanted{in_, POLLIN, 0};
            const int ready = poll(&wanted, 1, static_cast<int>(std::min(left, still).count()));
            if (ready < 0 && errno == EINTR) continue;
            if (ready == 0 && still <= left) {
                const std::int64_t before = std::exchange(worked, nanoseconds_worked());
                if (before >= 0 && (worked - before) / 10'000 < still.count())
                    return Heard::nothing;  // a hundredth of the time is nothing
                continue;
            }
            if (ready <= 0) return Heard::no_end;
            const ssize_t got = read(in_, block.data(), block.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return Heard::its_end;
            output.append(block.data(), static_cast<std::size_t>(got));
        }
    }

    void kill() { ::kill(process_, SIGKILL); }

    ChildEnd wait() {
        int status = 0;
        while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return ChildEnd::done;
        const bool clock_ran_out = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
        return clock_ran_out ? ChildEnd::too_slow : ChildEnd::died;
    }

  private:
    std::int64_t nanoseconds_worked() const {
        clockid_t clock{};
        timespec time{};
        if (clock_getcpuclockid(process_, &clock) != 0 || clock_gettime(clock, &time) != 0)
            return 0;
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    }

    pid_t process_ = -1;
    int in_ = -1;
};

}  // namespace

ChildResult run_in_child(const ChildLimits& limits, const std::function<std::string()>& work) {
    ChildResult result;
    for (std::uint32_t number = 1;; ++number) {
        const auto deadline = Clock::now() + std::chrono::seconds(limits.wall_seconds_max);
        const std::chrono::seconds still(
            number < limits.children_max ? limits.still_seconds_max : limits.wall_seconds_max + 1);
        Child child(limits, work);
        const auto heard = child.drain(deadline, still, result.output);
        if (heard != Child::Heard::its_end) child.kill();
        result.end = child.wait();
        if (heard == Child::Heard::no_end) result.end = ChildEnd::too_slow;
        if (result.end != ChildEnd::done) result.output.clear();
        if (heard != Child::Heard::nothing) return result;
    }
}

}  // namespace schema
