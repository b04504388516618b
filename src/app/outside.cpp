#include "app/outside.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

extern char** environ;

namespace app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t input_bytes_max = 32 << 10;

struct Pipe {
    io::Descriptor read, write;
    Pipe() {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw core::system_fault("make a pipe for", "an outside command", errno,
                                     "close other programs or raise the limit of open files");
        read = io::Descriptor(ends[0]);
        write = io::Descriptor(ends[1]);
    }
};

pid_t start(const std::string& command, const Pipe& in, const Pipe& out) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ENSURE(posix_spawn_file_actions_init(&actions) == 0 && posix_spawnattr_init(&attributes) == 0);
    posix_spawn_file_actions_adddup2(&actions, in.read.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
    // A group of its own, so that what it starts can be ended with it.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    std::string shell = "sh", option = "-c", text = command;
    char* words[] = {shell.data(), option.data(), text.data(), nullptr};
    pid_t child = -1;
    const int error = ::posix_spawn(&child, "/bin/sh", &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        throw core::system_fault("start", "an outside command", error, "free memory, then again");
    return child;
}

// Until its output ends, the time is over or it says too much.
std::string collect(int fd, const OutsideLimits& limits, OutsideResult& result) {
    const auto end = Clock::now() + std::chrono::seconds(limits.seconds_max);
    std::string output;
    char block[16 << 10];
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd waiting{fd, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&waiting, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) {
            result.reason = "no answer within " + std::to_string(limits.seconds_max) + " seconds";
            return output;
        }
        const ssize_t count = ::read(fd, block, sizeof block);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return output;
        output.append(block, static_cast<std::size_t>(count));
        if (output.size() > limits.output_bytes_max) {
            result.reason = "the answer is too long";
            return output;
        }
    }
}

}  // namespace

OutsideResult run_outside(const std::string& command, std::string_view input,
                          const OutsideLimits& limits) {
    ENSURE(input.size() <= input_bytes_max);
    Pipe in, out;
    // The pipe holds all of it, so nothing waits for a command that does not read.
    ENSURE(::write(in.write.get(), input.data(), input.size()) ==
           static_cast<ssize_t>(input.size()));
    in.write.reset();
    const pid_t child = start(command, in, out);
    in.read.reset();
    out.write.reset();
    OutsideResult result;
    result.output = collect(out.read.get(), limits, result);
    if (!result.good()) ::kill(-child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (result.good() && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        result.reason = WIFEXITED(status)
                            ? "it ended with status " + std::to_string(WEXITSTATUS(status))
                            : "it was ended by a signal";
    return result;
}

}  // namespace app
