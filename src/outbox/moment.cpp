#include "outbox/moment.hpp"

#include <cstdio>

namespace outbox {

Moment moment(core::Instant at, const io::Zone& zone) {
    const io::LocalTime local = zone.local(at);
    // Before 1970 the remainder would be negative.
    const std::int64_t micros = ((at.microseconds % 1'000'000) + 1'000'000) % 1'000'000;
    char hour[48];
    std::snprintf(hour, sizeof hour, "%02d:%02d:%02d.%03d", local.seconds / 3600,
                  local.seconds / 60 % 60, local.seconds % 60, static_cast<int>(micros / 1000));
    return {core::to_string(local.date), hour};
}

}  // namespace outbox
