#include "app/log.hpp"

#include <iostream>

#include "io/zone.hpp"

namespace app {

static bool opened = false;

struct EventName {
    std::string_view code, name, level;
};

static const EventName& name_of(Event event) {
    static constexpr EventName names[] = {{"SLU-001", "command-started", "info"},
                                          {"SLU-002", "command-ended", "info"},
                                          {"SLU-003", "fault", "error"},
                                          {"SLU-011", "run-finished", "info"}};
    return names[static_cast<std::size_t>(event)];
}

std::string_view code_of(Event event) {
    return name_of(event).code;
}

void open_log() {
    opened = true;
}

// The clock of the line is the system's, also where the work is done at another --now.
void log_event(Event event, std::string_view facts) {
    if (!opened) return;
    const EventName& name = name_of(event);
    std::cerr << JsonObject()
                     .text("at", core::to_string(io::now()))
                     .text("level", name.level)
                     .text("code", name.code)
                     .text("event", name.name)
                     .raw("data", facts)
                     .str()
              << '\n';
}

bool log_fault(const core::Fault& fault) {
    if (!opened) return false;
    log_event(Event::fault, JsonObject()
                                .number("status", fault.exit_status())
                                .text("doing", fault.doing())
                                .text("thing", fault.thing())
                                .text("reason", fault.reason())
                                .text("advice", fault.advice())
                                .str());
    return true;
}

}  // namespace app
