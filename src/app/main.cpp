#include <malloc.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/log.hpp"
#include "core/fault.hpp"
#include "core/threads.hpp"
#include "io/file.hpp"

// The only catch and the only exit of the program.
int main(int count, char** words) {
    // A reader that goes away (sluice status | head) ends us through write errors, not through a
    // signal in the middle of a commit.
    std::signal(SIGPIPE, SIG_IGN);
    // Slices are made and dropped all the time: their memory is kept for the next one instead of
    // being faulted in again.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_ARENA_MAX, 4);
    const struct Last {
        ~Last() { core::end_threads(); }
    } last;
    try {
        return app::run_program({words + 1, words + count});
    } catch (const core::Fault& fault) {
        if (!app::log_fault(fault)) std::cerr << "sluice: " << fault.what() << '\n';
        return fault.exit_status();
    } catch (const std::filesystem::filesystem_error& error) {
        std::cerr << "sluice: use the path " << io::printable(error.path1().string()) << ": "
                  << error.code().message() << "; check it, then run again\n";
        return 3;
    } catch (const std::exception& error) {
        std::cerr << "sluice: " << error.what() << "; running again is safe\n";
        return 3;
    }
}
