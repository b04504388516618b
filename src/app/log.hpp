#pragma once
// Log lines for machines (--log-format json): one JSON object a line on stderr, each with a stable
// code. Numbers, names of commands and of files; never personal data. Without it nothing is
// written.
#include <string_view>

#include "app/json.hpp"
#include "core/fault.hpp"

namespace app {

enum class Event : unsigned char {
    command_started,  // SLU-001
    command_ended,    // SLU-002: status, seconds
    fault,            // SLU-003: doing, thing, reason, advice
    run_finished,     // SLU-011: the tally of a run
};
std::string_view code_of(Event event);

void open_log();  // from now on lines are written
// `facts` is a finished JSON object that becomes the event's "data".
void log_event(Event event, std::string_view facts);
// True: the fault was written as a line; then people need no other words of it.
bool log_fault(const core::Fault& fault);

}  // namespace app
