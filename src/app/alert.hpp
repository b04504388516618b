#pragma once
// Alerts: what somebody must look at now. A rule finds a condition, the condition raises an alert
// once, the alert climbs its ladder until somebody acknowledges it, and ends when the condition
// does. All of it is entries of the ledger, so `sluice alerts` is a fold like any other state.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"

namespace app {

// What a rule found. Two findings of the same key are the same alert.
struct Condition {
    std::string rule;                // "deadline-breached", "no-arrival", ...: a stable word
    std::string key;                 // rule and what it is about
    std::string text;                // one line for people; codes, numbers and names of files alone
    std::string job, sender;         // of the agreement whose ladder it climbs; may be empty
    std::vector<std::string> files;  // the first `alert_files_max` of them
    std::int64_t files_count = 0;
    std::string incident_cause;  // not empty: an incident opens with it
};
inline constexpr std::size_t alert_files_max = 20;

struct Alert {
    std::int64_t number = 0, incident = 0;
    std::int64_t raised_index = 0;  // of the entry that raised it
    Condition what;
    core::Instant raised_at;
    std::optional<core::Instant> acknowledged_at, ended_at;
    std::string acknowledged_by;
    std::int64_t told = 0;  // steps of the ladder that were told
    std::string state() const {
        return ended_at ? "ended" : acknowledged_at ? "acknowledged" : "standing";
    }
};

// In the order in which they were raised.
std::vector<Alert> alerts(const ledger::Ledger& book);
// Those that have not ended. Entries that raise and end say from which entry on they were raised,
// so that this does not grow with all that ever was.
std::vector<Alert> standing_alerts(const ledger::Ledger& book);

// What holds now, by every rule; docs/operators.md lists them. Reads only.
enum class Watch : unsigned char {
    inside,  // asked by the engine itself, which is alive
    outside  // asked by somebody else: is it?
};
std::vector<Condition> conditions(Home& home, Watch watch);

// Raises, ends and tells: once for each alert and step of its ladder, again where a crash came
// before it was said that it was told. Somebody else who is at it does it for us. A way out that
// fails is a line on standard error and is tried again by the next one; it never costs a night.
void mind_alerts(Home& home, Watch watch = Watch::inside);

}  // namespace app
