#pragma once
// A command of the operator's own (jobs/sluice.conf) as a filter: bytes in, bytes out, within a
// time and a length.
#include <cstddef>
#include <string>
#include <string_view>

namespace app {

struct OutsideLimits {
    unsigned seconds_max = 10;
    std::size_t output_bytes_max = 256 << 10;
};

struct OutsideResult {
    std::string output;
    std::string reason;  // empty: it ended with status 0 in time
    bool good() const { return reason.empty(); }
};

// Runs `command` by /bin/sh with `input` (at most 32 KiB) on its standard input; what it says on
// standard error goes to ours. May be called by several threads at once.
OutsideResult run_outside(const std::string& command, std::string_view input,
                          const OutsideLimits& limits);

}  // namespace app
