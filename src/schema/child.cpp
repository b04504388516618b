#include "schema/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>

#include "core/fault.hpp"

namespace schema {
namespace {

using Clock = std::chrono::steady_clock;

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

// Reads until the child closes its end. False: the time is over.
bool drain(int in, Clock::time_point deadline, std::string& output) {
    std::array<char, 4096> block{};
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return false;
        pollfd wanted{in, POLLIN, 0};
        const int ready = poll(&wanted, 1, static_cast<int>(left));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        const ssize_t got = read(in, block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return true;
        output.append(block.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

ChildResult run_in_child(const ChildLimits& limits, const std::function<std::string()>& work) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw core::system_fault("open", "a pipe", errno);
    const auto deadline = Clock::now() + std::chrono::seconds(limits.wall_seconds_max);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) {
        const int reason = errno;
        close(ends[0]);
        close(ends[1]);
        throw core::system_fault("start", "a child process", reason);
    }
    if (child == 0) {
        close(ends[0]);
        child_main(ends[1], parent, limits, work);
    }
    close(ends[1]);
    ChildResult result;
    const bool in_time = drain(ends[0], deadline, result.output);
    close(ends[0]);
    if (!in_time) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time) {
        result.end = ChildEnd::too_slow;
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        result.end = ChildEnd::done;
    } else {
        const bool clock_ran_out = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
        result.end = clock_ran_out ? ChildEnd::too_slow : ChildEnd::died;
    }
    if (result.end != ChildEnd::done) result.output.clear();
    return result;
}

}  // namespace schema
