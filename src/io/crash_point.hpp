#pragma once
// Named places at which a test can kill the process. SLUICE_CRASH_AT=N raises SIGKILL at the N-th
// point passed (from 1, over all threads); SLUICE_CRASH_LOG=FILE appends one line for each point
// passed. Costs one predictable branch when neither is set.

namespace io {

namespace detail {
extern bool crash_points_armed;  // set before main, never afterwards
void pass_crash_point(const char* name);
}  // namespace detail

inline void crash_point(const char* name) {
    if (detail::crash_points_armed) detail::pass_crash_point(name);
}

}  // namespace io
