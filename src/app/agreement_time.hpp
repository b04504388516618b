#pragma once
// The arithmetic of deadlines: what one file's entries say about when it was due, when it was
// finished, and where the time went. Pure; the seat of `report sla` and of the forecast's check.
#include <optional>
#include <string>
#include <vector>

#include "job/calendar.hpp"
#include "ledger/figures.hpp"

namespace app {

// What a file was to the figures: only `processed` and `open` carry records.
enum class Outcome : unsigned char {
    processed,  // every record has its final outcome
    open,       // not yet
    refused,    // as a whole, with a reason
    apart,      // cancelled, quarantined, a second coming: nobody waits for it
};

struct FileTime {
    Outcome outcome = Outcome::open;
    core::Instant received, due;
    std::optional<core::Instant> finished;  // of processed and refused
    std::int64_t records = 0, rejected = 0;
    bool records_known = false;
    std::int64_t supplier = 0;  // microseconds of supplier's or partner's absence while it waited
    std::int64_t held = 0;      // microseconds in which an operator or a full disk held it
    std::int64_t waited = 0, worked = 0, delivering = 0;  // microseconds of each phase
    bool in_time(core::Instant as_of) const;
    // As if the supplier's absence had not been.
    bool in_time_adjusted(core::Instant as_of) const;
    // Why it is late: "supplier", "held", "capacity", "volume", "delivery"; empty: it is not.
    std::string cause(core::Instant as_of) const;
};

// `due` is what the entry of reception says; `otherwise` where an older ledger does not say it.
FileTime time_of(const ledger::History& history, const job::Calendar& calendar,
                 core::Instant otherwise, core::Instant as_of);

// What went to one recipient of a file; of a history with the bodies of parcels.
struct ParcelTime {
    std::string recipient;
    std::int64_t records = 0;
    std::optional<core::Instant> published;
};
std::vector<ParcelTime> parcels_of(const ledger::History& history);

}  // namespace app
