// Crash points and locks: things that only a second process can show.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "../temporary_folder.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/lock.hpp"

using namespace std::chrono_literals;

// The environment is read before main, so the points must be passed by a fresh process: this binary
// again, running the case below alone.
static int run_points(const std::string& environment) {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").native();
    const int status = std::system((environment + " SLUICE_PASS_POINTS=1 exec '" + self +
                                    "' -tc='Passing three points' >/dev/null 2>&1")
                                       .c_str());
    return status;
}

TEST_CASE("Passing three points") {
    if (std::getenv("SLUICE_PASS_POINTS") == nullptr) return;
    for (const char* name : {"first", "second", "third"}) io::crash_point(name);
}

TEST_CASE("A process dies by SIGKILL at the point that is named, and the log has those passed") {
    TemporaryFolder at;
    const std::string log = (at.path / "log").native();
    CHECK(run_points("SLUICE_CRASH_LOG='" + log + "'") == 0);
    CHECK(io::read_file(log) == "1 first\n2 second\n3 third\n");
    io::remove_file(log);
    const int status = run_points("SLUICE_CRASH_AT=2 SLUICE_CRASH_LOG='" + log + "'");
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
    CHECK(io::read_file(log) == "1 first\n2 second\n");
    CHECK(run_points("SLUICE_CRASH_AT=4") == 0);
}

TEST_CASE("A lock has one holder, says who, and goes with it") {
    TemporaryFolder at;
    const auto path = at.path / "lock";
    CHECK_FALSE(io::lock_holder(path));
    int ready[2], end[2];
    REQUIRE(::pipe(ready) == 0);
    REQUIRE(::pipe(end) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        char c = 0;
        const auto lock = io::Lock::try_take(path, "run");
        if (!lock || ::write(ready[1], "x", 1) != 1 || ::read(end[0], &c, 1) < 0) ::_exit(1);
        ::raise(SIGKILL);
    }
    char c = 0;
    REQUIRE(::read(ready[0], &c, 1) == 1);
    CHECK_FALSE(io::Lock::try_take(path, "receive"));
    const auto holder = io::lock_holder(path);
    REQUIRE(holder);
    CHECK(holder->pid == child);
    CHECK(holder->purpose == "run");
    try {
        io::Lock::take(path, "receive", 30ms);
        FAIL("took a lock that is held");
    } catch (const core::Fault& fault) {
        CHECK(fault.reason().find(std::to_string(child)) != std::string::npos);
    }
    REQUIRE(::write(end[1], "x", 1) == 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK_FALSE(io::lock_holder(path));
    CHECK_NOTHROW(io::Lock::take(path, "receive", 30ms));
    for (const int fd : {ready[0], ready[1], end[0], end[1]}) ::close(fd);
}
